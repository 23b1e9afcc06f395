"""What the violation of a requirement puts at risk, and its threat."""

from __future__ import annotations

from enum import StrEnum


class Stake(StrEnum):
    """What a violation puts at risk, the worst first."""

    ACCOUNT = "account"
    DATA = "data"
    SERVICE = "service"
    INTEROP = "interop"
    FORM = "form"

    @property
    def rank(self) -> int:
        """The position in this order, 0 for the worst."""
        return list(Stake).index(self)


#: The name of each stake in the report.
WORDS = {
    Stake.ACCOUNT: "the account",
    Stake.DATA: "data",
    Stake.SERVICE: "the service",
    Stake.INTEROP: "interoperability",
    Stake.FORM: "form",
}

#: The meaning of each stake, for the report's legend.
MEANINGS = {
    Stake.ACCOUNT: "someone acts as the user, beyond what any app may do",
    Stake.DATA: "someone gets access to data, tokens or secrets of others",
    Stake.SERVICE: "no app can be authorized, or the server fails for others",
    Stake.INTEROP: "an app that follows the standard does not work",
    Stake.FORM: "no app and no user is affected in practice",
}

#: The threats that requirements may name, and the sections about them.
THREATS = {
    "insufficient redirection URI validation": "RFC 9700 §4.1",
    "credential leakage via Referer headers": "RFC 9700 §4.2",
    "credential leakage via browser history": "RFC 9700 §4.3",
    "mix-up attack": "RFC 9700 §4.4",
    "authorization code injection": "RFC 9700 §4.5",
    "cross-site request forgery": "RFC 6749 §10.12",
    "PKCE downgrade": "RFC 9700 §4.8",
    "access token leakage at the resource server": "RFC 9700 §4.9",
    "misuse of stolen access tokens": "RFC 9700 §4.10",
    "open redirection": "RFC 9700 §4.11",
    "307 redirect": "RFC 9700 §4.12",
    "TLS terminating reverse proxy": "RFC 9700 §4.13",
    "refresh token replay": "RFC 9700 §4.14",
    "client impersonating the resource owner": "RFC 9700 §4.15",
    "clickjacking": "RFC 9700 §4.16",
    "obtaining client secrets": "RFC 6819 §4.1.1",
    "obtaining refresh tokens": "RFC 6819 §4.1.2",
    "obtaining access tokens": "RFC 6819 §4.1.3",
    "granting too much scope unintentionally": "RFC 6819 §4.2.2",
    "obtaining an existing authorization by fraud": "RFC 6819 §4.2.3",
    "eavesdropping access tokens": "RFC 6819 §4.6.1",
    "obtaining tokens from the database": "RFC 6819 §4.3.2",
    "disclosure of client credentials in transit": "RFC 6819 §4.3.3",
    "guessing client secrets": "RFC 6819 §4.3.5",
    "leaking authorization codes": "RFC 6819 §4.4.1.1",
    "guessing authorization codes": "RFC 6819 §4.4.1.3",
    "malicious client obtains authorization": "RFC 6819 §4.4.1.4",
    "counterfeit client": "RFC 6819 §4.4.1.7",
    "resource owner impersonation": "RFC 6819 §4.4.1.10",
    "denial of service by exhaustion": "RFC 6819 §4.4.1.11",
    "guessing refresh tokens": "RFC 6819 §4.5.3",
    "guessing access tokens": "RFC 6819 §4.6.3",
    "abuse of a token by a legitimate client": "RFC 6819 §4.6.5",
    "leak in HTTP proxies and caches": "RFC 6819 §4.6.6",
    "leakage via logs and HTTP referrers": "RFC 6819 §4.6.7",
}


def named(threat: str) -> str:
    """Return the name of a known threat or ``""``; ValueError for another."""
    if threat and threat not in THREATS:
        raise ValueError(f"unknown threat: {threat}")
    return threat
