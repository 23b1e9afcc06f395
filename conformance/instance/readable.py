"""Responses whose text and JSON can always be asked for.

A server chooses the charset that it announces and how deep it nests: what
httpx and Python make of that may be any exception at all.
"""

from __future__ import annotations

from typing import Any

import httpx

# Others decode no text (zlib), know no replacement (idna) or are quadratic.
CHARSETS = (
    *("utf", "us-ascii", "ascii", "iso-8859", "iso8859", "latin"),
    *("windows-", "cp", "koi8", "gb", "big5", "shift_jis", "euc"),
)


class Response(httpx.Response):
    """A response that raises nothing but ValueError for an odd body."""

    @property
    def text(self) -> str:
        """The body as text; bytes that are none in its charset replaced."""
        charset = (self.charset_encoding or "utf-8").strip().lower()
        if charset.startswith(CHARSETS):
            try:
                return self.content.decode(charset, "replace")
            except (LookupError, ValueError):
                pass  # no such charset
        return self.content.decode("utf-8", "replace")

    def json(self, **options: Any) -> Any:
        """Return the JSON document that came.

        Raises:
            ValueError: It is none, or is nested too deep to be read.
        """
        try:
            return super().json(**options)
        except RecursionError:
            raise ValueError("JSON that is nested too deep") from None


def readable(response: httpx.Response) -> Response:
    """Return the same response, unread, in a form that can be read."""
    return Response(
        response.status_code,
        headers=response.headers,
        stream=response.stream,
        extensions=response.extensions,
    )


class Reading(httpx.BaseTransport):
    """Makes readable what another transport brings."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        """Wrap a transport."""
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        return readable(self._inner.handle_request(request))

    def close(self) -> None:
        """Close the wrapped transport."""
        self._inner.close()
