"""How connections to an instance are opened: its address, and whom to trust.

An instance behind a proxy that the harness started has a host name that does
not resolve, and a certificate of a temporary authority.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)

PORTS = {"http": 80, "https": 443}
CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class Reach:
    """IP address and trusted authority for an instance.

    Attributes:
        address: IP address to connect to, ``""`` to resolve the host name.
            The ``Host`` header and TLS use the host name in either case.
        authority: PEM file of the certificate authority to trust, ``""``
            for the default ones (or those in ``SSL_CERT_FILE``).
    """

    address: str = ""
    authority: str = ""

    def tls(self) -> ssl.SSLContext:
        """Return the context that verifies TLS connections."""
        if self.authority:
            return ssl.create_default_context(cafile=self.authority)
        return httpx.create_ssl_context()

    def transport(
        self, limits: httpx.Limits | None = None, *, http2: bool = False
    ) -> httpx.BaseTransport:
        """Return a transport to that address; nothing is opened yet.

        Args:
            limits: Limits of the connection pool.
            http2: Whether to use HTTP/2 if the server supports it.
        """
        inner = httpx.HTTPTransport(
            verify=self.tls(), limits=limits or httpx.Limits(), http2=http2
        )
        return _Moved(inner, self.address) if self.address else inner

    def connect(self, url: str, timeout: float) -> socket.socket:
        """Return an open socket, for requests that no HTTP client sends.

        Args:
            url: Any URL of the instance.
            timeout: Seconds for connecting, and for each later operation.

        Raises:
            OSError: The connection fails or times out, or TLS fails.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or PORTS[parts.scheme]
        plain = socket.create_connection((self.address or host, port), timeout)
        if parts.scheme == "http":
            return plain
        try:
            return self.tls().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def of_a_browser(self, url: str) -> list[str]:
        """Return the options that make Chromium connect there and trust it.

        Chromium has no option for a further authority. The certificate is
        verified here, and Chromium gets the one key to accept; it verifies
        all other certificates as usual.

        Args:
            url: The instance's URL.

        Raises:
            OSError: The connection fails, or TLS does.
        """
        words = []
        parts = urlsplit(url)
        if self.address:
            moved = f"MAP {parts.hostname} {self.address}"
            words.append(f"--host-resolver-rules={moved}")
        if self.authority and parts.scheme == "https":
            pin = self.pin(url, CONNECT_SECONDS)
            words.append(f"--ignore-certificate-errors-spki-list={pin}")
        return words

    def pin(self, url: str, timeout: float) -> str:
        """Return the hash of a server's public key.

        Name, authority and dates of its certificate are verified first.

        Args:
            url: Any ``https`` URL of the instance.
            timeout: Seconds for connecting.

        Returns:
            SHA-256 of the public key's DER form, in base64.

        Raises:
            OSError: The connection fails or times out, or TLS fails.
        """
        with self.connect(url, timeout) as connection:
            assert isinstance(connection, ssl.SSLSocket)  # noqa: S101
            certificate = connection.getpeercert(binary_form=True)
        key = x509.load_der_x509_certificate(certificate or b"").public_key()
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(der).digest()).decode()


class _Moved(httpx.BaseTransport):
    """Connects to another address; ``Host`` and TLS use the host name."""

    def __init__(self, inner: httpx.BaseTransport, address: str) -> None:
        self._inner = inner
        self._address = address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        moved = httpx.Request(
            request.method,
            request.url.copy_with(host=self._address),
            headers=request.headers,
            stream=request.stream,
            extensions={
                **request.extensions,
                "sni_hostname": request.url.raw_host.decode("ascii"),
            },
        )
        return self._inner.handle_request(moved)

    def close(self) -> None:
        self._inner.close()
