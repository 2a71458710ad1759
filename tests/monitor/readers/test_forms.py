"""Every form that is read: found out by itself, with who said what where."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from eclosion.kernel.errors import Invalid
from eclosion.monitor import Item
from eclosion.monitor.readers import read, read_input
from tests.monitor.readers.samples import (
    CHAT,
    CLAUDE_CODE,
    CODEX,
    MOLTBOOK,
    OPENCLAW,
    SAMPLES,
    SYSLOG,
    WORDS,
    Sample,
)

IDS = [f"{number}-{one.form}" for number, one in enumerate(SAMPLES)]


def parsed(text: str, name: str = "-") -> list[Item]:
    return list(read_input(io.BytesIO(text.encode())))


def told(item: Item) -> tuple[str, str, str]:
    return item.observation.actor, item.observation.action, item.pointer


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_form_is_found_out(sample: Sample) -> None:
    items = parsed(sample.text)
    assert [one.trouble for one in items if one.trouble] == []
    assert {told(one) for one in items if WORDS in one.observation.text} == sample.said
    assert len(items) == sample.items


POINTED = [one for one in SAMPLES if one.form not in ("csv", "syslog", "text")]


@pytest.mark.parametrize("sample", POINTED, ids=lambda one: f"{SAMPLES.index(one)}-{one.form}")
def test_pointers_lead_to_the_words(sample: Sample) -> None:
    """Each pointer, followed in the record, ends at the text itself (within text that is JSON as well)."""
    documents = [json.loads(sample.text)] if sample.text.count("\n ") else None
    records = documents or [json.loads(line) for line in sample.text.splitlines()]
    for item in parsed(sample.text):
        if "/body/" in item.pointer:
            continue  # typed maps of OTLP are walked by their keys
        value = records[0] if documents else records[item.line - 1]
        for step in item.pointer.split("/")[1:]:
            if isinstance(value, str):
                value = json.loads(value)
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert value == item.observation.text


def test_sessions_tell_roles_tools_and_recipients() -> None:
    for text, tool, argument in ((OPENCLAW, "exec", "/command"), (CLAUDE_CODE, "Bash", "/command")):
        by_action = {one.observation.action: one.observation for one in parsed(text)}
        call, answer = by_action["tool.called"], by_action["tool.answered"]
        assert (call.attributes["tool"], call.attributes["field"]) == (tool, argument)
        assert (answer.actor, answer.attributes["call"]) == (tool, "t1")
        said = next(one.observation for one in parsed(text) if one.observation.text == WORDS)
        assert (said.attributes["recipient"], said.attributes["role"]) == ("owner", "assistant")
        assert said.at_ms > 1_769_940_000_000
        assert said.attributes["session"]
    called = [
        one.observation.text for one in parsed(CODEX) if one.observation.action == "tool.called"
    ]
    assert called == ["bash", "-lc", "water fern"]


def test_openclaw_names_the_agent_by_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "gardener" / "sessions"
    folder.mkdir(parents=True)
    (folder / "s1.jsonl").write_text(OPENCLAW)
    assert {one.observation.actor for one in read([tmp_path])} == {"gardener", "user", "exec"}


def test_threads_tell_what_answers_what() -> None:
    by_id = {one.observation.subject: one.observation for one in parsed(MOLTBOOK)}
    assert by_id["c3"].attributes["reply_to"] == "p2"
    assert (by_id["m1"].actor, by_id["m1"].attributes["recipient"]) == ("ada", "bob")
    assert by_id["p1"].attributes["submolt"] == "garden"


def test_json_within_syslog_is_read_by_its_form() -> None:
    last = parsed(SYSLOG)[-1]
    assert (last.observation.text, last.observation.attributes["role"]) == (
        "all watered",
        "assistant",
    )


def test_one_file_may_hold_several_forms() -> None:
    items = parsed(OPENCLAW + SYSLOG + "just a line of text\n" + CODEX)
    assert [one.observation.text for one in items].count(WORDS) == 3
    assert any(one.observation.text == "just a line of text" for one in items)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("end", PACKERS)
def test_packed_files_are_unpacked_whatever_their_name(end: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(PACKERS[end](OPENCLAW.encode()))
    assert [one.observation.text for one in read([tmp_path])].count(WORDS) == 1


def test_archives_are_read_member_by_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one/a.jsonl", OPENCLAW)
        archive.writestr("two.json", CHAT)
    places = {
        one.place.rpartition("!/")[2] for one in read([tmp_path]) if one.observation.text == WORDS
    }
    assert places == {"one/a.jsonl", "two.json"}


def test_form_can_be_named_and_must_exist() -> None:
    with pytest.raises(Invalid, match="no format"):
        list(read_input(io.BytesIO(b"x"), "papyrus"))
    items = list(read_input(io.BytesIO(OPENCLAW.encode()), "text"))
    assert {one.pointer for one in items} == {""}
