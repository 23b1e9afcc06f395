"""Generates a shell script that repeats a history on a running instance.

The script contains no value that a server issued: it reads codes and tokens
from the responses, and the users' credentials from the environment. It needs
a POSIX shell, sed and curl (7.55 of 2017).
"""

from __future__ import annotations

import shlex
from importlib.resources import files
from typing import TYPE_CHECKING

from conformance.actors.owner import CALLBACK
from conformance.adversary.histories.state import OWNER, STRANGER
from conformance.routes import APPS, AUTHORIZE, REVOKE, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

GOT_TOKENS = "got_tokens"
ACCEPTED = "accepted"
_LOG_IN = {
    OWNER: 'log_in owner "$FITTRACKEE_EMAIL" "$FITTRACKEE_PASSWORD"',
    STRANGER: 'log_in stranger "$FITTRACKEE_OTHER_EMAIL" '
    '"$FITTRACKEE_OTHER_PASSWORD"',
}
_NEEDED = {
    OWNER: ("FITTRACKEE_URL", "FITTRACKEE_EMAIL", "FITTRACKEE_PASSWORD"),
    STRANGER: ("FITTRACKEE_OTHER_EMAIL", "FITTRACKEE_OTHER_PASSWORD"),
}
# Verifier and challenge of RFC 7636 appendix B.
_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def script(
    title: str,
    steps: Iterable[tuple[str, str]],
    violated: str,
    *,
    second_user: bool,
) -> str:
    """Return the whole script.

    Args:
        title: The violation, on one line.
        steps: Sentence and commands of each step, in order.
        violated: The shell condition that is true after the last step if
            the violation occurs.
        second_user: Whether the second user takes part.
    """
    users = [OWNER, STRANGER] if second_user else [OWNER]
    needed = [name for user in users for name in _NEEDED[user]]
    variables = "\n".join(f': "${{{name}:?}}"' for name in needed)
    repeated = "\n".join(
        f"echo {shlex.quote(sentence)}\n{commands}"
        for sentence, commands in steps
    )
    logins = "\n".join(f"echo 'The {u} logs in.'\n{_LOG_IN[u]}" for u in users)
    return (
        f"#!/bin/sh\n# {title}.\n"
        "# Exit status: 1 if this occurs, 0 if not, 2 if it could not be "
        "tried.\n"
        "# Registers apps and deletes them at the end.\n"
        f"{variables}\nFITTRACKEE_URL=${{FITTRACKEE_URL%/}}\n{_functions()}\n"
        f"{logins}\n{repeated}\n"
        f"if {violated}; then\n  echo {shlex.quote('VIOLATED: ' + title)}\n"
        "  exit 1\nfi\n"
        f"echo {shlex.quote('not violated: ' + title)}\n"
    )


def register(user: str, app: str, scope: str) -> str:
    """Return the commands that register an app."""
    members = (
        f'{{"client_name": "fc-script-{app}", '
        '"client_uri": "https://app.example.org", '
        '"client_description": "made by a script", '
        f'"redirect_uris": ["{CALLBACK}"], "scope": "{scope}"}}'
    )
    return _lines(
        _send(
            APPS,
            f"-H @$scratch/{user}",
            "-H 'Content-Type: application/json'",
            f"--data-binary '{members}'",
        ),
        f"app_{app}=$(number id) client_id_{app}=$(text client_id)",
        f"client_secret_{app}=$(text client_secret)",
        f'need "$client_secret_{app}"',
        f'apps="$apps {user}/$app_{app}"',
    )


def authorize(
    user: str, app: str, scope: str, number: int, *, pkce: bool
) -> str:
    """Return the commands by which a user consents."""
    challenge = [
        f"--data code_challenge={_CHALLENGE}",
        "--data code_challenge_method=S256",
    ]
    return _send(
        AUTHORIZE,
        f"-H @$scratch/{user}",
        f'--data "client_id=$client_id_{app}"',
        "--data response_type=code --data confirm=true --data state=any",
        f"--data-urlencode redirect_uri={CALLBACK}",
        f"--data-urlencode 'scope={scope}'",
        *(challenge if pkce else []),
    ) + _lines("", f"code_{number}=$(code)", f'need "$code_{number}"')


def exchange(app: str, code: int, *, pkce: bool) -> str:
    """Return the command that exchanges a code."""
    return _send(
        TOKEN,
        "--data grant_type=authorization_code",
        f'--data "code=$code_{code}"',
        f"--data-urlencode redirect_uri={CALLBACK}",
        *([f"--data code_verifier={_VERIFIER}"] if pkce else []),
        *_credentials(app),
    )


def refresh(app: str, token: int, scope: str | None) -> str:
    """Return the command that uses a refresh token."""
    return _send(
        TOKEN,
        "--data grant_type=refresh_token",
        f'--data "refresh_token=$refresh_token_{token}"',
        *([f"--data-urlencode 'scope={scope}'"] if scope else []),
        *_credentials(app),
    )


def take_tokens(number: int, *, rotated: bool) -> str:
    """Return the commands that store the tokens of the last response."""
    lines = [
        f"access_token_{number}=$(text access_token)",
        f'need "$access_token_{number}"',
    ]
    if rotated:
        lines.insert(1, f"refresh_token_{number}=$(text refresh_token)")
    return _lines(*lines)


def revoke(app: str, variable: str, hint: str | None) -> str:
    """Return the command by which an app revokes a token."""
    return _send(
        REVOKE,
        f'--data "token=${variable}"',
        *([f"--data token_type_hint={hint}"] if hint else []),
        *_credentials(app),
    )


def revoke_all(user: str, app: str) -> str:
    """Return the command by which a user revokes all tokens of an app."""
    return _send(f"{APPS}/$app_{app}/revoke", f"-H @$scratch/{user} --data ''")


def delete(user: str, app: str) -> str:
    """Return the command by which a user deletes an app."""
    return _send(f"{APPS}/$app_{app}", f"-X DELETE -H @$scratch/{user}")


def show(user: str, app: str) -> str:
    """Return the command by which a user requests an app."""
    return _send(f"{APPS}/$app_{app}/by_id", f"-H @$scratch/{user}")


def call(token: int, method: str, path: str) -> str:
    """Return the command that calls the API with an access token."""
    body = "-H 'Content-Type: application/json' --data '{}'"
    return _send(
        path,
        f'-H "Authorization: Bearer $access_token_{token}"',
        *([body] if method == "POST" else []),
    )


def too_wide(scope: str) -> str:
    """Return the condition that a token response contains a scope."""
    return f"got_tokens && contains '{scope}'"


def _functions() -> str:
    """Return the shell functions, without the file's first line."""
    text = (files(__package__) / "script.sh").read_text("utf-8")
    return text.partition("\n")[2]


def _credentials(app: str) -> list[str]:
    return [
        f'--data "client_id=$client_id_{app}"',
        f'--data "client_secret=$client_secret_{app}"',
    ]


def _send(path: str, *options: str) -> str:
    words = [f'send "$FITTRACKEE_URL{path}"', *options]
    return " \\\n  ".join(words).replace("@$scratch/", '@"$scratch"/')


def _lines(*lines: str) -> str:
    return "\n".join(lines)
