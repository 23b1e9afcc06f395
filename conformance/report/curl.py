"""Renders a recorded request as a curl command for any POSIX shell.

The labels of secrets become shell variables (``access_token#2`` is
``$ACCESS_TOKEN_2``), and the target's address ``$FITTRACKEE_URL``: a reader
sets them to repeat the request.
"""

from __future__ import annotations

import re
import shlex
from email.parser import Parser
from email.policy import HTTP
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.evidence.octets import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import MIMEPart

    from conformance.results import RecordedRequest

# A label has a kind of secret before the "#"; otherwise the fragment of
# https://app.example/callback#1 would match.
LABEL = re.compile(
    r"(?<![A-Za-z0-9_#])"
    r"((?:[a-z][a-z0-9]*_)*"
    r"(?:token|secret|code|password|cookie|verifier|session|credentials"
    r"|email|username|name|birth_date|place|biography|workout_data))"
    r"#([0-9]+)(?![A-Za-z0-9_])"
)

# The end of a body that the recorder has truncated.
_SHORTENED = re.compile(r"\n… [0-9]+ more characters\Z")
# Control characters, and bytes that are not valid UTF-8.
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f\ud800-\udfff]+")
_AT_RANDOM = 16  # minimum length of a boundary that a client generates
TOO_LONG = "this request was too long to be recorded completely"
_NOT_IN_DOUBLE_QUOTES = re.compile(r'[$`"\\!]')
# curl sets these itself, or they describe the connection only.
_OWN_HEADERS = {
    "accept-encoding",
    "connection",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
}
_OWN_PREFIXES = (":", "sec-ch-", "sec-fetch-")


def curl_command(request: RecordedRequest, base_url: str) -> str:
    """Return the command that sends a recorded request again.

    Args:
        request: The request, redacted.
        base_url: The target's address, without a trailing slash.

    Returns:
        A command on several lines, or a shell comment that says why there is
        none.
    """
    if request.raw:
        return raw_command(request.raw, base_url)
    if why := _impossible(request):
        return f"# {why}"
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
        if "\0" in request.body:
            lines[0] = f"{_printed(request.body, words)} |\n  {lines[0]}"
            lines.append("--data-binary @-")
        else:
            parts = _data(request)
            lines += [f"--data-raw {words.quote(part)}" for part in parts]
    return " \\\n  ".join(lines)


def _impossible(request: RecordedRequest) -> str:
    """Return why no command can send a request, ``""`` if one can."""
    texts = [request.url, *sum(request.headers, ())]
    if any("\0" in text for text in texts):
        return "a command line cannot contain the NUL in this request"
    if any(_SHORTENED.search(text) for text in (request.body, *texts)):
        return TOO_LONG
    return ""


def _printed(body: str, words: _Words) -> str:
    """Return the command that prints a body with NUL characters in it."""
    parts = body.split("\0")
    form = "\\000".join(["%s"] * len(parts))
    return f"printf '{form}' {' '.join(words.quote(part) for part in parts)}"


def raw_command(raw: str, base_url: str) -> str:
    """Return the command that sends a request as raw bytes.

    Args:
        raw: The bytes of the request as text, redacted.
        base_url: The target's address.
    """
    if _SHORTENED.search(raw):
        return f"# {TOO_LONG}"
    parts = urlsplit(base_url)
    tls = parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    host = shlex.quote(parts.hostname or "")
    form, variables, end = "", "", 0
    for label in LABEL.finditer(raw):
        form += f"{_printf(raw[end : label.start()])}%s"
        variables += f' "${label[1].upper()}_{label[2]}"'
        end = label.end()
    form += _printf(raw[end:])
    there = f"openssl s_client -quiet -servername {host} -connect {host}:"
    return (
        "# curl cannot send this request; these are its bytes:\n"
        f"printf '{form}'{variables} |\n  "
        + (f"{there}{port}" if tls else f"nc {host} {port}")
    )


def _printf(text: str) -> str:
    """Return a text as a printf format, for single quotes."""
    return re.sub(
        rb"[^ -&(-~]|[%\\]",
        lambda found: b"\\%03o" % found[0][0],
        to_bytes(text),
    ).decode("ascii")


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
        """Yield the parts of a text, and whether each is an expansion."""
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
    octal = "".join(f"\\{byte:03o}" for byte in to_bytes(found[0]))
    return f"$(printf '{octal}')"


def _braced(pieces: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield the parts of a double-quoted word."""
    following = [text for text, _ in pieces[1:]] + [""]
    for (text, expansion), after in zip(pieces, following, strict=True):
        runs_on = re.match(r"[A-Za-z0-9_]", after)
        if expansion and runs_on and not text.startswith("$("):
            yield f"${{{text[1:]}}}"
        else:
            yield text


def _switches(request: RecordedRequest) -> str:
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


def _header(request: RecordedRequest, name: str) -> str:
    return next((v for n, v in request.headers if n.lower() == name), "")


def _headers(
    request: RecordedRequest, *, multipart: bool
) -> Iterator[tuple[str, str]]:
    """Yield the headers that curl does not set itself."""
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


def _data(request: RecordedRequest) -> list[str]:
    """Return the body in parts, which curl joins with ``&``."""
    kind = _header(request, "content-type").lower()
    if kind.startswith("application/x-www-form-urlencoded"):
        pieces = request.body.split("&")
        if all(pieces):
            return pieces
    return [request.body]


def _multipart(request: RecordedRequest) -> list[str]:
    """Return the arguments of ``-F``, none if the body is another one."""
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
    boundary = str(message.get_boundary())
    if len(boundary) < _AT_RANDOM or None in forms:
        return []  # a chosen boundary may be the point of the request
    if _as_curl_writes(parts, boundary) != request.body:
        return []
    return [form for form in forms if form]


def _as_curl_writes(parts: list[MIMEPart], boundary: str) -> str:
    """Return the multipart body that curl would send with a boundary."""
    body = ""
    for part in parts:
        body += f"--{boundary}\r\n"
        body += f"Content-Disposition: {part['content-disposition']}\r\n"
        if "content-type" in part:
            body += f"Content-Type: {part['content-type']}\r\n"
        body += f"\r\n{part.get_payload()}\r\n"
    return f"{body}--{boundary}--\r\n"


def _form(part: MIMEPart) -> str | None:
    """Return the argument of ``-F`` for a part, None if it has no name."""
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
