"""The ledger's speed, and what a kill leaves: ``python -m benchmarks.ledger [--db URL] [--kills N]``.

Durable transfers with full semantics, fsync on, uniform and half of them from one hot account: batched, and from 64
clients that each send one transfer and wait for its answer. On PostgreSQL a plain ledger of stored functions
(``stored.sql``) runs beside it. With ``--kills`` a child process writes and tells what was
acknowledged, is killed with SIGKILL at a random moment, and everything that it told must be there once, and the
ledger be proved.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks import stored
from eclosion.kernel.clock import SystemClock
from eclosion.ledger import SOURCE, Account, Ledger, Result, Transfer
from eclosion.ledger.model import flags as f
from eclosion.ledger.model.terms import Terms
from eclosion.ledger.model.wallets import Sort
from eclosion.ledger.service.batching import Wanted, pay_many
from eclosion.ledger.service.control import revoke, set_terms
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.service.together import Teller
from eclosion.ledger.service.verifying import verify
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.store import Store, Unit, open_store

ACCOUNTS = 10_000
HOT = 1
BATCH = 8_000
CLIENTS = 64
PENDINGS = 10_000
T = TypeVar("T", Account, Transfer)


def _written(
    store: Store,
    ledger: Ledger,
    make: Callable[[Ledger, Unit, list[T]], list[Result]],
    some: list[T],
) -> list[Result]:
    return store.write_now(lambda unit: make(ledger, unit, some))


def prepare(store: Store) -> Ledger:
    ledger = Ledger(SystemClock())
    limit = f.DEBITS_MUST_NOT_EXCEED_CREDITS
    for at in range(1, ACCOUNTS + 2, 5_000):
        some = [Account(n, 1, 1, limit) for n in range(at, min(at + 5_000, ACCOUNTS + 2))]
        _written(store, ledger, create_accounts, some)
    bank = ACCOUNTS + 100
    store.write_now(lambda unit: create_accounts(ledger, unit, [Account(bank, 1, 1)]))
    for at in range(1, ACCOUNTS + 1, 5_000):
        fill = [Transfer(n, bank, n, 10**9, 1, 1) for n in range(at, at + 5_000)]
        _written(store, ledger, create_transfers, fill)
    return ledger


def pick(chance: random.Random, n: int, *, hot: bool) -> tuple[int, int, int]:
    """Payer, payee and amount; with ``hot`` every second one is the hot account's."""
    debit = HOT if hot and n % 2 else chance.randint(2, ACCOUNTS)
    credit = chance.randint(2, ACCOUNTS)
    credit = credit + 1 if credit == debit else credit
    return debit, credit, chance.randint(1, 50)


def make(chance: random.Random, id_: int, *, hot: bool) -> Transfer:
    """One transfer."""
    return Transfer(id_, *pick(chance, id_, hot=hot), 1, 1)


def batched(store: Store, ledger: Ledger, batches: int, *, hot: bool) -> dict[str, float]:
    chance = random.Random(7)
    first = 1 << (90 + hot)
    supply = [
        [make(chance, first + k * BATCH + n, hot=hot) for n in range(BATCH)] for k in range(batches)
    ]
    began, cpu = time.perf_counter(), time.process_time()
    for some in supply:
        results = _written(store, ledger, create_transfers, some)
        assert all(result.status == "created" for result in results)
    took = time.perf_counter() - began
    count = batches * BATCH
    return {
        "per_s": round(count / took),
        "cpu_us": round((time.process_time() - cpu) / count * 1e6, 1),
    }


