"""What every engine promises (eclosion.store.contract), on both of them."""

import asyncio
import threading
from enum import IntEnum
from functools import partial
from pathlib import Path

import apsw
import pytest

from eclosion.kernel.errors import Conflict, Invalid
from eclosion.store import Store, Unit, Value, open_store
from eclosion.store.contract import StoreBusy
from tests.store.conftest import PART


class Large(IntEnum):
    """A number with a name, as parts have them."""

    BUCKET = 2**40


def add_note(unit: Unit, id_: int, body: bytes = b"hello") -> int:
    return unit.run("pad.add_note", id=id_, bucket=0, body=body)


def note_ids(store: Store) -> list[int]:
    return [row[0] for row in store.read_now(lambda unit: unit.rows("pad.notes"))]


def test_a_write_is_read_back(store: Store) -> None:
    assert store.write_now(lambda unit: add_note(unit, 1, b"\x00\xff")) == 1
    row = store.read_now(lambda unit: unit.row("pad.note", bucket=0, id=1))
    assert row is not None
    assert (row[0], bytes(row[1])) == (1, b"\x00\xff")
    assert store.read_now(lambda unit: unit.row("pad.note", bucket=0, id=2)) is None


def test_async_and_plain_calls_meet_in_one_database(store: Store) -> None:
    async def use() -> list[int]:
        await asyncio.gather(*(store.write(partial(add_note, id_=id_)) for id_ in range(50)))
        rows = await store.read(lambda unit: unit.rows("pad.notes"), slow=True)
        return [row[0] for row in rows]

    assert list(range(50)) == asyncio.run(use())
    assert list(range(50)) == note_ids(store)


def test_a_function_that_raises_changes_nothing_and_spares_its_neighbours(store: Store) -> None:
    def fail(unit: Unit) -> None:
        add_note(unit, 100)
        raise Conflict("on purpose")

    async def use() -> object:
        results = await asyncio.gather(
            store.write(lambda unit: add_note(unit, 1)),
            store.write(fail),
            store.write(lambda unit: add_note(unit, 2)),
            return_exceptions=True,
        )
        return results[1]

    assert isinstance(asyncio.run(use()), Conflict)
    assert note_ids(store) == [1, 2]


def test_a_broken_constraint_is_the_callers_alone(store: Store) -> None:
    store.write_now(lambda unit: add_note(unit, 1))
    with pytest.raises(Exception, match=r"(?i)unique|duplicate|unavailable|waiting"):
        store.write_now(lambda unit: add_note(unit, 1))
    store.write_now(lambda unit: add_note(unit, 2))
    assert note_ids(store) == [1, 2]


def test_nothing_is_lost_between_threads(store: Store) -> None:
    store.write_now(lambda unit: unit.run("pad.add_counter", name="hits"))

    def hit() -> None:
        for _ in range(50):
            store.write_now(lambda unit: unit.run("pad.count_up", name="hits", by=1))

    threads = [threading.Thread(target=hit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read_now(lambda unit: unit.row("pad.counter", name="hits")) == (400,)


def test_a_reader_sees_one_snapshot(store: Store) -> None:
    store.write_now(lambda unit: add_note(unit, 1))

    def look_twice(unit: Unit) -> tuple[int, int]:
        before = len(unit.rows("pad.notes"))
        writer = threading.Thread(
            target=lambda: store.write_now(lambda unit: add_note(unit, before + 1))
        )
        writer.start()
        writer.join()
        return before, len(unit.rows("pad.notes"))

    assert store.read_now(look_twice) == (1, 1)
    assert note_ids(store) == [1, 2]


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only|reached|attempt"):
        store.read_now(lambda unit: add_note(unit, 1))
    assert note_ids(store) == []


def test_many_rows_at_once(store: Store) -> None:
    many: list[dict[str, Value]] = [{"id": id_, "bucket": 0, "body": b""} for id_ in range(1_000)]
    store.write_now(lambda unit: unit.run_many("pad.add_note", many))
    assert list(range(1_000)) == note_ids(store)


@pytest.mark.parametrize("count", [0, 3, 1_000])
def test_many_inserts_at_once(store: Store, count: int) -> None:
    notes: list[dict[str, Value]] = [
        {"id": id_, "bucket": Large.BUCKET, "body": b"\x00\\ab\xff"} for id_ in range(count)
    ]
    counters: list[dict[str, Value]] = [{"name": f'\t"{{{n}}}\\N,é'} for n in range(count)]

    def put(unit: Unit) -> None:
        unit.put_many("pad.add_note", notes)
        for _ in range(2):  # the second time, all are there already
            unit.put_many("pad.add_counter", counters)

    store.write_now(put)
    found = store.read_now(lambda unit: unit.rows("pad.notes"))
    assert [(row[0], bytes(row[1])) for row in found] == [(n["id"], n["body"]) for n in notes]
    kept = store.read_now(lambda unit: [unit.row("pad.counter", **one) for one in counters])
    assert kept == [(0,)] * count


def test_many_inserts_of_which_one_is_there_already_change_nothing(store: Store) -> None:
    store.write_now(lambda unit: add_note(unit, 7))
    many: list[dict[str, Value]] = [{"id": id_, "bucket": 0, "body": b""} for id_ in range(100)]
    with pytest.raises((apsw.ConstraintError, StoreBusy)):
        store.write_now(lambda unit: unit.put_many("pad.add_note", many))
    assert note_ids(store) == [7]


def test_what_is_kept_is_there_after_opening_again(url: str) -> None:
    first = open_store(url, [PART])
    first.write_now(lambda unit: add_note(unit, 1))
    first.close()
    second = open_store(url, [PART])
    assert note_ids(second) == [1]
    second.close()


def test_commits_tell_of_change(store: Store) -> None:
    before = store.commits
    store.read_now(lambda unit: unit.rows("pad.notes"))
    assert before == store.commits
    store.write_now(lambda unit: add_note(unit, 1))
    assert before < store.commits


@pytest.mark.parametrize("url", ["", "mysql://localhost/x", "network.db"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Invalid, match="no database that Eclosion knows"):
        open_store(url, [PART])


def test_a_backup_holds_what_was_there_and_never_overwrites(store: Store, tmp_path: Path) -> None:
    store.write_now(lambda unit: add_note(unit, 1))
    copy = tmp_path / "copy.db"
    if store.engine == "sqlite":
        store.backup(copy)
        store.write_now(lambda unit: add_note(unit, 2))
        opened = open_store(f"sqlite:///{copy}", [PART])
        assert note_ids(opened) == [1]
        opened.close()
    else:
        copy.touch()
    with pytest.raises(Invalid, match="never overwrites"):
        store.backup(copy)
