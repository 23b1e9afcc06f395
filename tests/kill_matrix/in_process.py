"""A transport to a reference in this process, for requests of any bytes."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

import httpx

from conformance.instance.connection import TARGET


class _Latin1(bytes):
    def decode(self, *_: object) -> str:  # type: ignore[override]
        return bytes(self).decode("latin-1")


class _WireHeaders(httpx.Headers):
    """Headers that may contain any bytes, as over a real connection."""

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        return [(name, _Latin1(value)) for name, value in super().raw]


class InProcess(httpx.WSGITransport):
    """Calls a WSGI application, with any bytes in path and headers."""

    def __init__(self, app: Any) -> None:
        super().__init__(self._called, raise_app_exceptions=False)
        self._inner, self._path = app, b""

    def _called(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = unquote_to_bytes(self._path.partition(b"?")[0])
        environ["PATH_INFO"] = path.decode("latin-1")  # PEP 3333
        query = self._path.partition(b"?")[2]
        environ["QUERY_STRING"] = query.decode("latin-1")
        return self._inner(environ, start_response)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = request.extensions.get(TARGET, request.url.raw_path)
        self._path = target
        request.headers = _WireHeaders(request.headers, "latin-1")
        return super().handle_request(request)
