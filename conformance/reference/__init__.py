"""The reference server: FitTrackee's OAuth 2.0 as it should be.

It conforms wherever real releases may not: every scenario passes against it.
A fault (:mod:`conformance.faults`), applied from outside, makes it violate
one chosen requirement.
"""

from conformance.reference.listen import serve
from conformance.reference.server import ReferenceServer
from conformance.reference.storage.users import User, hash_password

__all__ = [
    "ReferenceServer",
    "User",
    "hash_password",
    "serve",
]
