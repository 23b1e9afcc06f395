"""The reference server: FitTrackee's OAuth 2.0 as it should be.

It is the product's ground truth. Where real releases may be wrong it is
right, and a fault (:mod:`conformance.reference.faults`) makes it wrong in
one chosen place, from outside.
"""

from conformance.reference.demonstration import (
    Demonstration,
    demonstration,
)
from conformance.reference.server import ReferenceServer
from conformance.reference.serving import serve
from conformance.reference.users import User, hash_password

__all__ = [
    "Demonstration",
    "ReferenceServer",
    "User",
    "demonstration",
    "hash_password",
    "serve",
]
