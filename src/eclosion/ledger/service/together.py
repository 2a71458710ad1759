"""Single transfers at the price of batches: whoever asks while another's are being written goes with the next ones.

What waits is posted as one batch, in one transaction with one segment of the log and one flush of the disk, each
caller's transfers apart from those of the others: a chain that one leaves open does not run on into the next one's.
On PostgreSQL, where every transaction of the ledger waits for the one before, this is what makes singles fast.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Lock

from eclosion.ledger.context import Ledger
from eclosion.ledger.model.shapes import Result, Transfer
from eclosion.ledger.service.posting import check_size, create_apart
from eclosion.store import Store


class Teller:
    """One place where the transfers of many threads go in together.

    Args:
        store: where the ledger is kept.
        ledger: it.
    """

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self._waiting: deque[_Asked] = deque()
        self._lock = Lock()
        self._busy = False

    def post(self, transfers: Sequence[Transfer]) -> list[Result]:
        """Create transfers, and return once they are durable; one result for each, in order.

        Raises:
            BatchTooLarge: there are more than ``batch_most``.
            StoreFull, StoreBusy, StoreBroken: nothing of what went in together was kept.
        """
        check_size(self._ledger, transfers)
        asked = _Asked(transfers)
        with self._lock:
            self._waiting.append(asked)
            leads, self._busy = not self._busy, True
        answer = None if leads else asked.answer.result()
        return self._lead(asked) if answer is None else answer

    def _lead(self, asked: _Asked) -> list[Result]:
        """Post the group that begins with one's own, then let the first of those lead who came meanwhile."""
        group = self._take()
        assert group[0] is asked
        slices = [one.transfers for one in group]
        try:
            results = self._store.write_now(lambda unit: create_apart(self._ledger, unit, slices))
            for one, result in zip(group[1:], results[1:], strict=True):
                one.answer.set_result(result)
            return results[0]
        except BaseException as error:
            for one in group[1:]:
                one.answer.set_exception(error)
            raise
        finally:
            self._pass_on()

    def _take(self) -> list[_Asked]:
        """The first of those who wait, and as many after it as a batch may have."""
        group = [self._waiting.popleft()]
        room = self._ledger.settings.batch_most - len(group[0].transfers)
        while self._waiting and len(self._waiting[0].transfers) <= room:
            room -= len(self._waiting[0].transfers)
            group.append(self._waiting.popleft())
        return group

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].answer.set_result(None)
            else:
                self._busy = False


class _Asked:
    """What one caller wants, and where its answer goes; None says that it is this one's turn to lead."""

    __slots__ = ("answer", "transfers")

    def __init__(self, transfers: Sequence[Transfer]) -> None:
        self.transfers = transfers
        self.answer: Future[list[Result] | None] = Future()
