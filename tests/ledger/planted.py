"""Faults that are planted one at a time, by name; the simulation has to find each. None of them is in the product."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from eclosion.ledger.context import Hot
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.batch import Batch
from eclosion.ledger.model.books import Books
from eclosion.ledger.model.rules import Effect, Rules
from eclosion.ledger.model.shapes import Account, Pending, Transfer
from eclosion.ledger.model.statuses import Status
from eclosion.ledger.service import posting
from eclosion.ledger.simulation.running import Simulation
from eclosion.ledger.store import books as store
from eclosion.ledger.store.rows import blob
from eclosion.store.sqlite import simulated

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTED: dict[str, Plant] = {}


def planted(plant: Plant) -> Plant:
    """Name a fault."""
    PLANTED[plant.__name__] = plant
    return plant


@contextmanager
def fault(name: str) -> Iterator[None]:
    """A world with one fault in it."""
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[name](patch)
        yield


def _wrap(
    patch: pytest.MonkeyPatch, owner: Any, name: str, around: Callable[[Any], Callable[..., Any]]
) -> None:
    patch.setattr(owner, name, around(getattr(owner, name)))


@planted
def limit_is_off_by_one(patch: pytest.MonkeyPatch) -> None:
    _wrap(patch, Rules, "exceeds_credits", lambda was: lambda s, a, n: was(s, a, max(0, n - 1)))


@planted
def limit_ignores_what_is_pending(patch: pytest.MonkeyPatch) -> None:
    _wrap(
        patch,
        Rules,
        "exceeds_credits",
        lambda was: lambda s, a, n: was(s, a._replace(debits_pending=0), n),
    )


@planted
def credit_limit_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "exceeds_debits", lambda s, a, n: False)


@planted
def closed_accounts_take_part(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "is_closed", lambda s, a: False)


@planted
def used_up_ids_work_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "is_burned", lambda s, id_, books: False)


@planted
def failures_use_up_no_id(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Batch, "_burn", lambda s, event, result: None)


@planted
def post_may_exceed_what_is_pending(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def judge(self: Rules, t: Transfer, at_ns: int, books: Books) -> Any:
            found = was(self, t, at_ns, books)
            if found is not Status.EXCEEDS_PENDING_TRANSFER_AMOUNT:
                return found
            first = books.transfers[t.pending_id]
            return was(self, t._replace(amount=first.amount), at_ns, books)

        return judge

    _wrap(patch, Rules, "judge_transfer", around)


@planted
def pending_is_resolved_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "settled", lambda s, pending, at_ns: None)


@planted
def post_after_expiry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Batch, "_expire", lambda s: None)
    patch.setattr(Rules, "is_due", lambda s, pending, at_ns: False)


@planted
def expiry_comes_a_millisecond_late(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def reserve(self: Rules, t: Transfer, debit: Account, credit: Account) -> Effect:
            effect: Effect = was(self, t, debit, credit)
            pending = effect.pending
            assert pending is not None
            late = pending.expires_ns and pending.expires_ns + 1_000_000
            return effect._replace(pending=pending._replace(expires_ns=late))

        return reserve

    _wrap(patch, Rules, "reserve", around)


@planted
def expiry_frees_only_one_side(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def free(self: Rules, p: Pending, debit: Account, credit: Account) -> Any:
            return was(self, p, debit, credit)[0], credit

        return free

    _wrap(patch, Rules, "free", around)


@planted
def partial_post_keeps_the_rest_reserved(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def post(self: Rules, t: Transfer, p: Pending, debit: Account, credit: Account) -> Effect:
            done: Effect = was(self, t, p._replace(amount=t.amount), debit, credit)
            return done

        return post

    _wrap(patch, Rules, "post", around)


@planted
def void_does_not_open_what_was_closed(patch: pytest.MonkeyPatch) -> None:
    _wrap(
        patch,
        Rules,
        "free",
        lambda was: lambda s, p, d, c: was(s, p._replace(flags=p.flags & ~f.CLOSING), d, c),
    )


@planted
def balancing_moves_the_whole(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "amount_moved", lambda s, t, debit, credit: t.amount)


@planted
def overflow_is_not_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "overflow", lambda s, t, amount, debit, credit, at_ns: None)


@planted
def credit_side_is_rounded(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def move(self: Rules, t: Transfer, debit: Account, credit: Account) -> Effect:
            effect: Effect = was(self, t, debit, credit)
            lost = effect.credit._replace(credits_posted=effect.credit.credits_posted // 2 * 2)
            return effect._replace(credit=lost)

        return move

    _wrap(patch, Rules, "move", around)


@planted
def broken_chain_is_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Books, "drop_chain", Books.keep_chain)


@planted
def broken_chain_stays_in_the_log(patch: pytest.MonkeyPatch) -> None:
    def around(was: Any) -> Any:
        def chain(self: Batch, *args: Any) -> None:
            was(self, *args)
            first, last, results = args[1], args[2], args[4]
            if last > first and results[first].status is Status.LINKED_EVENT_FAILED:
                event = args[0][first]
                if isinstance(event, Transfer) and not event.flags & f.RESOLVING:
                    self.entries.append(event._replace(at_ns=results[first].at_ns))

        return chain

    _wrap(patch, Batch, "_chain", around)


@planted
def retry_moves_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rules, "known_transfer", lambda s, id_, books: None)


@planted
def pending_state_is_not_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(store, "_pending_values", _open_values)


def _open_values(p: Pending) -> dict[str, Any]:
    return {
        "id": blob(p.id),
        "debit_id": blob(p.debit_id),
        "credit_id": blob(p.credit_id),
        "amount": p.amount,
        "flags": p.flags,
        "expires_ns": p.expires_ns,
        "state": 0,
    }


@planted
def hot_accounts_outlive_what_was_taken_back(patch: pytest.MonkeyPatch) -> None:
    """What is at hand is believed whatever the log says, and outlives a loss of power."""
    patch.setattr(Hot, "at", lambda s, hash_: s._accounts)
    patch.setattr(Simulation, "recover", lambda s: s._store.open())


@planted
def hash_leaves_out_the_one_before(patch: pytest.MonkeyPatch) -> None:
    _wrap(patch, store, "chain", lambda was: lambda before, n, records: was(bytes(32), n, records))


@planted
def time_steps_back_with_the_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(posting, "_start", lambda ledger, head: ledger.clock.now_ms() * 1_000_000)


@planted
def answers_come_before_the_sync(patch: pytest.MonkeyPatch) -> None:
    """The disk says that it has synced and has not."""
    patch.setattr(simulated._File, "xSync", lambda s, flags: None)


@planted
def last_of_a_batch_is_not_in_the_log(patch: pytest.MonkeyPatch) -> None:
    _wrap(patch, store, "encode", lambda was: lambda entries: was(entries[:-1]))
