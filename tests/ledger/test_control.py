"""What an owner allows is all that an agent can spend, on both engines, however many pay at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.errors import EclosionError, Invalid
from eclosion.ledger.errors import MandateNotFound, MandateRefused, SpendingNotFound
from eclosion.ledger.model.terms import Budget, Spending, Terms
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service import control
from eclosion.ledger.service.looking import account_now
from eclosion.ledger.service.permitting import make_permit
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.ledger.wire.refusals import PaymentRefused
from eclosion.store import Unit
from tests.ledger.conftest import proved

OWNER = 9


@pytest.fixture
def purses(house: House) -> tuple[int, int, int]:
    """An agent's wallet with 1,000, and two payees'."""

    def fill(unit: Unit) -> tuple[int, int, int]:
        made = [open_wallet(house.ledger, unit, Sort.AGENT, n).id for n in (1, 2, 3)]
        issue(house.ledger, unit, made[0], 1_000, 1)
        return made[0], made[1], made[2]

    return house.store.write_now(fill)


def bind(house: House, account: int, terms: Terms, mandate_id: int = 50) -> None:
    house.store.write_now(
        lambda unit: control.set_terms(house.ledger, unit, account, OWNER, terms, mandate_id)
    )


def spend(house: House, wanted: Spending, hold_ms: int = 0) -> str:
    """What became of it, or the constraint or code that forbade it."""
    try:
        done = house.store.write_now(
            lambda unit: control.spend(house.ledger, unit, wanted, hold_ms=hold_ms)
        )
    except MandateRefused as refused:
        return refused.constraint
    except EclosionError as error:
        return error.code
    return done.state


def available(house: House, account: int) -> int:
    return house.store.read_now(lambda unit: account_now(house.ledger, unit, account)).available


def test_each_of_the_eight_constraints_says_no(
    house: House, clock: ManualClock, purses: tuple[int, int, int]
) -> None:
    ada, bob, eve = purses
    now_ms = clock.now_ms()
    good = Spending(100, ada, bob, 50, "news", "order 7", "x402", "eclosion")
    terms = Terms(
        amount_min=10,
        amount_max=100,
        budgets=(Budget(120), Budget(60, category="games")),
        payments_most=3,
        allowed_payees=(f"{bob:x}",),
        allowed_instruments=("x402",),
        allowed_carriers=("eclosion",),
        not_before_ms=now_ms,
        not_after_ms=now_ms + 10 * DAY_MS,
        reference="order 7",
    )
    bind(house, ada, terms)
    assert spend(house, good._replace(id=101, amount=9)) == "amount_range"
    assert spend(house, good._replace(id=102, amount=101)) == "amount_range"
    assert spend(house, good._replace(id=103, payee_id=eve)) == "allowed_payees"
    assert spend(house, good._replace(id=104, instrument="mpp")) == "allowed_payment_instruments"
    assert spend(house, good._replace(id=105, carrier="other")) == "allowed_pisps"
    assert spend(house, good._replace(id=106, reference="")) == "payment_reference"
    assert spend(house, good._replace(id=107, category="games", amount=61)) == "budget"
    assert spend(house, good) == "spent"
    assert spend(house, good) == "spent"  # a retry counts once
    assert spend(house, good._replace(id=108, amount=71)) == "budget"
    assert spend(house, good._replace(id=109, amount=10)) == "spent"
    assert spend(house, good._replace(id=110, amount=10)) == "spent"
    assert spend(house, good._replace(id=111, amount=10)) == "agent_recurrence"
    clock.advance(-1)
    assert spend(house, good._replace(id=112, amount=10)) == "execution_date"
    clock.advance(DAY_MS + 2)
    assert spend(house, good._replace(id=113, amount=100)) == "spent"  # a new day
    clock.advance(10 * DAY_MS)
    assert spend(house, good._replace(id=114, amount=10)) == "execution_date"
    assert available(house, ada) == 1_000 - 50 - 10 - 10 - 100
    assert proved(house.store)


def test_a_budget_is_never_overspent_by_64_at_once(
    house: House, purses: tuple[int, int, int]
) -> None:
    ada, bob, _ = purses
    bind(house, ada, Terms(budgets=(Budget(100),)))
    wanted = [Spending(200 + n, ada, bob, 7) for n in range(64)]
    with ThreadPoolExecutor(64) as pool:
        done = list(pool.map(lambda one: spend(house, one), wanted))
    assert sorted(set(done)) == ["budget", "spent"]
    assert done.count("spent") == 14
    assert available(house, ada) == 1_000 - 14 * 7
    assert proved(house.store)


def test_above_a_threshold_the_owner_decides(
    house: House, clock: ManualClock, purses: tuple[int, int, int]
) -> None:
    ada, bob, _ = purses
    bind(house, ada, Terms(budgets=(Budget(300),), approval_above=50, approval_ms=1_000))
    assert spend(house, Spending(300, ada, bob, 50)) == "spent"
    for id_ in (301, 302, 303):
        assert spend(house, Spending(id_, ada, bob, 80)) == "waiting"
    assert available(house, bob) == 50
    write = house.store.write_now
    assert write(lambda unit: control.approve(house.ledger, unit, 301)).state == "spent"
    assert write(lambda unit: control.refuse(house.ledger, unit, 302)).state == "refused"
    assert available(house, bob) == 130
    mandate = house.store.read_now(lambda unit: control.terms_of(unit, ada))
    assert house.store.read_now(lambda unit: control.left(unit, mandate)) == [300 - 50 - 80 - 80]
    with pytest.raises(SpendingNotFound):
        write(lambda unit: control.approve(house.ledger, unit, 302))
    clock.advance(1_001)
    with pytest.raises(EclosionError, match="expired"):
        write(lambda unit: control.approve(house.ledger, unit, 303))
    assert available(house, ada) == 1_000 - 130


def test_a_revocation_frees_all_that_is_set_aside_and_ends_payments(
    house: House, purses: tuple[int, int, int]
) -> None:
    ada, bob, _ = purses
    with pytest.raises(MandateNotFound):
        house.store.write_now(lambda unit: control.revoke(house.ledger, unit, ada))
    bind(house, ada, Terms(approval_above=90))
    for n in range(5):
        assert spend(house, Spending(400 + n, ada, bob, 60), hold_ms=60_000) == "held"
    assert spend(house, Spending(410, ada, bob, 100)) == "waiting"
    assert available(house, ada) == 600
    freed = house.store.write_now(lambda unit: control.revoke(house.ledger, unit, ada))
    assert freed == 6
    assert available(house, ada) == 1_000
    assert spend(house, Spending(411, ada, bob, 1)) == "revoked"
    assert proved(house.store)


def test_what_is_undone_counts_no_more(house: House, purses: tuple[int, int, int]) -> None:
    ada, bob, _ = purses
    bind(house, ada, Terms(budgets=(Budget(100),)))
    assert spend(house, Spending(500, ada, bob, 100), hold_ms=60_000) == "held"
    assert spend(house, Spending(501, ada, bob, 100)) == "budget"
    house.store.write_now(lambda unit: control.undo(house.ledger, unit, 500))
    assert spend(house, Spending(502, ada, bob, 100)) == "spent"


def test_a_wallet_without_terms_pays_what_it_has(
    house: House, purses: tuple[int, int, int]
) -> None:
    ada, bob, _ = purses
    assert spend(house, Spending(600, ada, bob, 1_000)) == "spent"
    assert spend(house, Spending(601, ada, bob, 1)) == "insufficient_credits"


def test_terms_that_make_no_sense_are_refused(house: House, purses: tuple[int, int, int]) -> None:
    for wrong in (
        Terms(amount_min=-1),
        Terms(amount_min=5, amount_max=4),
        Terms(not_before_ms=5, not_after_ms=4),
        Terms(budgets=(Budget(1),) * 13),
        Terms(approval_ms=0),
    ):
        with pytest.raises(Invalid):
            bind(house, purses[0], wrong)


def test_terms_hold_for_payments_by_protocol_too(
    house: House, purses: tuple[int, int, int]
) -> None:
    ada, bob, _ = purses
    permit = make_permit(house.ledger, house.network.random_bytes)

    def ask(amount: int) -> str:
        try:
            house.store.write_now(lambda unit: permit(unit, ada, bob, amount, "GET x"))
        except PaymentRefused as refused:
            return f"{refused.reason} {str(refused).rsplit(': ', 1)[1]}"
        return "allowed"

    assert ask(10_000) == "allowed"  # nobody has said anything
    bind(house, ada, Terms(amount_max=80, budgets=(Budget(100),), approval_above=70))
    assert [ask(n) for n in (81, 75, 60, 50, 40)] == [
        "eclosion_over_budget amount range.",
        "eclosion_over_budget approval.",
        "allowed",
        "eclosion_over_budget budget.",
        "allowed",
    ]
    house.store.write_now(lambda unit: control.revoke(house.ledger, unit, ada))
    assert ask(1) == "eclosion_over_budget revoked."
    assert proved(house.store)
