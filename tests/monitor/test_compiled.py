"""Compiled databases are kept where one says, and only read back where nobody else can have written them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hyperscan
import pytest

from eclosion.monitor import compiled

ONE = ([rb"needle\d", b"hay"], [7, 9], [0, hyperscan.HS_FLAG_SINGLEMATCH])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    compiled.keep_in(tmp_path / "cache")
    yield tmp_path / "cache"
    compiled.keep_in(None)


def found(database: hyperscan.Database) -> list[tuple[int, int]]:
    hits: list[tuple[int, int]] = []

    def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        hits.append((number, end))

    database.scan(b"hay, a needle1 and hay", match_event_handler=note)
    return sorted(hits)


def test_nothing_is_kept_unless_one_says_where(tmp_path: Path) -> None:
    compiled.keep_in(None)
    assert found(compiled.database(*ONE)) == [(7, 14), (9, 3)]
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_read_back_and_finds_the_same(folder: Path) -> None:
    first = found(compiled.database(*ONE))
    (file,) = folder.iterdir()
    before = file.stat().st_mtime_ns
    assert found(compiled.database(*ONE)) == first == [(7, 14), (9, 3)]
    assert file.stat().st_mtime_ns == before
    assert folder.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


def test_other_expressions_are_another_database(folder: Path) -> None:
    compiled.database(*ONE)
    assert found(compiled.database(ONE[0], [1, 2], ONE[2])) == [(1, 14), (2, 3)]
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_file_is_compiled_anew(folder: Path, damage: bytes | None) -> None:
    compiled.database(*ONE)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:400] + b"\xa5" * 200 + whole[600:] if damage is None else damage)
    assert found(compiled.database(*ONE)) == [(7, 14), (9, 3)]
    assert file.read_bytes() == whole


def test_what_others_may_have_written_is_not_read(folder: Path) -> None:
    compiled.database(*ONE)
    (file,) = folder.iterdir()
    planted = hyperscan.Database()
    planted.compile(expressions=[b"nothing"], ids=[1], elements=1, flags=[0])
    file.write_bytes(hyperscan.dumpb(planted))
    assert found(compiled.database(*ONE)) == []  # it is ours, so it is believed
    file.chmod(0o666)
    assert found(compiled.database(*ONE)) == [(7, 14), (9, 3)]
    file.unlink()
    elsewhere = folder.parent / "elsewhere"
    elsewhere.write_bytes(hyperscan.dumpb(planted))
    file.symlink_to(elsewhere)
    assert found(compiled.database(*ONE)) == [(7, 14), (9, 3)]


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    compiled.keep_in(tmp_path / "file" / "cache")
    try:
        assert found(compiled.database(*ONE)) == [(7, 14), (9, 3)]
    finally:
        compiled.keep_in(None)
