"""Results that no server gave: hypothetical, but of the true shape.

``python tests/report/sample.py DIRECTORY`` writes a report of each kind,
to look at.
"""

from __future__ import annotations

import base64
import struct
import sys
import zlib
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

BASE = "http://127.0.0.1:5000"
RFC = "https://www.rfc-editor.org/rfc/rfc{}#section-{}"


def source(number: int, section: str) -> dict[str, str]:
    return {
        "name": f"RFC {number}",
        "section": section,
        "url": RFC.format(number, section),
    }


DOCUMENTATION = {
    "name": "FitTrackee's documentation",
    "section": "OAuth 2.0, Flow",
    "url": "https://docs.fittrackee.org/en/oauth.html#flow",
}


def requirement(
    id_: str, title: str, verdict: str = "pass", **more: Any
) -> dict[str, Any]:
    stem, section, _ = id_.split("/")
    origin = (
        source(int(stem[3:]), section)
        if stem.startswith("rfc")
        else DOCUMENTATION
    )
    return {
        "id": id_,
        "level": "SHOULD" if verdict == "warn" else "MUST",
        "title": title,
        "sources": [origin],
        "remedy": "",
        "verdict": verdict,
        "reason": "",
        "scenarios": [],
    } | more


def exchange(
    n: int,
    method: str,
    path: str,
    status: int,
    *,
    body: str = "",
    answer: str = "{}",
    **more: Any,
) -> dict[str, Any]:
    headers = [
        ["Host", BASE.removeprefix("http://")],
        ["Accept", "*/*"],
        ["Accept-Encoding", "gzip, deflate"],
        ["User-Agent", "fittrackee-conformance/0.1.0"],
    ]
    if body:
        kind = "json" if body[0] == "{" else "x-www-form-urlencoded"
        headers.append(["Content-Type", f"application/{kind}"])
    if path.startswith("/api/oauth/apps") or "authorize" in path:
        headers.append(["Cookie", "access_token_cookie=cookie#1"])
        headers.append(["X-CSRF-TOKEN", "csrf_token#1"])
    elif path.startswith("/api/workouts"):
        headers.append(["Authorization", "Bearer access_token#1"])
    return {
        "n": n,
        "via": "http",
        "actor": "app" if "token" in path else "owner",
        "request": {
            "method": method,
            "url": BASE + path,
            "headers": headers,
            "body": body,
        },
        "response": {
            "status": status,
            "reason": {200: "OK", 201: "CREATED", 400: "BAD REQUEST"}.get(
                status, "UNAUTHORIZED"
            ),
            "headers": [
                ["Server", "gunicorn"],
                ["Date", "Sun, 23 Nov 2025 06:30:12 GMT"],
                ["Connection", "close"],
                ["Content-Type", "application/json"],
                ["Content-Length", str(len(answer))],
                ["Cache-Control", "no-store"],
                ["Pragma", "no-cache"],
            ],
            "body": answer,
        },
        "error": "",
        "duration": 0.014 + n / 100,
    } | more


TOKEN = (
    '{"access_token": "access_token#1", "expires_in": 864000, '
    '"refresh_token": "refresh_token#1", "scope": "workouts:read", '
    '"token_type": "Bearer"}'
)
EXCHANGE_CODE = (
    "grant_type=authorization_code&code=authorization_code#1"
    "&client_id=kPq3Zt8Lw0aYb6Nd1Vx4Rs7M&client_secret=client_secret#1"
)
REDIRECT = (
    '{"redirect_url": "https://app.example/callback'
    '?code=authorization_code#1&state=Zm9vYmFy"}'
)


def flow() -> list[dict[str, Any]]:
    """The exchanges up to a good token."""
    return [
        exchange(
            1,
            "POST",
            "/api/oauth/apps",
            201,
            body='{"client_name": "conformance 7f3a code", "client_uri": '
            '"https://app.example", "redirect_uris": '
            '["https://app.example/callback"], "scope": "workouts:read"}',
            answer='{"status": "created", "data": {"client": {"id": 12, '
            '"client_id": "kPq3Zt8Lw0aYb6Nd1Vx4Rs7M", "client_secret": '
            '"client_secret#1"}}}',
        ),
        exchange(
            2,
            "POST",
            "/api/oauth/authorize",
            200,
            body="client_id=kPq3Zt8Lw0aYb6Nd1Vx4Rs7M&response_type=code"
            "&scope=workouts%3Aread&confirm=true&state=Zm9vYmFy",
            answer=REDIRECT,
        ),
        exchange(
            3,
            "POST",
            "/api/oauth/token",
            200,
            body=EXCHANGE_CODE,
            answer=TOKEN,
        ),
    ]


