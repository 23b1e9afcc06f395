"""Whether TLS holds: the certificate, its name and end, the versions."""

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
# OpenSSL's numbers for what can be wrong about a certificate.
EXPIRED = 10
WRONG_NAME = {62, 64}  # host name, IP address
# What this machine's own OpenSSL says when it cannot ask.
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
    """Goes there whatever the certificate says; for anonymous requests.

    Attributes:
        version: The only version of TLS to offer, None for the usual ones.
    """

    version: ssl.TLSVersion | None = None

    def tls(self) -> ssl.SSLContext:
        """Return what verifies nothing."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if self.version is not None:
            # Old versions need ciphers that are off by default.
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = self.version
                context.maximum_version = self.version
        return context


def examine(url: str, reach: Reach, found: Examination) -> Reach:
    """Judge certificate and versions.

    Returns:
        How to go on: without verification when the certificate does not
        hold, and then no password may be sent.

    Raises:
        TargetError: Nothing speaks TLS there.
    """
    lenient = Unverified(reach.address)
    wrong = _verify(url, reach, found)
    certificate = _certificate(url, lenient, found)
    ends = certificate.not_valid_after_utc
    days = (ends - dt.datetime.now(dt.UTC)).days
    if wrong:
        _tell_wrong(wrong, certificate, found)
    elif days < SOON:
        found.add("certificate-ends", f"it ends in {days} days, on {ends:%F}")
    else:
        found.holds.append(
            f"The certificate is trusted and ends in {days} days."
        )
    _versions(url, reach, found)
    return lenient if wrong else reach


def _verify(
    url: str, reach: Reach, found: Examination
) -> ssl.SSLCertVerificationError | None:
    found.handshakes += 1
    try:
        reach.connect(url, ready.ANSWER_SECONDS).close()
    except ssl.SSLCertVerificationError as error:
        return error
    except OSError as error:
        raise _unreachable(url, error) from None
    return None


def _certificate(
    url: str, lenient: Reach, found: Examination
) -> x509.Certificate:
    found.handshakes += 1
    try:
        with lenient.connect(url, ready.ANSWER_SECONDS) as connection:
            der = connection.getpeercert(binary_form=True)  # type: ignore[attr-defined]
    except OSError as error:
        raise _unreachable(url, error) from None
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise TargetError(f"{url}: its certificate cannot be read") from None


def _unreachable(url: str, error: OSError) -> TargetError:
    if isinstance(error, ssl.SSLError):
        said = (error.reason or "no answer").replace("_", " ").lower()
        return TargetError(
            f"{url}: does not speak TLS ({said}); is it a port for plain "
            "HTTP, or for something else?"
        )
    return TargetError(f"{url}: {ready.reason(error)}")


def _tell_wrong(
    error: ssl.SSLCertVerificationError,
    certificate: x509.Certificate,
    found: Examination,
) -> None:
    ends = certificate.not_valid_after_utc
    if error.verify_code == EXPIRED:
        ended = ends < dt.datetime.now(dt.UTC)
        told = f"it ended on {ends:%F}" if ended else "one of its chain ended"
        found.add("certificate-expired", told)
    elif error.verify_code in WRONG_NAME:
        names = ", ".join(_names(certificate)) or "no name"
        found.add("certificate-name", f"it is for {names}")
    else:
        found.add("certificate-untrusted", error.verify_message)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found.value]


def _versions(url: str, reach: Reach, found: Examination) -> None:
    spoken = {
        name: _speaks(url, Unverified(reach.address, version=version), found)
        for name, version in {**OLD, **NEW}.items()
    }
    old = [name for name in OLD if spoken[name]]
    if old:
        found.add("tls-old", f"accepted: {' and '.join(old)}")
    refused = [name for name in OLD if spoken[name] is False]
    if refused:
        found.holds.append(f"Refused: {' and '.join(refused)}.")
    unable = [name for name, said in spoken.items() if said is None]
    if unable:
        found.unseen.append(
            f"whether {' or '.join(unable)} is accepted: this machine's "
            "OpenSSL cannot ask"
        )
    new = [name for name in NEW if spoken[name]]
    found.holds.append(f"Spoken: {' and '.join(new) or 'no newer TLS'}.")


def _speaks(url: str, reach: Reach, found: Examination) -> bool | None:
    """Tell whether a version is accepted, None where it cannot be asked."""
    try:
        found.handshakes += 1
        reach.connect(url, ready.ANSWER_SECONDS).close()
    except ssl.SSLError as error:
        return None if error.reason in UNABLE else False
    except OSError:
        return False
    return True
