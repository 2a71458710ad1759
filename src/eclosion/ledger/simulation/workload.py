"""What simulated clients ask for: mostly sensible, often twice, sometimes wrong on purpose."""

from __future__ import annotations

from random import Random

from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import AMOUNT_MAX, WHOLE, Account, Transfer

BANK = 1
ACCOUNTS = 12
LEDGER = 1
OTHER_LEDGER = 2


def opening() -> list[Account]:
    """A bank without limits, wallets with each kind of limit, and a stranger in another ledger."""
    made = [Account(BANK, LEDGER, 1)]
    for number in range(2, ACCOUNTS):
        limit = (f.DEBITS_MUST_NOT_EXCEED_CREDITS, f.CREDITS_MUST_NOT_EXCEED_DEBITS, 0)[number % 3]
        made.append(Account(number, LEDGER, 2, limit | (f.HISTORY if number % 4 == 0 else 0)))
    made.append(Account(ACCOUNTS, OTHER_LEDGER, 2))
    return made


class Workload:
    """An endless source of batches, the same for the same seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._next_id = random.getrandbits(100) + 1
        self._sent: list[Transfer] = []
        self._pending: list[int] = []

    def batch(self, size: int) -> list[Transfer]:
        """Some transfers."""
        made: list[Transfer] = []
        while len(made) < size:
            made.append(self._one())
            if self._random.random() < 0.08 and len(made) < size:
                made[-1] = made[-1]._replace(flags=made[-1].flags | f.LINKED)
        if self._random.random() > 0.02:
            made[-1] = made[-1]._replace(flags=made[-1].flags & ~f.LINKED)
        self._sent = (self._sent + made)[-400:]
        return made

    def _one(self) -> Transfer:
        dice = self._random.random()
        if dice < 0.06 and self._sent:
            return self._again()
        if dice < 0.30 and self._pending:
            return self._second_phase()
        t = self._first_phase()
        if dice > 0.94:
            return self._spoil(t)
        return t

    def _first_phase(self) -> Transfer:
        r = self._random
        debit = BANK if r.random() < 0.45 else r.randint(1, ACCOUNTS - 1)
        credit = r.choice([n for n in range(1, ACCOUNTS) if n != debit])
        flags, timeout_ms = 0, 0
        if r.random() < 0.3:
            flags = f.PENDING
            timeout_ms = r.choice([0, 1, 5, 50, 400])
            if r.random() < 0.03:
                flags |= r.choice([f.CLOSING_DEBIT, f.CLOSING_CREDIT])
        if r.random() < 0.08:
            flags |= r.choice([f.BALANCING_DEBIT, f.BALANCING_CREDIT, f.BALANCING])
        t = Transfer(
            self._new_id(), debit, credit, r.randint(0, 60), LEDGER, 1, flags, 0, timeout_ms
        )
        if flags & f.PENDING:
            self._pending = [*self._pending[-40:], t.id]
        return t

    def _second_phase(self) -> Transfer:
        r = self._random
        first = r.choice(self._pending)
        if r.random() < 0.55:
            amount = WHOLE if r.random() < 0.5 else r.randint(0, 40)
            return Transfer(self._new_id(), amount=amount, flags=f.POST_PENDING, pending_id=first)
        amount = 0 if r.random() < 0.9 else r.randint(1, 60)
        return Transfer(self._new_id(), amount=amount, flags=f.VOID_PENDING, pending_id=first)

    def _again(self) -> Transfer:
        """A retry, or the same id for something a little different."""
        r = self._random
        t = r.choice(self._sent)._replace()
        t = t._replace(flags=t.flags & ~f.LINKED)
        if r.random() < 0.3:
            t = t._replace(amount=t.amount + 1 if t.amount < AMOUNT_MAX else 1)
        elif r.random() < 0.2:
            t = t._replace(user_data_64=t.user_data_64 + 1)
        return t

    def _spoil(self, t: Transfer) -> Transfer:
        wrong: list[dict[str, int]] = [
            {"id": 0},
            {"credit_id": t.debit_id},
            {"credit_id": ACCOUNTS},
            {"debit_id": 9_999},
            {"credit_id": 9_999},
            {"ledger": 0},
            {"code": 0},
            {"ledger": OTHER_LEDGER},
            {"amount": AMOUNT_MAX},
            {"pending_id": 5},
            {"flags": f.PENDING | f.POST_PENDING, "pending_id": t.id},
            {"flags": f.VOID_PENDING, "pending_id": 123_456, "timeout_ms": 0},
            {"flags": 0, "timeout_ms": 9},
            {"flags": f.CLOSING_DEBIT, "timeout_ms": 0},
        ]
        return t._replace(**self._random.choice(wrong))

    def _new_id(self) -> int:
        self._next_id += self._random.randint(1, 3)
        return self._next_id