def png(width: int = 960, height: int = 600) -> str:
    """A drawing of a consent page, as base64."""
    boxes = [
        (0, 0, width, 56, (42, 46, 58)),
        (280, 120, 680, 500, (255, 255, 255)),
        (320, 160, 560, 184, (60, 66, 82)),
        (320, 214, 640, 226, (190, 195, 205)),
        (320, 240, 600, 252, (190, 195, 205)),
        (320, 266, 620, 278, (190, 195, 205)),
        (320, 430, 440, 466, (186, 58, 58)),
        (456, 430, 560, 466, (224, 227, 233)),
    ]
    rows = []
    for y in range(height):
        row = [(238, 240, 244)] * width
        for left, top, right, bottom, colour in boxes:
            if top <= y < bottom:
                row[left:right] = [colour] * (right - left)
        rows.append(b"\0" + b"".join(bytes(dot) for dot in row))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return base64.b64encode(data).decode()


def scenario(
    id_: str,
    title: str,
    requirements: list[str],
    verdict: str = "pass",
    **more: Any,
) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title,
        "verdict": verdict,
        "message": "",
        "requirements": requirements,
        "duration": 0.21,
        "expectations": [
            {
                "expected": "status 200 with an access token",
                "actual": "status 200 with access_token#1",
                "met": True,
                "exchange": 3,
            }
        ],
        "observations": [],
        "exchanges": flow(),
        "screenshots": [],
    } | more


def _requirements() -> list[dict[str, Any]]:
    return [
        requirement(
            "rfc6749/4.1.2/code-single-use",
            "A code can be exchanged once only",
            "fail",
            remedy="Whoever sees a code in a log, a history or a referrer can "
            "turn it into a token of their own. Delete the code in the "
            "transaction that issues the token.",
            sources=[source(6749, "4.1.2"), source(9700, "2.1.1")],
        ),
        requirement(
            "rfc6749/4.1.2/code-reuse-revokes",
            "Reusing a code revokes the tokens issued from it",
            "warn",
            remedy="The reuse shows that the code has leaked: the tokens that "
            "came from it may be in the wrong hands and should end.",
        ),
        requirement(
            "rfc6749/4.1.3/redirect-uri-equal",
            "The redirect URI at "
            "the token step equals the one at the authorize step",
        ),
        requirement(
            "rfc6749/5.1/no-store", "A token response must not be cached"
        ),
        requirement(
            "rfc6749/2.3.1/basic",
            "Client credentials are accepted in HTTP Basic",
            "known",
            reason="Documented: FitTrackee takes client credentials in the "
            "request body only.",
            remedy="Ready-made clients that use HTTP Basic cannot connect.",
        ),
        requirement(
            "rfc6749/10.3/tls",
            "Tokens travel over TLS only",
            "unsupported",
            reason="The target is reached over plain HTTP on loopback, where "
            "the rule cannot be told.",
        ),
        requirement(
            "rfc6749/3.1.2.4/unregistered-redirect",
            "An unregistered redirect URI is not redirected to",
        ),
        requirement(
            "rfc6750/3.1/invalid-token",
            "An unknown token is refused with 401 and invalid_token",
        ),
        requirement(
            "rfc6750/3/www-authenticate",
            "A refusal carries a WWW-Authenticate challenge",
            "fail",
            remedy="A client cannot tell an expired token from a missing one. "
            "Send WWW-Authenticate: Bearer with every 401 to a protected "
            "route.",
        ),
        requirement(
            "rfc7009/2.1/revoke-refresh",
            "A revoked refresh token ends its access tokens",
        ),
        requirement(
            "rfc7009/2.2/unknown-token-200",
            "Revoking an unknown token answers 200",
            "blocked",
            reason="The token to revoke could not be obtained.",
        ),
        requirement(
            "rfc7636/4.6/verifier-mismatch", "A wrong code verifier is refused"
        ),
        requirement(
            "rfc7636/4.4.1/s256-only",
            "A plain challenge is refused where S256 is required",
            "error",
        ),
        requirement(
            "rfc9700/4.14.2/refresh-rotation",
            "A used refresh token is replaced",
            "untested",
            reason="Judged only on instances that the harness started.",
        ),
        requirement(
            "fittrackee/oauth/consent-names-app",
            "The consent page names the app and its scopes",
        ),
        requirement(
            "fittrackee/oauth/apps-first-party-only",
            "No third-party token reaches the management of apps",
        ),
        requirement(
            "fittrackee/api-oauth2/scope-as-list",
            "The documented token response has its scope as a list",
            level="MAY",
        ),
    ]


