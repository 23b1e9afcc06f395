"""Proxy configurations composed of the remedies' own lines."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.doctor.examination import causes

FOLDER = Path(__file__).with_name("configurations")
SLOT = re.compile(r"^[ \t]*\{(in [^}]+)\}$", re.MULTILINE)
#: A correct configuration: by subject, the cause whose remedy is used.
GOOD = {
    "certificate": "certificate-expired",
    "plain": "plain-offered",
    "tls": "tls-old",
    "scheme": "scheme-missing",
    "host": "host-lost",
    "address": "address-spoofed",
    "body": "body-limited",
}


def configuration(name, place, settings, cause="", *, broken=False):
    """Return the text of a proxy's configuration.

    Args:
        name: The proxy's.
        place: Where it listens, and its files.
        settings: What its template needs of this machine.
        cause: What to break or to fix in an otherwise correct one.
        broken: Whether to use its ``instead_of``, and not its ``lines``.
    """
    said = {**GOOD, cause.partition("-")[0]: cause} if cause else GOOD
    if cause == "scheme-excused":  # its remedy is about the host as well
        said = {k: v for k, v in said.items() if k != "host"}
    lines: dict[str, list[str]] = {}
    for other in said.values():
        remedy = causes()[other].remedies[name]
        wrong = broken and other == cause
        text = remedy.instead_of if wrong else remedy.lines
        if text:
            lines.setdefault(remedy.where, []).append(text)
    [file] = FOLDER.glob(f"{'Caddyfile' if name == 'caddy' else name}*")
    text = SLOT.sub(lambda m: _slot(m[1], lines), file.read_text("utf-8"))
    assert not lines, f"no slot for {list(lines)}"
    for written, real in _places(place, settings):
        text = text.replace(written, real)
    return text


def _slot(slot, lines):
    """Remove and return the lines whose place begins with the slot's name."""
    mine = [
        w
        for w in lines
        if re.fullmatch(rf"{re.escape(slot)}([;,] (?!TLS).*)?", w)
    ]
    return "\n".join("\n".join(lines.pop(where)) for where in mine)


def _places(place, settings):
    live = "/etc/letsencrypt/live/NAME"
    root = "User nobody\nGroup nogroup" if settings.get("as_root") else ""
    return [
        (f"{live}/fullchain.pem", str(place.certificate)),
        (f"{live}/privkey.pem", str(place.key)),
        ("/etc/haproxy/certs/NAME.pem", str(place.both)),
        ("bind :443", "bind 127.0.0.1:HTTPS"),
        ("127.0.0.1:5000", place.upstream),
        ("AS_ROOT", root),
        ("MODULES", str(settings.get("modules", ""))),
        ("HTTPS", str(place.port)),
        ("HTTP\n", f"{place.plain_port}\n"),
        ("HTTP ", f"{place.plain_port} "),
        ("HTTP;", f"{place.plain_port};"),
        ("HTTP>", f"{place.plain_port}>"),
        ("FOLDER", str(place.folder)),
        ("NAME", place.name),
    ]