def single(store: Store, ledger: Ledger, each: int, *, hot: bool) -> dict[str, float]:
    waits: list[float] = []
    teller = Teller(store, ledger)

    def client(number: int) -> None:
        chance = random.Random(number)
        for n in range(each):
            one = make(chance, (1 << (92 + hot)) + number * 10**6 + n, hot=hot)
            began = time.perf_counter()
            result = teller.post([one])
            waits.append(time.perf_counter() - began)
            assert result[0].status == "created"

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    waits.sort()
    return {
        "per_s": round(len(waits) / took),
        "p50_ms": round(waits[len(waits) // 2] * 1e3, 1),
        "p99_ms": round(waits[len(waits) * 99 // 100] * 1e3, 1),
        "cpu_us": round((time.process_time() - cpu) / len(waits) * 1e6, 1),
    }


def write_until_killed(url: str, first: int) -> None:
    """The child of the kill battery: writes small batches, and tells each once it is acknowledged."""
    store, ledger = open_store(url, [SOURCE]), Ledger(SystemClock())
    chance = random.Random(first)
    accounts = [Account(n, 1, 1) for n in range(1, 21)]
    store.write_now(lambda unit: create_accounts(ledger, unit, accounts))
    at = first
    while True:
        some = [
            Transfer(at + n, chance.randint(1, 10), chance.randint(11, 20), 1, 1, 1)
            for n in range(chance.randint(1, 40))
        ]
        _written(store, ledger, create_transfers, some)
        os.write(1, f"{at:x} {len(some)}\n".encode())
        at += len(some)


def kill(times: int, url: str) -> dict[str, int]:
    """Kill a writer again and again; what it had told must be there, once."""
    chance = random.Random(11)
    told: set[int] = set()
    for turn in range(times):
        first = (turn + 1) << 40
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ledger", "--child", str(first), "--db", url],
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        lines = [child.stdout.readline()]  # it is writing now
        time.sleep(chance.random() * 0.05)
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        child.wait()
        for line in lines:
            if line.endswith(b"\n"):
                at, count = line.split()
                told.update(range(int(at, 16), int(at, 16) + int(count)))
    store = open_store(url, [SOURCE])
    proof = store.read_now(lambda unit: verify(unit, told))
    store.close()
    for breach in proof.breaches:
        print(breach)
    lost = sum(breach.invariant == 3 for breach in proof.breaches)
    return {
        "kills": times,
        "acknowledged": len(told),
        "lost": lost,
        "present": proof.transfers,
        "breaches": len(proof.breaches),
    }


def stopping(store: Store, ledger: Ledger) -> dict[str, float]:
    """How long an owner's stop takes that frees ``PENDINGS`` payments, until it is durable."""

    def fill(unit: Unit) -> int:
        payer, payee = (open_wallet(ledger, unit, Sort.AGENT, n).id for n in (1, 2))
        issue(ledger, unit, payer, PENDINGS, 1 << 99)
        set_terms(ledger, unit, payer, 1, Terms(), 1)
        for first in range(0, PENDINGS, 5_000):
            some = [Wanted((2 << 99) + first + n, payee, 1, hold_ms=10**9) for n in range(5_000)]
            assert all(told.done for told in pay_many(ledger, unit, payer, some))
        return payer

    payer = store.write_now(fill)
    began, cpu = time.perf_counter(), time.process_time()
    freed = store.write_now(lambda unit: revoke(ledger, unit, payer))
    took = time.perf_counter() - began
    assert freed == PENDINGS
    cpu_ms = round((time.process_time() - cpu) * 1e3)
    return {"freed": freed, "took_ms": round(took * 1e3), "cpu_ms": cpu_ms}


def beside(url: str, batches: int, each: int) -> None:
    """The stored functions' figures."""
    stored.prepare(url, ACCOUNTS)
    for hot in (False, True):
        told = {"engine": "stored functions", "hot": hot}
        choose = partial(pick, hot=hot)
        for size in (1_000, BATCH):
            count = batches * BATCH // size
            figures = stored.batched(url, choose, count, size)
            print(json.dumps(told | {"size": size, "batched": figures}))
        print(json.dumps(told | {"single": stored.single(url, choose, each)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", default="")
    parser.add_argument("--batches", type=int, default=15)
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--child", type=int, default=0)
    given = parser.parse_args()
    if given.child:
        write_until_killed(given.db, given.child)
    with tempfile.TemporaryDirectory() as folder:
        url = given.db or f"sqlite:///{Path(folder) / 'ledger.db'}"
        if given.kills:
            print(json.dumps(kill(given.kills, url)))
            return
        store = open_store(url, [SOURCE])
        ledger = prepare(store)
        for hot in (False, True):
            told = {"engine": store.engine, "hot": hot}
            print(json.dumps(told | {"batched": batched(store, ledger, given.batches, hot=hot)}))
            print(json.dumps(told | {"single": single(store, ledger, given.each, hot=hot)}))
        print(json.dumps({"engine": store.engine, "stop": stopping(store, ledger)}))
        if store.engine == "postgres":
            beside(url, given.batches, given.each)
        began = time.process_time()
        proof = store.read_now(verify)
        took = time.process_time() - began
        print(json.dumps({"proved": not proof.breaches, "of": proof.transfers, "cpu_s": took}))
        store.close()


if __name__ == "__main__":
    main()
