"""Looks into files whose names say nothing: keys and passwords that stand in them.

The forms and their proofs are the kernel's; here is the quick first look, one pass of Hyperscan for all forms. What
always holds: regular files only, a bounded piece of each, and nothing of a secret leaves but its kind and its line.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import hyperscan

from eclosion.kernel.finding import Severity
from eclosion.kernel.secrets import Hit, Secret, confirm, prefilters

FILE_BYTES_MAX = 1024 * 1024
"""So much of a file is looked at, from its beginning: larger ones are data, logs and media."""
CONFIDENCE_MIN = 0.8
CONFIDENCE_IN_CODE_MIN = 0.9
"""Programs assign names to names all day: there only what is surer counts."""
_CODE = frozenset(
    "py pyi js mjs cjs ts tsx jsx go rs java kt scala c h cc cpp hpp cs rb php swift m lua pl r jl ex exs clj hs ml "
    "vue svelte css scss html htm xml svg rst po".split()
)
_BINARY = frozenset(
    "png jpg jpeg gif webp ico bmp mp3 mp4 mkv mov avi flac wav ogg zip gz xz bz2 zst 7z rar tar jar whl so a o "
    "dll exe bin pyc class wasm ttf otf woff woff2 pdf iso img qcow2 parquet npy npz pt safetensors gguf".split()
)


class Inside(NamedTuple):
    """What stands in a file.

    Attributes:
        path: the file.
        kinds: what was found, each kind once, the worst first: title and the lines it stands in.
        severity: of the worst.
    """

    path: str
    kinds: tuple[tuple[str, tuple[int, ...]], ...]
    severity: Severity


def look_inside(paths: Iterable[str]) -> Iterator[Inside]:
    """The files in which secrets stand, in the order of the paths. What cannot be read is passed over."""
    look = _first_look()
    for path in paths:
        ending = path.rpartition(".")[2].lower()
        if ending in _BINARY:
            continue
        raw = _beginning(path)
        if not raw or b"\0" in raw[:4_096]:
            continue
        surely = CONFIDENCE_IN_CODE_MIN if ending in _CODE else CONFIDENCE_MIN
        if secrets := look.secrets(raw, surely):
            yield _told(path, raw.decode("latin-1"), secrets)


def _told(path: str, text: str, secrets: list[Secret]) -> Inside:
    lines: dict[str, list[int]] = {}
    for one in sorted(secrets, key=lambda one: -one.severity):
        lines.setdefault(one.title, []).append(text.count("\n", 0, one.span.start) + 1)
    kinds = tuple((title, tuple(sorted(set(found)))) for title, found in lines.items())
    return Inside(path, kinds, max(one.severity for one in secrets))


def _beginning(path: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b""
        return os.read(handle, FILE_BYTES_MAX)
    except OSError:
        return b""
    finally:
        os.close(handle)


class _FirstLook:
    """All forms in one pass. Not for two threads at once."""

    def __init__(self) -> None:
        forms = prefilters()
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=[one.encode() for one, _ in forms],
            ids=list(range(len(forms))),
            flags=[hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, caseless in forms],
        )
        self._found: list[tuple[int, int]] = []

    def secrets(self, raw: bytes, surely: float) -> list[Secret]:
        """What is proved to be one; the engine counts bytes, so a text that is not ASCII is looked at by its bytes."""
        self._found.clear()
        self._database.scan(raw, match_event_handler=self._note)
        if not self._found:
            return []
        # One character a byte keeps the engine's places; secrets themselves are ASCII.
        text = raw.decode("latin-1")
        hits = (Hit(number, end) for number, end in self._found)
        return [
            one
            for one in confirm(text, hits)
            if one.confidence >= surely and one.severity >= Severity.MEDIUM
        ]

    def _note(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        self._found.append((number, end))


@cache
def _first_look() -> _FirstLook:
    """One for the whole process: compiling takes about half a second."""
    return _FirstLook()
