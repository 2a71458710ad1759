"""Many who post one transfer each go in together, and none of them notices the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from eclosion.ledger import Account, Result, Transfer
from eclosion.ledger.context import Ledger
from eclosion.ledger.errors import BatchTooLarge
from eclosion.ledger.model import flags as f
from eclosion.ledger.service.posting import create_accounts, create_apart, create_transfers
from eclosion.ledger.service.together import Teller
from eclosion.ledger.service.verifying import Proof
from eclosion.ledger.settings import LedgerSettings
from eclosion.store import Unit
from eclosion.store.contract import StoreFull
from tests.ledger.conftest import Book
from tests.soon import soon

THREADS = 16


def names(results: list[Result]) -> list[str]:
    return [result.status.value for result in results]


def test_singles_of_many_threads_are_each_made_once(book: Book, proof: Callable[[], Proof]) -> None:
    book.open(Account(1, 1, 1), Account(2, 1, 1))
    teller = Teller(book.store, book.ledger)

    def client(number: int) -> list[str]:
        told = []
        for n in range(10):
            one = Transfer(1 + number * 100 + n, 1, 2, 1, 1, 1)
            told += names(teller.post([one])) + names(teller.post([one]))
        return told

    with ThreadPoolExecutor(THREADS) as threads:
        for told in threads.map(client, range(THREADS)):
            assert told == ["created", "exists"] * 10
    assert book.balances(1) == (0, 160, 0, 0)
    assert (proof().transfers, proof().breaches) == (160, [])


def test_those_who_come_while_one_writes_share_the_next_write(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.open(Account(1, 1, 1), Account(2, 1, 1))
    teller, write, go_on = Teller(book.store, book.ledger), book.store.write_now, Event()
    groups: list[int] = []

    def slow(work: Callable[[Unit], list[list[Result]]]) -> list[list[Result]]:
        if not groups:
            assert go_on.wait(60)
        made = write(work)
        groups.append(len(made))
        return made

    monkeypatch.setattr(book.store, "write_now", slow)
    with ThreadPoolExecutor(THREADS) as threads:
        asked = [
            threads.submit(teller.post, [Transfer(n, 1, 2, 1, 1, 1)]) for n in range(1, THREADS + 1)
        ]
        assert soon(lambda: len(teller._waiting) == THREADS - 1)
        go_on.set()
        assert [names(one.result()) for one in asked] == [["created"]] * THREADS
    assert groups == [1, THREADS - 1]


def test_a_chain_left_open_does_not_run_on_into_the_next_callers(book: Book) -> None:
    book.open(Account(1, 1, 1), Account(2, 1, 1))
    open_chain = [Transfer(1, 1, 2, 1, 1, 1, f.LINKED), Transfer(2, 1, 2, 1, 1, 1, f.LINKED)]
    other = [Transfer(3, 1, 2, 5, 1, 1)]

    def post(unit: Unit) -> list[list[Result]]:
        return create_apart(book.ledger, unit, [open_chain, other, []])

    first, second, third = map(names, book.store.write_now(post))
    assert first == ["linked_event_failed", "linked_event_chain_open"]
    assert (second, third) == (["created"], [])
    assert book.balances(1) == (0, 5, 0, 0)


def test_more_than_a_batch_waits_for_the_next(book: Book) -> None:
    ledger = Ledger(book.clock, LedgerSettings(batch_most=3))
    book.open(Account(1, 1, 1), Account(2, 1, 1))
    teller = Teller(book.store, ledger)
    with pytest.raises(BatchTooLarge):
        teller.post([Transfer(n, 1, 2, 1, 1, 1) for n in range(1, 5)])

    def client(number: int) -> list[str]:
        first = 10 + number * 2
        return names(teller.post([Transfer(first + n, 1, 2, 1, 1, 1) for n in (0, 1)]))

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(client, range(THREADS))) == [["created"] * 2] * THREADS
    assert book.balances(2) == (0, 0, 0, 2 * THREADS)


def test_a_full_disk_is_told_and_the_next_ones_go_in(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.open(Account(1, 1, 1), Account(2, 1, 1))
    teller, write = Teller(book.store, book.ledger), book.store.write_now

    def full(work: Callable[[Unit], object]) -> object:
        raise StoreFull

    monkeypatch.setattr(book.store, "write_now", full)
    with pytest.raises(StoreFull):
        teller.post([Transfer(1, 1, 2, 1, 1, 1)])
    monkeypatch.setattr(book.store, "write_now", write)
    assert names(teller.post([Transfer(1, 1, 2, 1, 1, 1)])) == ["created"]


def test_units_of_work_that_post_twice_do_not_wait_for_each_other(book: Book) -> None:
    """On PostgreSQL each holds the end of the log until it commits; nothing may be held that another needs then."""
    book.open(Account(1, 1, 1), Account(2, 1, 1))

    def client(number: int) -> list[str]:
        def work(unit: Unit) -> list[Result]:
            first = create_accounts(book.ledger, unit, [Account(100 + number, 1, 1)])
            some = [Transfer(1 + number * 2 + n, 1, 2, 1, 1, 1) for n in (0, 1)]
            return [
                *first,
                *create_transfers(book.ledger, unit, some[:1]),
                *create_transfers(book.ledger, unit, some[1:]),
            ]

        return names(book.store.write_now(work))

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(client, range(THREADS * 4))) == [["created"] * 3] * THREADS * 4
    assert book.balances(1) == (0, 2 * THREADS * 4, 0, 0)
