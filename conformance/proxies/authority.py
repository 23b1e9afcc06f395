"""A certificate authority that is deleted after the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """Files of an authority and of the one certificate that it signed.

    Attributes:
        own: PEM file with the authority's own certificate, for clients.
        certificate: PEM file with the servers' certificate.
        key: PEM file with the servers' private key.
        both: PEM file with key and certificate.
    """

    own: Path
    certificate: Path
    key: Path
    both: Path

    @classmethod
    def made(cls, folder: Path, name: str) -> Authority:
        """Return a new authority with a certificate for one host name.

        Args:
            folder: Where the files are written.
            name: The host name that the certificate is for.
        """
        authority = trustme.CA(organization_name="deleted after the run")
        leaf = authority.issue_cert(name)
        files = cls(
            *(folder / f"{f}.pem" for f in ("own", "leaf", "key", "both"))
        )
        authority.cert_pem.write_to_path(files.own)
        for pem in leaf.cert_chain_pems:
            pem.write_to_path(files.certificate, append=True)
        for secret in (files.key, files.both):
            secret.touch(mode=0o600)
        leaf.private_key_pem.write_to_path(files.key)
        leaf.private_key_and_cert_chain_pem.write_to_path(files.both)
        return files
