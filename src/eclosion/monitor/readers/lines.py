"""Bytes into lines that know where they stand: numbered from 1, with the offset at which the next one begins.

A line is never larger than ``LINE_MAX``: one that is comes in parts, and that is told. Text in UTF-16 (known by its
byte order mark) is turned into UTF-8 first; offsets then count what it was turned into.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LINE_MAX = 16 * 1024 * 1024


class Line(NamedTuple):
    """One line without its end.

    Attributes:
        number: from 1.
        data: its bytes, in UTF-8 or something like it.
        end: the offset after it, in bytes from the beginning of the (unpacked) source.
        whole: False for a part of one that is too long, and for a last line without an end.
    """

    number: int
    data: bytes
    end: int
    whole: bool = True


class Liner:
    """Cuts blocks into lines; what has no end yet waits in ``rest``."""

    def __init__(self, offset: int = 0, number: int = 0) -> None:
        self.offset = offset
        self.number = number
        self.rest = bytearray()
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun = offset > 0

    def feed(self, block: bytes) -> Iterator[Line]:
        """The lines that a block completes."""
        if not self._begun:
            self._begun = True
            block = self._look_at_head(block)
        if self._decoder is not None:
            block = self._decoder.decode(block).encode("utf-8", "surrogatepass")
        self.rest += block
        if b"\n" in block:
            lines = bytes(self.rest).split(b"\n")
            self.rest = bytearray(lines.pop())
            for data in lines:
                self.offset += len(data) + 1
                self.number += 1
                yield Line(self.number, data.removesuffix(b"\r"), self.offset)
        while len(self.rest) > LINE_MAX:
            data = bytes(self.rest[:LINE_MAX])
            del self.rest[:LINE_MAX]
            self.offset += len(data)
            yield Line(self.number + 1, data, self.offset, whole=False)

    def finish(self) -> Iterator[Line]:
        """The last line, if it has no end."""
        if self.rest:
            data = bytes(self.rest)
            self.rest.clear()
            self.offset += len(data)
            self.number += 1
            yield Line(self.number, data.removesuffix(b"\r"), self.offset, whole=False)

    def _look_at_head(self, block: bytes) -> bytes:
        if block.startswith(codecs.BOM_UTF8):
            self.offset += 3
            return block[3:]
        for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
            if block.startswith(mark):
                self._decoder = codecs.getincrementaldecoder(name)("replace")
        return block


def lines_of(blocks: Iterable[bytes], liner: Liner) -> Iterator[Line]:
    """All lines of some blocks."""
    for block in blocks:
        yield from liner.feed(block)
    yield from liner.finish()


def is_binary(sample: bytes) -> bool:
    """Whether this is no text: a zero byte, without the mark of UTF-16."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return b"\x00" in sample
