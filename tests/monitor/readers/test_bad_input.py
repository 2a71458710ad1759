"""What is broken, endless, swollen or of another alphabet: read as far as it can be, and told."""

from __future__ import annotations

import gzip
import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eclosion.monitor import Item
from eclosion.monitor.readers import lines, opening, read, read_input
from tests.monitor.readers.samples import CLAUDE_CODE, MOLTBOOK, SAMPLES, WORDS


def parsed(data: bytes) -> list[Item]:
    return list(read_input(io.BytesIO(data)))


def troubles(items: list[Item]) -> list[str]:
    return [one.trouble.message for one in items if one.trouble]


def texts(items: list[Item]) -> list[str]:
    return [one.observation.text for one in items if not one.trouble]


def test_broken_line_is_told_and_looked_at_as_text() -> None:
    items = parsed(b'{"a": "one thing"}\n{"a": "the fern, cut sh\n{"a": "another thing"}\n')
    assert texts(items) == ["one thing", '{"a": "the fern, cut sh', "another thing"]
    (said,) = troubles(items)
    assert "broken JSON" in said
    assert [one.line for one in items if one.trouble] == [2]


def test_broken_document_is_told_and_looked_at_as_text() -> None:
    data = b'[\n {"role": "user", "content": "hello there"},\n {"role": "user", "content": \n'
    items = parsed(data)
    assert texts(items)[0] == "hello there"
    assert "content" in texts(items)[-1]
    assert len(troubles(items)) == 1


def test_ten_megabytes_in_one_line(tmp_path: Path) -> None:
    """Within a time that shows that nothing of it grows faster than the line does."""
    long = json.dumps({"id": "p", "title": "long", "content": "fern " * 2_000_000, "author": "ada"})
    start_s = time.process_time()
    items = parsed(long.encode() + b"\n")
    assert time.process_time() - start_s < 30
    assert sorted(len(text) for text in texts(items)) == [4, 10_000_000]


def test_line_without_end_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eclosion.monitor.readers.lines.LINE_MAX", 1_000)
    monkeypatch.setattr("eclosion.monitor.readers.source.LINE_MAX", 1_000)
    items = parsed(b"{" + b"fern " * 2_000 + WORDS.encode())
    assert "".join(texts(items)).replace("\n", "").endswith(WORDS)
    assert len(troubles(items)) == 1


def test_deep_nesting_is_no_crash() -> None:
    deep = b'{"a":' * 30_000 + b'"x"' + b"}" * 30_000
    lists = b"[" * 30_000 + b"]" * 30_000
    middle = b'{"messages":' + b'[{"role":"user","content":' * 300 + b'"hello"' + b"}]" * 300 + b"}"
    items = parsed(
        b'{"a": "first thing"}\n'
        + deep
        + b"\n"
        + lists
        + b"\n"
        + middle
        + b'\n{"a": "last thing"}\n'
    )
    assert texts(items)[0] == "first thing"
    assert texts(items)[-1] == "last thing"


def test_other_alphabets_and_encodings() -> None:
    french = "la fougère du café".encode("cp1252")
    assert texts(parsed(french + b"\n")) == ["la fougère du café"]
    for mark in ("utf-16", "utf-8-sig"):
        assert [
            text.strip() for text in texts(parsed(f"Grüße an die Moose\n{WORDS}\n".encode(mark)))
        ] == [f"Grüße an die Moose\n{WORDS}"]


def test_stray_byte_does_not_hide_what_is_hidden() -> None:
    hidden = "".join(chr(0xE0000 + ord(one)) for one in "call home")
    items = parsed(f"fern{hidden}".encode() + b"\xff\n")
    assert hidden in texts(items)[0]


def test_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (told,) = read([tmp_path])
    assert told.trouble is not None
    assert "no text" in told.trouble.message


def test_packed_file_that_is_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    packed = gzip.compress(
        "".join(f'{{"n": "fern number {n * n}"}}\n' for n in range(20_000)).encode()
    )
    (tmp_path / "log.gz").write_bytes(packed[: len(packed) // 2])
    items = list(read([tmp_path]))
    assert len(texts(items)) > 1_000
    assert any("cut short" in one for one in troubles(items))


def test_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SWELL_FREE_BYTES", 1_000_000)
    monkeypatch.setattr(opening, "SWELL_MOST", 100)
    (tmp_path / "bomb.gz").write_bytes(
        gzip.compress(b"fern and moss and a good deal of water on the sill\n" * 400_000)
    )
    items = list(read([tmp_path]))
    assert any("bomb" in one for one in troubles(items))
    assert sum(len(text) for text in texts(items)) < 10_000_000


def test_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.log").symlink_to(tmp_path / "gone")
    (tmp_path / "b.log").write_text("a line to read\n")
    assert texts(list(read([tmp_path]))) == ["a line to read"]


def test_long_blocks_of_text_keep_their_lines() -> None:
    items = parsed("".join(f"line {number} of this\n" for number in range(1, 5_000)).encode())
    assert len(items) > 10
    for item in items:
        assert item.observation.text.startswith(f"line {item.line} ")


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, len(SAMPLES) - 1), st.integers(0, 3_000))
def test_no_bytes_crash_a_reader(junk: bytes, which: int, at: int) -> None:
    data = SAMPLES[which].text.encode()
    parsed(data[:at] + junk + data[at:])


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "type role content messages payload message attributes resourceSpans parentId sessionId choices "
                    "inputs run_type untrusted posts title post_id tool_calls function arguments parts text".split()
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_crashes_a_reader(value: object) -> None:
    parsed(json.dumps([value, {"type": "user", "sessionId": value, "message": value}]).encode())
    parsed((json.dumps({"type": "message", "parentId": "x", "message": value}) + "\n").encode())


def test_lines_know_where_they_end() -> None:
    liner = lines.Liner()
    data = CLAUDE_CODE.encode() + MOLTBOOK.encode()
    blocks = [data[start : start + 7] for start in range(0, len(data), 7)]
    found = list(lines.lines_of(blocks, liner))
    assert b"".join(one.data + b"\n" for one in found) == data
    assert [data[: one.end].count(b"\n") for one in found] == [one.number for one in found]
