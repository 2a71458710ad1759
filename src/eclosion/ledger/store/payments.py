"""Rows of payers and payments."""

from __future__ import annotations

from eclosion.ledger.model.payments import Payer, Payment
from eclosion.store import Unit


def payer_of(unit: Unit, address: bytes) -> tuple[int, int] | None:
    """The account and the agent that an address pays for."""
    row = unit.row("ledger.payer_of", address=address)
    return (int.from_bytes(row[0], "big"), row[1]) if row else None


def bind_payer(unit: Unit, payer: Payer) -> None:
    """Bind an address, unless it is bound."""
    unit.run(
        "ledger.bind_payer",
        address=payer.address,
        account_id=payer.account_id.to_bytes(16, "big"),
        agent_id=payer.agent_id,
        made_ms=payer.made_ms,
    )


def list_payers(unit: Unit, agent_id: int, limit: int) -> list[Payer]:
    """An agent's addresses, the oldest first."""
    rows = unit.rows("ledger.list_payers", agent_id=agent_id, limit=limit)
    return [Payer(bytes(r[0]), int.from_bytes(r[1], "big"), r[2], r[3]) for r in rows]


def unbind_payer(unit: Unit, address: bytes, agent_id: int) -> bool:
    """Let an agent's address go; whether it was bound."""
    return unit.run("ledger.unbind_payer", address=address, agent_id=agent_id) == 1


def payment_by_id(unit: Unit, id_: int) -> Payment | None:
    """One payment."""
    row = unit.row("ledger.payment", id=id_.to_bytes(16, "big"))
    return _payment(row) if row else None


def payments_made(unit: Unit, debit_id: int, before_ms: int, limit: int) -> list[Payment]:
    """What an account has paid for, the newest first."""
    rows = unit.rows(
        "ledger.payments_made",
        debit_id=debit_id.to_bytes(16, "big"),
        before_ms=before_ms,
        limit=limit,
    )
    return list(map(_payment, rows))


def payments_after(unit: Unit, after: int, limit: int) -> list[Payment]:
    """All payments in order of id."""
    rows = unit.rows("ledger.list_payments", after=after.to_bytes(16, "big"), limit=limit)
    return list(map(_payment, rows))


def add_payment(unit: Unit, payment: Payment) -> None:
    """Write down a new payment."""
    unit.run(
        "ledger.add_payment",
        id=payment.id.to_bytes(16, "big"),
        protocol=payment.protocol,
        resource=payment.resource,
        debit_id=payment.debit_id.to_bytes(16, "big"),
        credit_id=payment.credit_id.to_bytes(16, "big"),
        amount=payment.amount,
        secret=payment.secret,
        state=payment.state,
        made_ms=payment.made_ms,
    )


def claim_payment(unit: Unit, id_: int, resource: str, secret: bytes) -> bool:
    """Bind a paid invoice to the resource it is shown at; whether it was free."""
    changed = unit.run(
        "ledger.claim_payment", id=id_.to_bytes(16, "big"), resource=resource, secret=secret
    )
    return changed == 1


def end_payment(unit: Unit, id_: int, state: int, ended_ms: int) -> bool:
    """Note that a held payment was settled or released; whether it was held."""
    changed = unit.run(
        "ledger.end_payment", id=id_.to_bytes(16, "big"), state=state, ended_ms=ended_ms
    )
    return changed == 1


def _payment(row: tuple[object, ...]) -> Payment:
    id_, protocol, resource, debit, credit, *rest = row
    return Payment._make((_number(id_), protocol, resource, _number(debit), _number(credit), *rest))


def _number(value: object) -> int:
    assert isinstance(value, bytes)
    return int.from_bytes(value, "big")
