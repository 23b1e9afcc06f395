"""Checks of TLS: the certificate's trust, name and expiry, the versions."""

from __future__ import annotations

import datetime as dt
import ssl
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509

from conformance.errors import TargetError
from conformance.instance import ready
from conformance.instance.reach import Reach

if TYPE_CHECKING:
    from conformance.doctor.examination import Examination

SOON = 14  # days
# OpenSSL's codes of verification errors.
EXPIRED = 10
WRONG_NAME = {62, 64}  # host name, IP address
# Errors of this machine's own OpenSSL when it cannot offer a version.
UNABLE = {"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE", "INTERNAL_ERROR"}
OLD = {
    "TLS 1.0": ssl.TLSVersion.TLSv1,
    "TLS 1.1": ssl.TLSVersion.TLSv1_1,
}
NEW = {
    "TLS 1.2": ssl.TLSVersion.TLSv1_2,
    "TLS 1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True)
class Unverified(Reach):
    """Connects without verifying the certificate; for anonymous requests.

    Attributes:
        version: The only version of TLS to offer, None for the usual ones.
    """

    version: ssl.TLSVersion | None = None

    def tls(self) -> ssl.SSLContext:
        """Return a context that verifies nothing."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if self.version is not None:
            # Old versions need ciphers that are disabled by default.
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = self.version
                context.maximum_version = self.version
        return context


def check(url: str, reach: Reach, result: Examination) -> Reach:
    """Check the certificate and the versions of TLS.

    Returns:
        How to connect from now on: without verification if the certificate
        is not valid; no password may be sent then.

    Raises:
        TargetError: The server does not speak TLS.
    """
    unverified = Unverified(reach.address)
    error = _verify(url, reach, result)
    certificate = _certificate(url, unverified, result)
    ends = certificate.not_valid_after_utc
    days = (ends - dt.datetime.now(dt.UTC)).days
    if error:
        _add_error(error, certificate, result)
    elif days < SOON:
        result.add(
            "certificate-ends", f"it expires in {days} days, on {ends:%F}"
        )
    else:
        result.passed.append(
            f"The certificate is trusted and expires in {days} days."
        )
    _versions(url, reach, result)
    return unverified if error else reach


def _verify(
    url: str, reach: Reach, result: Examination
) -> ssl.SSLCertVerificationError | None:
    result.handshakes += 1
    try:
        reach.connect(url, ready.ANSWER_SECONDS).close()
    except ssl.SSLCertVerificationError as error:
        return error
    except OSError as error:
        raise _unreachable(url, error) from None
    return None


def _certificate(
    url: str, unverified: Reach, result: Examination
) -> x509.Certificate:
    result.handshakes += 1
    try:
        with unverified.connect(url, ready.ANSWER_SECONDS) as connection:
            der = connection.getpeercert(binary_form=True)  # type: ignore[attr-defined]
    except OSError as error:
        raise _unreachable(url, error) from None
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise TargetError(f"{url}: its certificate is malformed") from None


def _unreachable(url: str, error: OSError) -> TargetError:
    if isinstance(error, ssl.SSLError):
        why = (error.reason or "no response").replace("_", " ").lower()
        return TargetError(
            f"{url}: does not speak TLS ({why}); is it a port for plain "
            "HTTP, or for another service?"
        )
    return TargetError(f"{url}: {ready.reason(error)}")


def _add_error(
    error: ssl.SSLCertVerificationError,
    certificate: x509.Certificate,
    result: Examination,
) -> None:
    ends = certificate.not_valid_after_utc
    if error.verify_code == EXPIRED:
        expired = ends < dt.datetime.now(dt.UTC)
        result.add(
            "certificate-expired",
            f"it expired on {ends:%F}"
            if expired
            else "a certificate of its chain has expired",
        )
    elif error.verify_code in WRONG_NAME:
        names = ", ".join(_names(certificate)) or "no name"
        result.add("certificate-name", f"it is valid for {names}")
    else:
        result.add("certificate-untrusted", error.verify_message)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in extension.value]


def _versions(url: str, reach: Reach, result: Examination) -> None:
    spoken = {
        name: _speaks(url, Unverified(reach.address, version=version), result)
        for name, version in {**OLD, **NEW}.items()
    }
    old = [name for name in OLD if spoken[name]]
    if old:
        result.add("tls-old", f"accepted: {' and '.join(old)}")
    refused = [name for name in OLD if spoken[name] is False]
    if refused:
        result.passed.append(f"Refused: {' and '.join(refused)}.")
    unable = [name for name, accepted in spoken.items() if accepted is None]
    if unable:
        result.unchecked.append(
            f"whether {' or '.join(unable)} is accepted: this machine's "
            "OpenSSL cannot offer it"
        )
    new = [name for name in NEW if spoken[name]]
    result.passed.append(f"Accepted: {' and '.join(new) or 'no newer TLS'}.")


def _speaks(url: str, reach: Reach, result: Examination) -> bool | None:
    """Return whether a TLS version is accepted, None if it is unknown."""
    try:
        result.handshakes += 1
        reach.connect(url, ready.ANSWER_SECONDS).close()
    except ssl.SSLError as error:
        return None if error.reason in UNABLE else False
    except OSError:
        return False
    return True
