"""A stop frees thousands of payments in a few statements: what takes long is what is done for each by itself."""

from collections.abc import Iterable, Mapping

from eclosion.app.house import House
from eclosion.ledger.model.terms import Terms
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service import control
from eclosion.ledger.service.batching import Wanted, pay_many
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.ledger.store.control import spending_by_id
from eclosion.store import Row, Unit, Value
from tests.ledger.conftest import proved

PENDINGS = 2_000


class Counted:
    """A unit of work that counts what is asked of the database."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.engine = unit.engine
        self.statements = 0

    def rows(self, query: str, /, **values: Value) -> list[Row]:
        self.statements += 1
        return self._unit.rows(query, **values)

    def row(self, query: str, /, **values: Value) -> Row | None:
        self.statements += 1
        return self._unit.row(query, **values)

    def run(self, query: str, /, **values: Value) -> int:
        self.statements += 1
        return self._unit.run(query, **values)

    def run_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        self.statements += 1
        self._unit.run_many(query, many)

    def put_many(self, query: str, /, many: Iterable[Mapping[str, Value]]) -> None:
        self.statements += 1
        self._unit.put_many(query, many)


def test_a_stop_frees_everything_in_few_statements(house: House) -> None:
    def fill(unit: Unit) -> int:
        payer, payee = (open_wallet(house.ledger, unit, Sort.AGENT, n).id for n in (1, 2))
        issue(house.ledger, unit, payer, 10 * PENDINGS, 1)
        control.set_terms(house.ledger, unit, payer, 9, Terms(), 50)
        wanted = [Wanted(10 + n, payee, 3, hold_ms=10**9) for n in range(PENDINGS)]
        told = pay_many(house.ledger, unit, payer, wanted)
        assert all(one.status == "created" for one in told)
        return payer

    payer = house.store.write_now(fill)
    assert house.store.read_now(lambda unit: get_account(unit, payer).debits_pending) == (
        3 * PENDINGS
    )

    def stop(unit: Unit) -> tuple[int, int]:
        counted = Counted(unit)
        return control.revoke(house.ledger, counted, payer), counted.statements

    freed, statements = house.store.write_now(stop)
    assert freed == PENDINGS
    assert statements < PENDINGS / 8
    after = house.store.read_now(lambda unit: get_account(unit, payer))
    assert (after.debits_pending, after.available) == (0, 10 * PENDINGS)
    last = house.store.read_now(lambda unit: spending_by_id(unit, 9 + PENDINGS))
    assert last is not None
    assert last.state == "refused"
    assert proved(house.store)
