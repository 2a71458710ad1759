"""Settings files as people leave them, and as enemies do."""

import os
import socket
from pathlib import Path

import pytest

from eclosion.audit.reading import SETTINGS_BYTES_MAX, Unreadable, read_settings


@pytest.mark.parametrize(
    ("form", "text", "settings"),
    [
        ("json", '{"a": {"b": 1}}', {"a": {"b": 1}}),
        ("json", '\ufeff{"a": 1}', {"a": 1}),
        ("json", "{ // mine\n a: 'b', /* and */ list: [1, 2,], }", {"a": "b", "list": [1, 2]}),
        ("toml", 'a = 1\n[b]\nc = "d"', {"a": 1, "b": {"c": "d"}}),
        ("yaml", "a: 1\nb:\n  - c\n", {"a": 1, "b": ["c"]}),
        ("yaml", "", {}),
        ("env", "# mine\nexport A='b c'\nB=\nnot a line\n", {"A": "b c", "B": ""}),
    ],
)
def test_each_form_is_read(
    tmp_path: Path, form: str, text: str, settings: dict[str, object]
) -> None:
    path = tmp_path / "settings"
    path.write_text(text)
    assert read_settings(str(path), form) == settings


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", "{"),
        ("json", "[1]"),
        ("json", "[" * 100_000),
        ("json", '{"a": NaN, }}'),
        ("toml", "a = "),
        ("yaml", "a: [b"),
        ("yaml", "a: !!python/object/apply:os.system ['true']"),
        ("yaml", "just words"),
    ],
)
def test_what_is_not_of_its_form_is_told_in_a_sentence(
    tmp_path: Path, form: str, text: str
) -> None:
    path = tmp_path / "settings"
    path.write_text(text)
    with pytest.raises(Unreadable) as told:
        read_settings(str(path), form)
    assert 5 < len(str(told.value)) < 300


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for name in ("fifo", "loop", "socket", "nothing", "."):
            with pytest.raises(Unreadable):
                read_settings(str(tmp_path / name), "json")


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    with path.open("wb") as file:
        file.truncate(SETTINGS_BYTES_MAX + 1)
    with pytest.raises(Unreadable, match="larger"):
        read_settings(str(path), "json")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(Unreadable):
        read_settings(str(path), "json")
