"""The one thread that writes.

Whatever waits in the queue is committed together (group commit): each function in a savepoint of its own,
one durable commit for all, and only then the answers. So ``synchronous = FULL`` costs one flush a
batch and not one a write.

A second thread moves the log into the database while writers go on; left to the writer, that would stall
a commit by a hundred milliseconds. If readers keep the log from being reset until it has grown to
``WAL_LIMIT_BYTES``, the writer stops for as long as it takes.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import apsw

from eclosion.store.contract import StoreBroken, StoreBusy, Unit
from eclosion.store.sqlite.connection import SqliteUnit, open_writer, translate

BATCH_MAX = 256
QUEUE_MAX = 20_000
CHECKPOINT_EVERY_S = 0.1
CHECKPOINT_FROM_BYTES = 4 * 2**20
WAL_LIMIT_BYTES = 256 * 2**20

_log = logging.getLogger(__name__)


class Job:
    """A function that waits to be run, and where its outcome goes.

    ``future`` belongs to ``loop``'s thread; without a loop it is a thread-safe future.
    """

    __slots__ = ("error", "fn", "future", "loop", "result")

    def __init__(
        self,
        fn: Callable[[Unit], Any],
        future: asyncio.Future[Any] | Future[Any],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self.fn = fn
        self.future = future
        self.loop = loop
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Hand over the outcome, in the thread that the future belongs to."""
        if self.future.done():  # the caller has gone away; the work is done all the same
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Owns the write connection of one database file."""

    def __init__(self, path: Path, queries: Mapping[str, str]) -> None:
        self.commits = 0
        self.writes = 0
        self._wal = path.with_name(path.name + "-wal")
        self._connection = open_writer(path)
        self._checkpointer = open_writer(path)
        self._unit = SqliteUnit(self._connection, queries)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"write {path.name}", daemon=True),
            threading.Thread(target=self._checkpoint_often, name=f"wal {path.name}", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Put a function in the queue.

        Raises:
            StoreBusy: the queue is full.
            StoreBroken: the store has been closed.
        """
        if self._closing.is_set():
            raise StoreBroken("The store is closed.")
        if self._queue.qsize() >= QUEUE_MAX:
            raise StoreBusy
        self._queue.put(job)

    def close(self) -> None:
        """Write what is waiting, empty the log, stop."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._queue.put(None)
        for thread in self._threads:
            thread.join()
        try:
            self._checkpointer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.Error:
            _log.warning("the log was left as it is; it is read again at the next start")
        self._checkpointer.close()
        self._connection.close()

    def _run(self) -> None:
        open_ = True
        while open_:
            jobs, open_ = self._take()
            if jobs:
                self._commit(jobs)
                _answer(jobs)
                self._keep_wal_small()

    def _take(self) -> tuple[list[Job], bool]:
        """Wait for a job, then take all that wait with it; and whether there is more to come."""
        job = self._queue.get()
        jobs = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == BATCH_MAX:
                return jobs, True
            try:
                job = self._queue.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

    def _commit(self, jobs: list[Job]) -> None:
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._attempt(job)
            execute("COMMIT")
            self.commits += 1
            self.writes += len(jobs)
        except apsw.Error as error:
            # Nothing of the batch was kept. A full disk ends here, and the next batch tries afresh.
            if self._connection.in_transaction:
                execute("ROLLBACK")
            outcome = translate(error)
            if outcome is error:
                _log.error("a batch of %d writes failed", len(jobs), exc_info=error)
                outcome = StoreBroken()
            for job in jobs:
                job.error = outcome

    def _attempt(self, job: Job) -> None:
        """Run one function in its savepoint.

        Raises:
            apsw.Error: the transaction as a whole cannot go on.
        """
        execute = self._connection.execute
        execute("SAVEPOINT job")
        try:
            job.result = job.fn(self._unit)
        except BaseException as error:
            if isinstance(error, apsw.Error) and translate(error) is not error:
                raise
            if not self._connection.in_transaction:  # SQLite itself has rolled back
                raise apsw.FullError("the transaction was rolled back") from error
            job.error = error
            execute("ROLLBACK TO job")
        execute("RELEASE job")

    def _keep_wal_small(self) -> None:
        if self._wal_bytes() < WAL_LIMIT_BYTES:
            return
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.Error:
            # A long reader is in the way: go on, and let the queue's limit press back if it stays.
            _log.warning("the write-ahead log has %d bytes and cannot be reset", self._wal_bytes())
            time.sleep(CHECKPOINT_EVERY_S)

    def _checkpoint_often(self) -> None:
        while not self._closing.wait(CHECKPOINT_EVERY_S):
            if self._wal_bytes() > CHECKPOINT_FROM_BYTES:
                try:
                    self._checkpointer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                except apsw.Error as error:
                    _log.warning("checkpoint failed: %s", error)

    def _wal_bytes(self) -> int:
        try:
            return self._wal.stat().st_size
        except OSError:
            return 0


def _answer(jobs: list[Job]) -> None:
    """Settle a batch: one wake-up of the event loop for all of its jobs, not one each."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.settle()
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, theirs)
        except RuntimeError:  # the loop has closed: nobody is waiting any more
            continue


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


__all__ = ["Job", "Writer"]
