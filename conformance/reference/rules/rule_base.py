"""Base of every group of rules: contract, database, time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.reference.storage.models import hashed

if TYPE_CHECKING:
    from conformance.reference.contracts import Contract
    from conformance.reference.storage.database import Database


class RuleBase:
    """Gives the rules their contract, database and clock."""

    def __init__(self, contract: Contract, database: Database) -> None:
        """Belong to one server."""
        self.contract = contract
        self.database = database

    def now(self) -> float:
        """Return the time, in epoch seconds."""
        return time.time()

    def stored(self, secret: str) -> str:
        """Return the hash under which a secret is stored and looked up."""
        return hashed(secret)

    def storable(self, text: str) -> bool:
        """Whether the database accepts a text: no NUL, no lone surrogate."""
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        return "\0" not in text
