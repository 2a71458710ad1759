"""What the ledger does with transfers, on both engines: moves, phases, chains, retries, time."""

import pytest

from eclosion.ledger import Account, Transfer
from eclosion.ledger.errors import BatchTooLarge, InsufficientCredits, TransferRefused
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.shapes import AMOUNT_MAX, ID_MAX, WHOLE
from eclosion.ledger.service.looking import find_pending, find_transfer
from eclosion.ledger.service.posting import create_transfers, expire_due, transfer
from eclosion.ledger.store.lists import balances_of_account, transfers_of_account
from tests.ledger.conftest import Book

BANK, ADA, BOB, OTHER = 1, 2, 3, 4
LIMITED = f.DEBITS_MUST_NOT_EXCEED_CREDITS


@pytest.fixture(autouse=True)
def accounts(book: Book) -> None:
    """A bank without a limit, two wallets with one, and an account of another ledger; Ada has 100."""
    assert (
        book.open(
            Account(BANK, 1, 1),
            Account(ADA, 1, 2, LIMITED | f.HISTORY),
            Account(BOB, 1, 2, LIMITED),
            Account(OTHER, 2, 2),
        )
        == ["created"] * 4
    )
    assert book.move(Transfer(1000, BANK, ADA, 100, 1, 1)) == ["created"]


def pay(id_: int, amount: int = 10, flags: int = 0, **more: int) -> Transfer:
    """From Ada to Bob."""
    return Transfer(id_, ADA, BOB, amount, 1, 1, flags, **more)


def test_a_transfer_moves_once_however_often_it_is_asked_for(book: Book) -> None:
    first, again = book.results(pay(1)), book.results(pay(1), pay(1))
    assert [r.status for r in again] == ["exists", "exists"]
    assert {r.at_ns for r in again} == {first[0].at_ns}
    assert book.balances(ADA) == (0, 10, 0, 100)
    assert book.balances(BOB) == (0, 0, 0, 10)


def test_a_used_id_is_no_other_transfer(book: Book) -> None:
    book.move(pay(1))
    assert book.move(
        pay(1, 11),
        pay(1)._replace(user_data_64=5),
        pay(1)._replace(credit_id=BANK),
        pay(1, flags=f.PENDING),
    ) == [
        "exists_with_different_amount",
        "exists_with_different_user_data_64",
        "exists_with_different_credit_account_id",
        "exists_with_different_flags",
    ]
    assert book.balances(ADA) == (0, 10, 0, 100)


def test_bad_transfers_have_named_statuses_and_change_nothing(book: Book) -> None:
    assert book.move(
        pay(0),
        pay(ID_MAX),
        pay(2, -1),
        pay(3, AMOUNT_MAX + 1),
        pay(ID_MAX + 1),
        pay(4)._replace(credit_id=ADA),
        pay(5)._replace(credit_id=OTHER),
        pay(6)._replace(ledger=2),
        pay(7)._replace(code=0),
        pay(8)._replace(timeout_ms=5),
        pay(9, flags=1 << 12),
        Transfer(10, BANK, BOB, AMOUNT_MAX, 1, 1),
        Transfer(11, OTHER, 77, 1, 2, 1),
    ) == [
        "id_must_not_be_zero",
        "id_must_not_be_int_max",
        "value_out_of_range",
        "value_out_of_range",
        "value_out_of_range",
        "accounts_must_be_different",
        "accounts_must_have_the_same_ledger",
        "transfer_must_have_the_same_ledger_as_accounts",
        "code_must_not_be_zero",
        "timeout_reserved_for_pending_transfer",
        "reserved_flag",
        "overflows_debits_posted",
        "credit_account_not_found",
    ]
    assert book.balances(ADA) == (0, 0, 0, 100)


def test_nobody_spends_what_they_have_not_got_and_the_id_is_used_up(book: Book) -> None:
    assert book.move(pay(1, 101)) == ["exceeds_credits"]
    book.move(Transfer(2, BANK, ADA, 50, 1, 1))
    assert book.move(pay(1, 101), pay(1, 5), pay(3, 101)) == [
        "id_already_failed",
        "id_already_failed",
        "created",
    ]


