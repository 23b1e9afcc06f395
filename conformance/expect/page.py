"""Matchers for pages of the server (RFC 9700 sections 4.2 and 4.16)."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from conformance.expect.basics import that

if TYPE_CHECKING:
    import httpx

ANYBODY = {"*", "http:", "https:", "http://*", "https://*"}
ATTRIBUTES = {"action", "data", "formaction", "href", "poster", "src"}


def html(response: httpx.Response) -> None:
    """Demand a page: 200 and text/html."""
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    that(
        response.status_code == 200 and kind == "text/html",
        "200 with a page (text/html)",
        f"{response.status_code} {kind or 'without Content-Type'}",
    )


def not_framed(response: httpx.Response, *, by_policy: bool = False) -> None:
    """Demand headers that forbid other sites to frame a page.

    Args:
        response: The page.
        by_policy: Whether only a Content-Security-Policy counts.
    """
    option = response.headers.get("x-frame-options", "")
    policy = frame_ancestors(response)
    denied = option.strip().upper() in {"DENY", "SAMEORIGIN"} and not by_policy
    that(
        denied or _restricts(policy),
        "a Content-Security-Policy with frame-ancestors"
        if by_policy
        else "X-Frame-Options or a frame-ancestors policy",
        f"X-Frame-Options: {option or 'absent'}; "
        f"frame-ancestors: {_shown(policy)}",
    )


def own_resources(response: httpx.Response) -> None:
    """Demand a page without resources or links of other sites."""
    references = _References()
    references.feed(response.text)
    here = str(response.request.url)
    foreign = [
        found
        for found in references.found
        if urlsplit(urljoin(here, found)).scheme in {"http", "https"}
        and urlsplit(urljoin(here, found)).netloc != urlsplit(here).netloc
    ]
    that(
        not foreign,
        "no resource or link of another site",
        ", ".join(foreign) or "none",
    )


def frame_ancestors(response: httpx.Response) -> list[str] | None:
    """Return the sources of ``frame-ancestors``, None without it."""
    for header in response.headers.get_list("content-security-policy"):
        for directive in header.replace(",", ";").split(";"):
            name, *sources = directive.split() or [""]
            if name.lower() == "frame-ancestors":
                return sources
    return None


class _References(HTMLParser):
    """Collects the URLs that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        del tag
        self.found += [v for name, v in attrs if name in ATTRIBUTES and v]


def _restricts(policy: list[str] | None) -> bool:
    return policy is not None and not ANYBODY & {s.lower() for s in policy}


def _shown(policy: list[str] | None) -> str:
    return "absent" if policy is None else " ".join(policy) or "(empty)"