def _failing() -> list[dict[str, Any]]:
    again = exchange(
        4,
        "POST",
        "/api/oauth/token",
        200,
        body=EXCHANGE_CODE,
        answer=TOKEN.replace("#1", "#2"),
    )
    probe = exchange(
        1,
        "GET",
        "/api/workouts?page=1",
        401,
        answer='{"error": "invalid_token", "error_description": "The access '
        'token provided is expired, revoked, malformed, or invalid"}',
    )
    return [
        scenario(
            "protocol/test_token.py::test_code_cannot_be_replayed",
            "A second exchange of the same code is refused.",
            ["rfc6749/4.1.2/code-single-use"],
            "fail",
            message="The second exchange of authorization_code#1 was "
            "answered with a new access token.",
            expectations=[
                {
                    "expected": "status 200 with an access token (control)",
                    "actual": "status 200 with access_token#1",
                    "met": True,
                    "exchange": 3,
                },
                {
                    "expected": "status 400 with error invalid_grant",
                    "actual": "status 200 with access_token#2",
                    "met": False,
                    "exchange": 4,
                },
            ],
            exchanges=[*flow(), again],
        ),
        scenario(
            "protocol/test_token.py::test_reuse_ends_the_tokens",
            "Reusing a code ends the token that it gave.",
            ["rfc6749/4.1.2/code-reuse-revokes"],
            "warn",
            message="access_token#1 still works after the reuse.",
            expectations=[
                {
                    "expected": "status 401 for the token of the first "
                    "exchange",
                    "actual": "status 200",
                    "met": False,
                    "exchange": 3,
                }
            ],
        ),
        scenario(
            "protocol/test_bearer.py::test_refusal_challenges",
            "A refused token is answered with a challenge.",
            ["rfc6750/3/www-authenticate"],
            "fail",
            expectations=[
                {
                    "expected": "status 401",
                    "actual": "status 401",
                    "met": True,
                    "exchange": 1,
                },
                {
                    "expected": "a WWW-Authenticate header with the scheme "
                    "Bearer",
                    "actual": "no WWW-Authenticate header",
                    "met": False,
                    "exchange": 1,
                },
            ],
            exchanges=[probe],
        ),
        scenario(
            "protocol/test_client.py::test_basic_credentials",
            "Client credentials in HTTP Basic are accepted.",
            ["rfc6749/2.3.1/basic"],
            "known",
            message="Documented: credentials in the request body only.",
        ),
        scenario(
            "protocol/test_revoke.py::test_unknown_token",
            "Revoking an unknown token is answered with 200.",
            ["rfc7009/2.2/unknown-token-200"],
            "blocked",
            message="must_exchange: expected status 200, got no response "
            "within 10 s",
            expectations=[],
            exchanges=[
                *flow()[:2],
                exchange(3, "POST", "/api/oauth/token", 200)
                | {
                    "response": None,
                    "error": "no response within 10 s: ReadTimeout",
                },
            ],
        ),
        scenario(
            "protocol/test_pkce.py::test_plain_is_refused",
            "A plain challenge is refused.",
            ["rfc7636/4.4.1/s256-only"],
            "error",
            message="KeyError: 'redirect_url'\n  "
            "conformance/actors/app.py:118 in authorize",
            expectations=[],
        ),
    ]


def _passing() -> list[dict[str, Any]]:
    browser = [
        one | {"via": "browser", "actor": "owner"} for one in flow()[1:2]
    ]
    hosts = [
        "http://app.example/callback",
        "https://app.example/callback/../other",
        "https://app.example.evil.example/callback",
        "https://app.example/callback?x=1",
        "https://APP.example:444/callback#frag",
        "javascript:alert(1)//app.example",
    ]
    return [
        *(
            scenario(
                "protocol/test_authorize.py::"
                f"test_unregistered_redirect[{host}]",
                "An unregistered redirect URI is refused.",
                ["rfc6749/3.1.2.4/unregistered-redirect"],
            )
            for host in hosts
        ),
        scenario(
            "protocol/test_token.py::test_redirect_uri_must_match",
            "A changed redirect URI at the token step is refused.",
            ["rfc6749/4.1.3/redirect-uri-equal"],
        ),
        scenario(
            "protocol/test_token.py::test_token_response",
            "The token response is complete and not cached.",
            ["rfc6749/5.1/no-store", "fittrackee/api-oauth2/scope-as-list"],
            observations=[
                'scope came as the string "workouts:read", not as a list'
            ],
        ),
        scenario(
            "protocol/test_bearer.py::test_unknown_token",
            "A made-up token is refused.",
            ["rfc6750/3.1/invalid-token"],
        ),
        scenario(
            "protocol/test_revoke.py::test_refresh_token",
            "Revoking a refresh token ends its access token.",
            ["rfc7009/2.1/revoke-refresh"],
        ),
        scenario(
            "protocol/test_pkce.py::test_wrong_verifier",
            "A wrong code verifier is refused.",
            ["rfc7636/4.6/verifier-mismatch"],
        ),
        scenario(
            "protocol/test_apps.py::test_no_third_party",
            "A token with every scope cannot list the owner's apps.",
            ["fittrackee/oauth/apps-first-party-only"],
        ),
        scenario(
            "deployment/test_tls.py::test_plain_http",
            "A token request over plain HTTP is refused.",
            ["rfc6749/10.3/tls"],
            "unsupported",
            message="The target is reached over plain HTTP on loopback.",
            expectations=[],
            exchanges=[],
        ),
        scenario(
            "browser/test_consent.py::test_whole_flow",
            "The owner reads what the app wants, and authorizes it.",
            ["fittrackee/oauth/consent-names-app"],
            duration=4.8,
            exchanges=[*browser, flow()[2]],
            screenshots=[
                {"title": "The consent page", "png": png()},
                {"title": "Back at the app", "png": png(960, 320)},
            ],
        ),
    ]


