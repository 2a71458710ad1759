"""Paying: a key in a file of its own, a price that is looked at before anything is signed, a cap, and receipts.

    from eclosion.ledger.paying import open_purse
    with open_purse(Path("pay.json"), cap=1_000_000) as purse:
        answer = purse.get("https://api.example.com/report", most=250_000)

What always holds: nothing is signed above ``most`` or beyond the cap, and what was signed counts as spent until a
refusal says that it was not.
"""

from eclosion.ledger.paying.purse import (
    Bought,
    CannotPay,
    CapReached,
    Purse,
    Quote,
    TooDear,
    open_purse,
)

__all__ = ["Bought", "CannotPay", "CapReached", "Purse", "Quote", "TooDear", "open_purse"]