def test_a_pending_transfer_reserves_and_is_resolved_once(book: Book) -> None:
    assert book.move(pay(1, 60, f.PENDING)) == ["created"]
    assert book.balances(ADA) == (60, 0, 0, 100)
    assert book.move(pay(2, 41)) == ["exceeds_credits"]
    post = Transfer(3, amount=25, flags=f.POST_PENDING, pending_id=1)
    assert book.move(post, post) == ["created", "exists"]
    assert book.balances(ADA) == (0, 25, 0, 100)
    assert book.balances(BOB) == (0, 0, 0, 25)
    assert book.move(
        Transfer(4, flags=f.VOID_PENDING, pending_id=1),
        Transfer(5, amount=WHOLE, flags=f.POST_PENDING, pending_id=1),
        Transfer(6, flags=f.VOID_PENDING, pending_id=999),
        Transfer(7, flags=f.VOID_PENDING, pending_id=3),
    ) == [
        "pending_transfer_already_posted",
        "pending_transfer_already_posted",
        "pending_transfer_not_found",
        "pending_transfer_not_pending",
    ]


def test_the_whole_may_be_posted_and_never_more(book: Book) -> None:
    book.move(pay(1, 60, f.PENDING))
    assert book.move(Transfer(2, amount=61, flags=f.POST_PENDING, pending_id=1)) == [
        "exceeds_pending_transfer_amount"
    ]
    assert book.move(Transfer(3, amount=WHOLE, flags=f.POST_PENDING, pending_id=1)) == ["created"]
    assert book.balances(BOB) == (0, 0, 0, 60)


def test_a_void_frees_what_was_reserved(book: Book) -> None:
    book.move(pay(1, 60, f.PENDING))
    assert book.move(Transfer(2, flags=f.VOID_PENDING, pending_id=1)) == ["created"]
    assert book.balances(ADA) == (0, 0, 0, 100)
    assert book.move(Transfer(3, amount=1, flags=f.POST_PENDING, pending_id=1)) == [
        "pending_transfer_already_voided"
    ]


def test_a_pending_transfer_expires_at_the_millisecond(book: Book) -> None:
    book.move(pay(1, 60, f.PENDING, timeout_ms=500), pay(2, 40, f.PENDING, timeout_ms=500))
    book.clock.advance(499)
    assert book.move(Transfer(3, amount=1, flags=f.POST_PENDING, pending_id=1)) == ["created"]
    book.clock.advance(1)
    assert book.move(pay(4, 60)) == ["exceeds_credits"]  # a few nanoseconds early
    book.clock.advance(1)
    assert book.move(Transfer(5, amount=1, flags=f.POST_PENDING, pending_id=2), pay(6, 99)) == [
        "pending_transfer_expired",
        "created",
    ]
    assert book.balances(ADA) == (0, 100, 0, 100)


def test_what_is_due_expires_without_any_transfer(book: Book) -> None:
    book.move(pay(1, 60, f.PENDING, timeout_ms=500))
    book.clock.advance(501)
    assert not book.store.write_now(lambda unit: expire_due(book.ledger, unit))
    pending = book.store.read_now(lambda unit: find_pending(unit, 1))
    assert pending is not None
    assert pending.state == 3
    assert book.balances(ADA) == (0, 0, 0, 100)


def test_a_clock_that_steps_back_takes_nothing_back(book: Book) -> None:
    first = book.results(pay(1))[0]
    book.clock.advance(-1_000_000)
    second = book.results(pay(2))[0]
    assert second.at_ns == first.at_ns + 1