def assemble(
    requirements: list[dict[str, Any]],
    scenarios: list[dict[str, Any]],
    **more: Any,
) -> dict[str, Any]:
    """Results of these requirements and scenarios, counted."""
    for one in requirements:
        one["scenarios"] = [
            s["id"] for s in scenarios if one["id"] in s["requirements"]
        ]
    return {
        "schema": 1,
        "harness": {"version": "0.1.0"},
        "target": {
            "kind": "pip",
            "name": "pip:fittrackee==1.3.6",
            "url": BASE,
            "version": "1.3.6",
        },
        "started": "2025-11-23T06:30:12+00:00",
        "finished": "2025-11-23T06:32:04.5+00:00",
        "verdict": "violations",
        "reason": "2 requirements of level MUST are violated, the first is "
        "rfc6749/4.1.2/code-single-use",
        "notes": [],
        "options": {
            "fail_on": "must",
            "requirement": [],
            "read_only": False,
            "fault": "",
            "proxy": "",
        },
        "counts": dict(Counter(r["verdict"] for r in requirements)),
        "scenario_counts": dict(Counter(s["verdict"] for s in scenarios)),
        "http_requests": sum(len(s["exchanges"]) for s in scenarios),
        "requirements": requirements,
        "scenarios": scenarios,
    } | more


def violations() -> dict[str, Any]:
    """A run that found something of everything."""
    return assemble(
        _requirements(),
        [*_failing(), *_passing()],
        notes=["version 1.9.0 is newer than any documented; judged as 1.3.6"],
        options={
            "fail_on": "should",
            "requirement": ["rfc*/**", "fittrackee/oauth/*"],
            "read_only": False,
            "fault": "",
            "proxy": "nginx",
            "known": "accepted.toml",
        },
    )


def conforming() -> dict[str, Any]:
    """A run in which all is well."""
    good = [r for r in _requirements() if r["verdict"] in {"pass", "untested"}]
    passing = [s for s in _passing() if s["verdict"] == "pass"]
    return assemble(
        good,
        passing,
        verdict="conforms",
        reason="",
        target={
            "kind": "reference",
            "name": "reference",
            "url": BASE,
            "version": "1.3.6",
        },
    )


def not_judged() -> dict[str, Any]:
    """A run that could not judge anything."""
    return assemble(
        [r | {"verdict": "untested"} for r in _requirements()],
        [],
        verdict="not judged",
        reason="the instance stopped answering at http://127.0.0.1:5000 after "
        "3 requests: start it again and repeat the run",
    )


def large(scenarios: int = 500, exchanges: int = 15) -> dict[str, Any]:
    """A run of that many passing scenarios, and a tenth failing."""
    requirements, ran = [], []
    for n in range(scenarios):
        verdict = "fail" if n % 50 == 0 else "pass"
        id_ = f"rfc{(6749, 6750, 7009, 7636)[n % 4]}/{n % 9 + 1}/slug-{n}"
        requirements.append(requirement(id_, f"Requirement {n}", verdict))
        steps = [
            deepcopy(one) | {"n": k + 1}
            for k, one in enumerate((flow() * exchanges)[:exchanges])
        ]
        ran.append(
            scenario(
                f"protocol/test_{n // 25}.py::test_{n}",
                f"Scenario {n} holds what it says.",
                [id_],
                verdict,
                exchanges=steps,
            )
        )
    return assemble(requirements, ran)


def main(directory: Path) -> None:
    """Write a report of each kind below a folder."""
    from conformance.report import write_report
    from conformance.results import parse

    for make in (violations, conforming, not_judged, large):
        path = write_report(directory / make.__name__, parse(make()))
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
