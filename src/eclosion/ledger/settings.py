"""``[ledger]``: the settings of the ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerSettings:
    """``[ledger]``: credits, and what agents may do with them.

    Every field is described in docs/settings.md.
    """

    enabled: bool = True
    unit: str = "credit"
    scale: int = 6
    batch_most: int = 8_190
    transfers_a_minute: int = 24_570
