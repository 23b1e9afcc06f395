"""A recorded request as a curl command for any POSIX shell.

The labels of secrets become shell variables (``access_token#2`` is
``$ACCESS_TOKEN_2``) and the target's address ``$FITTRACKEE_URL``, so that
whoever repeats the request fills in their own.
"""

from __future__ import annotations

import re
import shlex
from email.parser import Parser
from email.policy import HTTP
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import MIMEPart

    from conformance.report.model import Request

# What stands before "#" in a label is one of the kinds of secret: without
# that, the fragment of https://app.example/callback#1 would look like one.
LABEL = re.compile(
    r"(?<![A-Za-z0-9_#])"
    r"((?:[a-z][a-z0-9]*_)*"
    r"(?:token|secret|code|password|cookie|verifier|session|credentials))"
    r"#([0-9]+)(?![A-Za-z0-9_])"
)

# How the recorder marks a body that it did not keep whole.
_SHORTENED = re.compile(r"\n… [0-9]+ more characters\Z")
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
_NOT_IN_DOUBLE_QUOTES = re.compile(r'[$`"\\!]')
# curl writes these itself, or they only describe the connection.
_OWN_HEADERS = {
    "accept-encoding",
    "connection",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
}
_OWN_PREFIXES = (":", "sec-ch-", "sec-fetch-")


def curl_command(request: Request, base_url: str) -> str:
    """Return the command that sends a recorded request again.

    Args:
        request: The request, redacted.
        base_url: The target's address, without a trailing slash.

    Returns:
        A command over several lines, or a shell comment that says why
        there is none.
    """
    texts = [request.url, request.body, *sum(request.headers, ())]
    if any("\0" in text for text in texts):
        return "# no command line can carry the NUL character in this request"
    if _SHORTENED.search(request.body):
        return "# the body of this request was too long to be kept whole"
    words = _Words(base_url)
    lines = [f"curl -sS -i{_switches(request)} {words.quote(request.url)}"]
    form = _multipart(request)
    for name, value in _headers(request, multipart=bool(form)):
        pair = f"{name}: {value}" if value else f"{name};"
        lines.append(f"-H {words.quote(pair)}")
    if form:
        lines += [f"-F {words.quote(part)}" for part in form]
    elif request.body:
        if not _header(request, "content-type"):
            lines.append("-H 'Content-Type:'")
        lines += [f"--data-raw {words.quote(part)}" for part in _data(request)]
    return " \\\n  ".join(lines)


class _Words:
    """Quotes the words of a command."""

    def __init__(self, base_url: str) -> None:
        base = re.escape(base_url.rstrip("/")) or "(?!)"
        self._parts = re.compile(
            f"(?P<base>{base}(?![\\w.:@-]))|{LABEL.pattern}|{_CONTROL.pattern}"
        )

    def quote(self, text: str) -> str:
        """Return a text as one word, its labels as variables."""
        pieces = list(self._split(text))
        literal = "".join(t for t, expansion in pieces if not expansion)
        if not any(expansion for _, expansion in pieces):
            return shlex.quote(text)
        if _NOT_IN_DOUBLE_QUOTES.search(literal) or "\n" in literal:
            return "".join(
                f'"{t}"' if expansion else shlex.quote(t)
                for t, expansion in pieces
            )
        return '"' + "".join(_braced(pieces)) + '"'

    def _split(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield (text, is an expansion) over the whole text."""
        end = 0
        for found in self._parts.finditer(text):
            if found.start() > end:
                yield text[end : found.start()], False
            yield _expansion(found), True
            end = found.end()
        if end < len(text):
            yield text[end:], False


def _expansion(found: re.Match[str]) -> str:
    if found["base"]:
        return "$FITTRACKEE_URL"
    if found[2]:
        return f"${found[2].upper()}_{found[3]}"
    return f"$(printf '\\{ord(found[0]):03o}')"


def _braced(pieces: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield the inside of a double-quoted word."""
    following = [text for text, _ in pieces[1:]] + [""]
    for (text, expansion), after in zip(pieces, following, strict=True):
        runs_on = re.match(r"[A-Za-z0-9_]", after)
        if expansion and runs_on and not text.startswith("$("):
            yield f"${{{text[1:]}}}"
        else:
            yield text


def _switches(request: Request) -> str:
    method, url = request.method.upper(), request.url
    switches = ""
    if method == "HEAD" and not request.body:
        switches += " --head"
    elif method != ("POST" if request.body else "GET"):
        switches += f" -X {shlex.quote(request.method)}"
    if re.search(r"[\[\]{}]", url):
        switches += " --globoff"
    if re.search(r"/\.\.?(/|$|[?#])", url):
        switches += " --path-as-is"
    return switches


def _header(request: Request, name: str) -> str:
    return next((v for n, v in request.headers if n.lower() == name), "")


def _headers(
    request: Request, *, multipart: bool
) -> Iterator[tuple[str, str]]:
    """Yield the headers that curl would not write by itself."""
    host = request.url.partition("://")[2]
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2]
    for name, value in request.headers:
        match name.lower():
            case "host" if value.lower() == host.lower():
                continue
            case "content-length":
                continue
            case "accept" if value == "*/*":
                continue
            case "content-type" if multipart:
                continue
            case known if known in _OWN_HEADERS:
                continue
            case known if known.startswith(_OWN_PREFIXES):
                continue
        yield name, value


def _data(request: Request) -> list[str]:
    """Return the body as the pieces that curl joins with ``&``."""
    kind = _header(request, "content-type").lower()
    if kind.startswith("application/x-www-form-urlencoded"):
        pieces = request.body.split("&")
        if all(pieces):
            return pieces
    return [request.body]


def _multipart(request: Request) -> list[str]:
    """Return a multipart form as arguments of ``-F``, else nothing."""
    kind = _header(request, "content-type")
    if not kind.lower().startswith("multipart/form-data"):
        return []
    message = Parser(policy=HTTP).parsestr(
        f"Content-Type: {kind}\r\n\r\n{request.body}"
    )
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if message.defects or any(part.is_multipart() for part in parts):
        return []
    forms = [_form(part) for part in parts]
    return [] if None in forms else [form for form in forms if form]


def _form(part: MIMEPart) -> str | None:
    """Return one part for ``-F``; None if it has no name."""
    name = part.get_param("name", header="content-disposition")
    if not isinstance(name, str) or re.search(r"[=\"\\]", name):
        return None
    content = str(part.get_payload())
    form = f"{name}={_curl_string(content)}"
    filename = part.get_filename()
    if filename is not None:
        form += f";filename={_curl_string(filename)}"
    if "content-type" in part:
        form += f";type={part['content-type']}"
    return form


def _curl_string(text: str) -> str:
    if re.fullmatch(r"[^\s\"\\;,@<][^\"\\;,\r\n]*(?<!\s)", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
