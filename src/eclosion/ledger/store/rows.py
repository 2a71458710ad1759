"""Between rows and shapes: an id of 128 bits is 16 bytes in the database and a number everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from eclosion.ledger.model.shapes import Account, Burned, Pending, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.store import Row, Unit, Value

T = TypeVar("T")
AT_ONCE = 64
_KEYS = tuple(f"k{n}" for n in range(AT_ONCE))


def blob(id_: int) -> bytes:
    """An id as the database keeps it."""
    return id_.to_bytes(16, "big")


def number(raw: bytes) -> int:
    """An id from the database."""
    return int.from_bytes(raw, "big")


def account_of(row: Row) -> Account:
    """A row of accounts."""
    return Account._make((number(row[0]), *row[1:8], number(row[8]), *row[9:]))


def transfer_of(row: Row) -> Transfer:
    """A row of transfers."""
    id_, debit_id, credit_id, amount, ledger, code, flags, first, timeout_ms, data, *rest = row
    return Transfer(
        number(id_),
        number(debit_id),
        number(credit_id),
        amount,
        ledger,
        code,
        flags,
        number(first),
        timeout_ms,
        number(data),
        rest[0],
        rest[1],
        rest[2],
    )


def pending_of(row: Row) -> Pending:
    """A row of pending transfers."""
    return Pending(number(row[0]), number(row[1]), number(row[2]), *row[3:])


def burned_of(row: Row) -> Burned:
    """A row of ids that are used up."""
    return Burned(number(row[0]), Status(row[1]), row[2])


def find(unit: Unit, one: str, many: str, ids: Iterable[int], made: Callable[[Row], T]) -> list[T]:
    """Look up things by id: one query for each 64 of them, or for all where the engine can take them apart."""
    keys = list(map(blob, ids))
    found: list[Row] = []
    if unit.engine == "postgres" and len(keys) > 1:
        return [made(row) for row in unit.rows(many, keys=b"".join(keys), count=len(keys))]
    for at in range(0, len(keys), AT_ONCE):
        some = keys[at : at + AT_ONCE]
        if len(some) == 1:
            found += unit.rows(one, k0=some[0])
            continue
        some += [some[0]] * (AT_ONCE - len(some))
        values: dict[str, Value] = dict(zip(_KEYS, some, strict=True))
        found += unit.rows(many, **values)
    return [made(row) for row in found]
