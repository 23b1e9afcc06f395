"""How a connection to an instance is opened: its address, whom to trust.

An instance behind a proxy of the harness's own bears a name that no
resolver knows, and a certificate of an authority that nobody else trusts.
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
    """Where a URL's host is, and which certificates to trust there.

    Attributes:
        address: IP address that takes the place of the host's own, ``""``
            to ask the resolver. The host's name stays in the ``Host``
            header and in TLS.
        authority: PEM file of the certificate authority to trust, ``""``
            for the usual ones (or those that ``SSL_CERT_FILE`` names).
    """

    address: str = ""
    authority: str = ""

    def tls(self) -> ssl.SSLContext:
        """Return what TLS connections are verified with."""
        if self.authority:
            return ssl.create_default_context(cafile=self.authority)
        return httpx.create_ssl_context()

    def transport(
        self, limits: httpx.Limits | None = None, *, http2: bool = False
    ) -> httpx.BaseTransport:
        """Return a transport that goes there; nothing is opened yet.

        Args:
            limits: Of the connections that are kept.
            http2: Speak HTTP/2 where the server does, and HTTP/1.1 else.
        """
        inner = httpx.HTTPTransport(
            verify=self.tls(), limits=limits or httpx.Limits(), http2=http2
        )
        return _Moved(inner, self.address) if self.address else inner

    def connect(self, url: str, timeout: float) -> socket.socket:
        """Open a connection for requests that no HTTP client would send.

        Args:
            url: Any URL of the instance.
            timeout: Seconds for connecting, and for each later operation.

        Raises:
            OSError: Nothing answers there in time, or TLS fails.
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
        """Return the options that make Chromium go there and trust it.

        Chromium has none for a further authority. It is told the one key to
        take, once name and authority were verified here, and checks every
        other certificate as ever.

        Args:
            url: The instance's.

        Raises:
            OSError: Nothing answers there, or TLS fails.
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
        """Return the hash of the key that a server proves to have.

        Name, authority and dates of its certificate are verified first.

        Args:
            url: Any ``https`` URL of the instance.
            timeout: Seconds for connecting.

        Returns:
            SHA-256 of the public key's DER form, in base64.

        Raises:
            OSError: Nothing answers there in time, or TLS fails.
        """
        with self.connect(url, timeout) as connection:
            assert isinstance(connection, ssl.SSLSocket)  # noqa: S101
            shown = connection.getpeercert(binary_form=True)
        key = x509.load_der_x509_certificate(shown or b"").public_key()
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(der).digest()).decode()


class _Moved(httpx.BaseTransport):
    """Connects to another address; ``Host`` and TLS keep the name."""

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
