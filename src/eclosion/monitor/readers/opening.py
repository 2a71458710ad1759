"""Files and streams as bytes: unpacked where they are packed, never more than a block at a time, bombs stopped.

What is packed is told by its first bytes, not by its name. gzip, bzip2 and xz come with Python, zip archives are read
member by member, Zstandard from Python 3.14 on. What cannot be unpacked, ends too early or swells beyond reason is
told.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, Any

BLOCK = 256 * 1024
SAMPLE = 64 * 1024
SWELL_FREE_BYTES = 256 * 1024 * 1024
SWELL_MOST = 300
"""Beyond the free amount, something may unpack to so many times its packed size: logs reach a hundred."""
MEMBERS_MAX = 10_000

_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_BROKEN = (EOFError, OSError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, ValueError)


@dataclass
class Stream:
    """Bytes of one source.

    Attributes:
        name: the file's path; a member of an archive follows after ``!/``.
        blocks: its bytes.
        packed: how it was packed, or nothing.
        troubles: filled while it is read: what went wrong, in sentences.
    """

    name: str
    blocks: Iterator[bytes]
    packed: str = ""
    troubles: list[str] = field(default_factory=list)


def open_file(name: str, file: IO[bytes]) -> Iterator[Stream]:
    """The stream of a file; of a zip archive, those of its members one after the other."""
    packed = kind_of(file.read(8))
    file.seek(0)
    if packed == "zip":
        yield from _members(name, file)
        return
    stream = Stream(name, iter(()), packed)
    stream.blocks = _unpacked(file, packed, stream.troubles)
    yield stream


def kind_of(head: bytes) -> str:
    """How something is packed, by its first bytes; nothing if it is not."""
    return next((kind for magic, kind in _PACKED if head.startswith(magic)), "")


def _unpacked(file: IO[bytes], packed: str, troubles: list[str]) -> Iterator[bytes]:
    if not packed:
        while block := file.read(BLOCK):
            yield block
        return
    opener = _opener(packed)
    if opener is None:
        troubles.append(
            f"It is packed with {packed}, which this Python cannot unpack. Unpack it first."
        )
        return
    size = file.seek(0, 2)
    file.seek(0)
    yield from _bounded(opener(file), size, packed, troubles)


def _opener(packed: str) -> Callable[[IO[bytes]], Any] | None:
    known: dict[str, Callable[[IO[bytes]], Any]] = {
        "gzip": lambda file: gzip.GzipFile(fileobj=file),
        "bzip2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
    }
    if packed == "zstd" and sys.version_info >= (3, 14):
        return import_module("compression.zstd").ZstdFile  # type: ignore[no-any-return,unused-ignore]
    return known.get(packed)


def _bounded(unpacker: Any, size: int, packed: str, troubles: list[str]) -> Iterator[bytes]:
    """Blocks of what is unpacked, until it has swollen beyond reason."""
    most = max(SWELL_FREE_BYTES, size * SWELL_MOST)
    total = 0
    while True:
        try:
            block = unpacker.read(BLOCK)
        except _BROKEN as error:
            troubles.append(
                f"Its {packed} data is broken or cut short after {total:,} bytes: {type(error).__name__}."
            )
            return
        if not block:
            return
        total += len(block)
        if total > most:
            troubles.append(
                f"{size:,} bytes unpack to more than {most:,}: a bomb, or little but repetition. The rest is not read."
            )
            return
        yield block


def _members(name: str, file: IO[bytes]) -> Iterator[Stream]:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield Stream(
            name, iter(()), "zip", [f"The archive cannot be opened: {type(error).__name__}."]
        )
        return
    with archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        for member in members[:MEMBERS_MAX]:
            stream = Stream(f"{name}!/{member.filename}", iter(()), "zip")
            try:
                opened = archive.open(member)
            except (RuntimeError, NotImplementedError, *_BROKEN) as error:
                stream.troubles.append(f"This member cannot be opened: {type(error).__name__}.")
                yield stream
                continue
            with opened:
                size = max(member.compress_size, 1)
                stream.blocks = _bounded(opened, size, "zip", stream.troubles)
                yield stream
        if len(members) > MEMBERS_MAX:
            yield Stream(
                name,
                iter(()),
                "zip",
                [f"It has {len(members):,} members; {MEMBERS_MAX:,} were read."],
            )
