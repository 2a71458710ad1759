"""A plain PostgreSQL ledger of stored functions, for the ledger's benchmark to run beside ours.

Batches go in as one transaction, all calls in one pipeline; singles are a transaction each over a connection each.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg

SQL = Path(__file__).with_name("stored.sql")
MOVE = "SELECT stored_move(%s, %s, %s, %s)"
CONNECTIONS = 32
Pick = Callable[[random.Random, int], tuple[int, int, int]]
"""Payer, payee and amount of the next transfer."""


def prepare(url: str, accounts: int) -> None:
    """Make the tables, and accounts that have enough."""
    with psycopg.connect(url) as connection:
        connection.execute(SQL.read_text("utf-8"))
        connection.execute(
            "INSERT INTO stored_accounts SELECT n, 0, 1000000000 FROM generate_series(1, %s) n",
            (accounts + 1,),
        )


def batched(url: str, pick: Pick, batches: int, size: int) -> dict[str, float]:
    """Transfers a second, ``size`` in a transaction, one client."""
    chance = random.Random(7)
    supply = [[(uuid.uuid4(), *pick(chance, n)) for n in range(size)] for _ in range(batches)]
    with psycopg.connect(url, autocommit=True) as connection:
        began = time.perf_counter()
        for some in supply:
            with connection.transaction(), connection.pipeline():
                connection.cursor().executemany(MOVE, some)
        took = time.perf_counter() - began
    return {"per_s": round(batches * size / took)}


def single(url: str, pick: Pick, each: int) -> dict[str, float]:
    """Transfers a second, each a transaction, from ``CONNECTIONS`` clients."""
    waits: list[float] = []

    def client(number: int) -> None:
        chance = random.Random(number)
        with psycopg.connect(url, autocommit=True) as connection:
            ready.wait()
            for n in range(each):
                began = time.perf_counter()
                row = connection.execute(MOVE, (uuid.uuid4(), *pick(chance, n))).fetchone()
                waits.append(time.perf_counter() - began)
                assert row == ("created",)

    ready = threading.Barrier(CONNECTIONS + 1)
    threads = [threading.Thread(target=client, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    waits.sort()
    return {
        "per_s": round(len(waits) / took),
        "p99_ms": round(waits[len(waits) * 99 // 100] * 1e3, 1),
    }
