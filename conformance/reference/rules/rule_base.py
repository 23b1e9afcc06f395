"""What every group of rules can reach."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.reference.storage.models import hashed

if TYPE_CHECKING:
    from conformance.reference.contracts import Contract
    from conformance.reference.storage.database import Database


class RuleBase:
    """The contract and the database that the rules are about."""

    def __init__(self, contract: Contract, database: Database) -> None:
        """Belong to one server."""
        self.contract = contract
        self.database = database

    def now(self) -> float:
        """Return the time, in epoch seconds."""
        return time.time()

    def stored(self, secret: str) -> str:
        """Return the form in which a secret is kept and looked up."""
        return hashed(secret)

    def storable(self, text: str) -> bool:
        """Text that a database takes: no NUL, no lone surrogate."""
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        return "\0" not in text
