"""One contract for all stores: spent once, whoever asks at the same moment; counted to the limit; forgotten in time."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest

from eclosion.gate.ports import Store
from eclosion.gate.stores import MemoryStore, PostgresStore, RedisStore, SqliteStore
from eclosion.gate.stores.sql import GRACE_MS
from tests.soon import soon

Open = Callable[[], Any]
NOW = 1_767_268_800_000
LATER = NOW + 60_000


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server on a socket of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed (package redis-server)")
    folder = tmp_path_factory.mktemp("redis")
    path = folder / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(path), "--dir", str(folder)]
    with subprocess.Popen([*command, "--appendonly", "yes"], stdout=subprocess.DEVNULL) as server:
        try:
            assert soon(path.exists), "Redis did not start"
            yield f"unix://{path}"
        finally:
            server.terminate()


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store again and again; in memory there is only one."""
    opened: list[Any] = []
    kind = request.param
    if kind == "memory":
        only = MemoryStore()
        make: Open = lambda: only  # noqa: E731
    elif kind == "sqlite":
        make = lambda: SqliteStore(tmp_path / "spent.db")  # noqa: E731
    elif kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        make = lambda: PostgresStore(lambda: psycopg.connect(url))  # noqa: E731
    else:
        url, prefix = request.getfixturevalue("redis_url"), f"{tmp_path.name}:"
        make = lambda: RedisStore(url, prefix)  # noqa: E731

    def open_one() -> Any:
        opened.append(make())
        return opened[-1]

    yield open_one
    for store in opened:
        if hasattr(store, "close"):
            store.close()


@pytest.fixture
def store(opening: Open) -> Store:
    return opening()  # type: ignore[no-any-return]


def test_spent_once(store: Store) -> None:
    assert not store.is_spent("a", NOW)
    assert store.spend("a", LATER, NOW) is True
    assert store.spend("a", LATER, NOW) is False
    assert store.spend("b", LATER, NOW) is True
    assert store.is_spent("a", NOW)


def test_names_are_told_apart_to_the_letter(store: Store) -> None:
    names = ["a", "A", "a ", "ä", "a\n", "a'; --", "%", "a" * 200]
    assert [store.spend(name, LATER, NOW) for name in names] == [True] * len(names)


def test_sixty_four_at_once_and_one_is_first(opening: Open) -> None:
    shared = [opening() for _ in range(4)]
    gate = Barrier(64)

    def spend(number: int) -> list[bool]:
        gate.wait()
        return [shared[number % 4].spend(f"race {turn}", LATER, NOW) for turn in range(5)]

    with ThreadPoolExecutor(64) as pool:
        won = list(pool.map(spend, range(64)))
    assert [sum(column) for column in zip(*won, strict=True)] == [1] * 5


def test_sixty_four_at_once_and_ten_are_counted(opening: Open) -> None:
    shared = [opening() for _ in range(4)]
    gate = Barrier(64)

    def take(number: int) -> bool:
        gate.wait()
        return bool(shared[number % 4].take("quota", 10, LATER, NOW))

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(take, range(64))) == 10
    assert shared[0].taken("quota", NOW) == 10


def test_a_restart_forgets_nothing(opening: Open) -> None:
    first = opening()
    first.spend("a", LATER, NOW)
    first.take("q", 1, LATER, NOW)
    if hasattr(first, "close"):
        first.close()
    second = opening()
    assert second.spend("a", LATER, NOW) is False
    assert second.take("q", 1, LATER, NOW) is False


def test_nothing_is_taken_of_nothing(store: Store) -> None:
    assert store.take("none", 0, LATER, NOW) is False
    assert store.taken("none", NOW) == 0


@pytest.mark.parametrize("opening", ["memory", "sqlite", "postgres"], indirect=True)
def test_what_has_ended_can_be_spent_and_taken_again(store: Store) -> None:
    store.spend("a", LATER, NOW)
    store.take("q", 1, LATER, NOW)
    assert store.spend("a", LATER + 1, LATER) is True
    assert store.taken("q", LATER) == 0
    assert store.take("q", 1, LATER + 5, LATER) is True
    assert store.taken("q", LATER) == 1


@pytest.mark.parametrize("opening", ["memory", "sqlite", "postgres"], indirect=True)
def test_sweeping_takes_what_has_ended_and_nothing_else(store: Store) -> None:
    store.spend("short", LATER, NOW)
    store.take("short", 5, LATER, NOW)
    store.spend("long", LATER + 2 * GRACE_MS, NOW)
    assert store.sweep(NOW) == 0
    assert store.sweep(LATER + GRACE_MS) == 2
    assert store.is_spent("long", LATER + GRACE_MS)


@pytest.mark.parametrize("opening", ["redis"], indirect=True)
def test_redis_forgets_by_itself(store: Store) -> None:
    assert store.spend("a", NOW + 100, NOW)
    assert store.take("q", 1, NOW + 100, NOW)
    time.sleep(0.2)
    assert store.spend("a", NOW + 100, NOW)
    assert store.take("q", 1, NOW + 100, NOW)


def test_a_database_that_goes_away_raises(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "spent.db")
    store.close()
    with pytest.raises(Exception, match="closed"):
        store.spend("a", LATER, NOW)


def test_a_redis_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Redis"):
        RedisStore(f"unix://{tmp_path}/none.sock")


def test_processes_share_a_file(tmp_path: Path) -> None:
    """Eight processes spend the same hundred names; each is first once."""
    code = (
        "import sys; from eclosion.gate.stores import SqliteStore; s = SqliteStore(sys.argv[1]); "
        f"print(sum(s.spend(f'n{{i}}', {LATER}, {NOW}) for i in range(100)))"
    )
    command = [os.sys.executable, "-c", code, str(tmp_path / "spent.db")]  # type: ignore[attr-defined]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
    firsts = sum(int(one.communicate()[0]) for one in running)
    assert firsts == 100
