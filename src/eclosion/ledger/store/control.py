"""Mandates and what was spent under them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from eclosion.ledger.model.terms import Spending, Terms
from eclosion.ledger.store.rows import blob, number
from eclosion.store import Unit, Value


class Mandate(NamedTuple):
    """An owner's terms for one wallet. See migrations/0002_control.sql."""

    account_id: int
    id: int
    owner_id: int
    state: str
    terms: Terms
    at_ms: int


class Spent(NamedTuple):
    """A payment under a mandate."""

    id: int
    account_id: int
    mandate_id: int
    payee_id: int
    amount: int
    category: str
    reference: str
    holds: int
    state: str
    at_ms: int


def put_mandate(unit: Unit, mandate: Mandate) -> None:
    """Write a mandate in the place of the one before."""
    unit.run(
        "ledger.put_mandate",
        account_id=blob(mandate.account_id),
        id=mandate.id,
        owner_id=mandate.owner_id,
        state=mandate.state,
        terms=msgspec.json.encode(mandate.terms).decode(),
        at_ms=mandate.at_ms,
    )


def mandate_of(unit: Unit, account_id: int) -> Mandate | None:
    """The mandate that binds a wallet."""
    row = unit.row("ledger.mandate_of", account_id=blob(account_id))
    if row is None:
        return None
    terms = msgspec.json.decode(row[4], type=Terms)
    return Mandate(number(row[0]), row[1], row[2], row[3], terms, row[5])


def add_spending(
    unit: Unit, wanted: Spending, mandate_id: int, holds: int, state: str, at_ms: int
) -> None:
    """Note a payment."""
    add_spendings(unit, [(wanted, holds, state)], mandate_id, at_ms)


def add_spendings(
    unit: Unit, made: Iterable[tuple[Spending, int, str]], mandate_id: int, at_ms: int
) -> None:
    """Note payments under one mandate: each with how many budgets it counts against, and its state."""
    rows: list[dict[str, Value]] = [
        {
            "id": blob(wanted.id),
            "account_id": blob(wanted.payer_id),
            "mandate_id": mandate_id,
            "payee_id": blob(wanted.payee_id),
            "amount": wanted.amount,
            "category": wanted.category,
            "reference": wanted.reference,
            "holds": holds,
            "state": state,
            "at_ms": at_ms,
        }
        for wanted, holds, state in made
    ]
    unit.put_many("ledger.add_spending", rows)


def spending_by_id(unit: Unit, id_: int) -> Spent | None:
    """A payment under a mandate."""
    row = unit.row("ledger.spending_by_id", id=blob(id_))
    return _spent(row) if row else None


def set_spending_state(unit: Unit, id_: int, state: str, was: str) -> bool:
    """Move a payment on; False if it was not in the state that it should leave."""
    return unit.run("ledger.set_spending_state", id=blob(id_), state=state, was=was) == 1


def refuse_open(unit: Unit, account_id: int) -> None:
    """Nothing that a wallet had set aside, or that waits for its owner, is paid any more."""
    unit.run("ledger.refuse_open_spendings", account_id=blob(account_id))


def waiting(unit: Unit, account_id: int, limit: int, after_ms: int = 0) -> list[Spent]:
    """Payments that wait for the owner, the oldest first."""
    rows = unit.rows(
        "ledger.spendings_waiting", account_id=blob(account_id), after_ms=after_ms, limit=limit
    )
    return list(map(_spent, rows))


def _spent(row: tuple[object, ...]) -> Spent:
    values = list(row)
    for at in (0, 1, 3):
        raw = values[at]
        assert isinstance(raw, bytes)
        values[at] = number(raw)
    return Spent._make(values)