def test_a_chain_happens_whole_or_not_at_all(book: Book) -> None:
    assert book.move(
        pay(1, 10, f.LINKED),
        pay(2, 20, f.LINKED | f.PENDING),
        pay(3, 71),
        pay(4, 5, f.LINKED),
        pay(5, 5),
        pay(6, 1, f.LINKED),
    ) == [
        "linked_event_failed",
        "linked_event_failed",
        "exceeds_credits",
        "created",
        "created",
        "linked_event_chain_open",
    ]
    assert book.balances(ADA) == (0, 10, 0, 100)
    assert book.store.read_now(lambda unit: find_transfer(unit, 1)) is None
    # The one that broke it has used up its id; the others may be tried again.
    assert book.move(pay(3, 1), pay(2, 20)) == ["id_already_failed", "created"]


def test_a_balancing_transfer_moves_what_is_there(book: Book) -> None:
    assert book.move(pay(1, 1_000, f.BALANCING_DEBIT), pay(1, 500, f.BALANCING_DEBIT)) == [
        "created",
        "exists",
    ]
    assert book.balances(ADA) == (0, 100, 0, 100)
    assert book.move(pay(1, 99, f.BALANCING_DEBIT)) == ["exists_with_different_amount"]


def test_a_closed_account_takes_part_in_nothing_but_the_void_that_opens_it(book: Book) -> None:
    book.move(pay(1, 10, f.PENDING))
    assert book.move(pay(2, 0, f.PENDING | f.CLOSING_DEBIT), pay(3, 1)) == [
        "created",
        "debit_account_already_closed",
    ]
    assert book.move(
        Transfer(4, amount=WHOLE, flags=f.POST_PENDING, pending_id=1),
        Transfer(5, flags=f.VOID_PENDING, pending_id=1),
        Transfer(6, flags=f.VOID_PENDING, pending_id=2),
        pay(7, 100),
    ) == ["debit_account_already_closed", "created", "created", "created"]


def test_a_history_keeps_each_balance(book: Book) -> None:
    book.move(pay(1, 10), pay(2, 20, f.PENDING), pay(3, 5))
    kept = book.store.read_now(lambda unit: balances_of_account(unit, ADA, 10))
    assert [balance[1:] for balance in kept] == [
        (20, 15, 0, 100),
        (20, 10, 0, 100),
        (0, 10, 0, 100),
        (0, 0, 0, 100),
    ]
    made = book.store.read_now(lambda unit: transfers_of_account(unit, ADA, 3))
    assert [t.id for t in made] == [3, 2, 1]


def test_accounts_are_created_once_and_chained(book: Book) -> None:
    assert book.open(
        Account(BANK, 1, 1),
        Account(BANK, 1, 9),
        Account(10, 1, 1, 6),
        Account(11, 0, 1),
        Account(12, 1, 1, 0, 0, 5),
        Account(20, 1, 1, f.LINKED),
        Account(21, 1, 0),
    ) == [
        "exists",
        "exists_with_different_code",
        "flags_are_mutually_exclusive",
        "ledger_must_not_be_zero",
        "debits_posted_must_be_zero",
        "linked_event_failed",
        "code_must_not_be_zero",
    ]


def test_what_a_unit_of_work_takes_back_was_never_there(book: Book) -> None:
    """Also not in the accounts that are kept at hand."""
    with pytest.raises(InsufficientCredits):
        book.store.write_now(
            lambda unit: [
                transfer(book.ledger, unit, pay(1, 60)),
                transfer(book.ledger, unit, pay(2, 41)),
            ]
        )
    assert book.balances(ADA) == (0, 0, 0, 100)
    assert book.move(pay(1, 60), pay(2, 40)) == ["created", "created"]


def test_one_transfer_says_why_it_was_refused(book: Book) -> None:
    with pytest.raises(TransferRefused) as refused:
        book.store.write_now(lambda unit: transfer(book.ledger, unit, pay(1)._replace(code=0)))
    assert refused.value.status == "code_must_not_be_zero"


def test_a_batch_has_a_limit(book: Book) -> None:
    many = [pay(100 + n, 0) for n in range(book.ledger.settings.batch_most + 1)]
    with pytest.raises(BatchTooLarge):
        book.store.write_now(lambda unit: create_transfers(book.ledger, unit, many))
