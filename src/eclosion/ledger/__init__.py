"""Credits: accounts, transfers of one and two phases, and a log that proves them.

Use cases are plain functions in ``service/``: they take the part's ``Ledger`` (clock, settings, rules), a unit of work
and what is wanted. What always holds: every debit is somebody's credit; no limit is breached, not even within a
batch; an id is used once; a pending transfer is resolved once; and the balances are what the log says. The part
refuses to know who may do something, what was bought, and of any door.

The model is TigerBeetle's (its public documentation); the rules are in ``model/rules.py`` and know no database.
"""

from pathlib import Path

from eclosion.ledger.context import Ledger
from eclosion.ledger.model.shapes import Account, Pending, PendingState, Result, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.settings import LedgerSettings
from eclosion.store import Source

SOURCE = Source("ledger", Path(__file__).parent)

__all__ = [
    "SOURCE",
    "Account",
    "Ledger",
    "LedgerSettings",
    "Pending",
    "PendingState",
    "Result",
    "Status",
    "Transfer",
]
