"""The reference server: FitTrackee's OAuth 2.0 as it should be.

It is the product's ground truth. Where real releases may be wrong it is
right, and a fault (:mod:`conformance.faults`) makes it wrong in one chosen
place, from outside.
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
