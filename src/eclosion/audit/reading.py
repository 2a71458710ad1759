"""Reads an agent's settings files: hostile until proven otherwise, executed never.

What always holds: only regular files of a bounded size are read, nothing named in them is started or fetched, and what
cannot be read is told in a sentence and never raised.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Callable
from typing import Any

SETTINGS_BYTES_MAX = 4 * 1024 * 1024
DEPTH_MAX = 200


class Unreadable(Exception):
    """A settings file could not be read; the message says why, for people."""


def read_settings(path: str, form: str) -> dict[str, Any]:
    """What a settings file says.

    Args:
        path: where.
        form: ``json``, ``toml``, ``yaml`` or ``env``.

    Raises:
        Unreadable: it is no regular file, too large, or not of that form.
    """
    return parsed(_text(path), form)


def parsed(text: str, form: str) -> dict[str, Any]:
    """What the text of a settings file says.

    Raises:
        Unreadable: it is not of that form, or holds no table.
    """
    try:
        document = _READERS[form](text)
    except RecursionError:
        raise Unreadable("is nested too deeply") from None
    except ValueError as problem:
        raise Unreadable(f"is not what it should be: {str(problem)[:200]}") from None
    if not isinstance(document, dict):
        raise Unreadable("holds no table of settings")
    return document


def _text(path: str) -> str:
    """The file's text. Opening waits for nobody: a FIFO or a device in its place is told, not read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as problem:
        raise Unreadable(f"cannot be opened: {problem.strerror}") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("is no regular file")
        if found.st_size > SETTINGS_BYTES_MAX:
            raise Unreadable(f"is larger than {SETTINGS_BYTES_MAX // 1024 // 1024} MiB")
        data = b""
        while len(data) <= SETTINGS_BYTES_MAX and (piece := os.read(handle, 1 << 16)):
            data += piece
    except OSError as problem:
        raise Unreadable(f"cannot be read: {problem.strerror}") from None
    finally:
        os.close(handle)
    return data[:SETTINGS_BYTES_MAX].decode("utf-8-sig", "replace")


def decode_json(text: str) -> Any:
    """What a text in JSON says, comments and trailing commas allowed.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        import pyjson5  # comments, trailing commas, bare names: JSONC and JSON5

        try:
            return pyjson5.decode(text, DEPTH_MAX)
        except pyjson5.Json5Exception as problem:
            raise ValueError(str(problem)) from None


def _yaml(text: str) -> Any:
    import msgspec

    try:
        return msgspec.yaml.decode(text) or {}
    except msgspec.DecodeError as problem:
        raise ValueError(" ".join(str(problem).split())) from None


def _env(text: str) -> dict[str, str]:
    """``NAME=value`` lines; quotes are taken off, nothing is expanded."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.isidentifier():
            found[name] = value.strip().strip("'\"")
    return found


_READERS: dict[str, Callable[[str], Any]] = {
    "json": decode_json,
    "toml": tomllib.loads,
    "yaml": _yaml,
    "env": _env,
}
