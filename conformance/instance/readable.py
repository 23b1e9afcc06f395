"""Responses whose malformed bodies raise nothing but ValueError.

With an unusual charset or deeply nested JSON, httpx and Python raise various
other exceptions.
"""

from __future__ import annotations

from typing import Any

import httpx

# Python's other codecs do not decode to text (zlib), do not support
# replacement (idna) or take quadratic time.
CHARSETS = (
    *("utf", "us-ascii", "ascii", "iso-8859", "iso8859", "latin"),
    *("windows-", "cp", "koi8", "gb", "big5", "shift_jis", "euc"),
)


class Response(httpx.Response):
    """A response whose malformed body raises nothing but ValueError."""

    @property
    def text(self) -> str:
        """The body as text; bytes that are invalid in its charset replaced."""
        charset = (self.charset_encoding or "utf-8").strip().lower()
        if charset.startswith(CHARSETS):
            try:
                return self.content.decode(charset, "replace")
            except (LookupError, ValueError):
                pass  # no such charset
        return self.content.decode("utf-8", "replace")

    def json(self, **options: Any) -> Any:
        """Return the value of the JSON body.

        Raises:
            ValueError: It is not JSON, or is nested too deep to be parsed.
        """
        try:
            return super().json(**options)
        except RecursionError:
            raise ValueError("JSON that is nested too deep") from None


def readable(response: httpx.Response) -> Response:
    """Return the same response, unread, as a :class:`Response`."""
    return Response(
        response.status_code,
        headers=response.headers,
        stream=response.stream,
        extensions=response.extensions,
    )


class ReadableTransport(httpx.BaseTransport):
    """Wraps a transport; returns its responses as :class:`Response`."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        """Wrap a transport."""
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        return readable(self._inner.handle_request(request))

    def close(self) -> None:
        """Close the wrapped transport."""
        self._inner.close()
