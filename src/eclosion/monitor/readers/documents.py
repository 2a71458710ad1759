"""One JSON document that spans many lines: an array element by element, an object as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.decoding import NotJson, decode, to_text
from eclosion.monitor.readers.lines import Liner, lines_of
from eclosion.monitor.readers.recognizing import Recognizer
from eclosion.monitor.readers.where import Batch, Where

DOCUMENT_MAX = 64 * 1024 * 1024
ELEMENT_MAX = 16 * 1024 * 1024
TEXT_BLOCK = 64 * 1024
_SPACE = " \t\r\n"
_decoder = json.JSONDecoder()


def looks_like_document(head: bytes) -> bool:
    """Whether this begins a JSON value that goes on beyond its first line, rather than JSON lines."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] not in (b"{", b"["):
        return False
    lines = [line.strip() for line in text.split(b"\n") if line.strip()]
    if len(lines) < 2:
        return False  # one line, or longer than the sample: a line of JSON
    if _is_json(lines[0]) or (lines[1][:1] == b"{" and lines[0] != b"[" and _is_json(lines[1])):
        return False
    after = text[1:].lstrip()[:1]
    opens = b'"}' if text[:1] == b"{" else b'{["]-0123456789tfn'
    return after in opens


def elements(place: str, blocks: Iterable[bytes], records: Recognizer) -> Iterator[Batch]:
    """The records of a document."""
    text = _Text(blocks)
    text.skip_space()
    try:
        if text.peek() == "[":
            for number, value, line in _array(text):
                yield Batch(records.read(value, Where(place, line, f"/{number}")))
        else:
            line = text.line
            yield Batch(records.read(decode(text.all()), Where(place, line)))
            return
        text.end()
    except NotJson as error:
        where = Where(place, text.line)
        yield Batch(
            [
                where.trouble(
                    f"The document is broken JSON ({error}). The rest is looked at as plain text."
                )
            ]
        )
        for line, rest in text.remaining():
            yield Batch([Where(place, line).item(Observation(0, "", "line.logged", "", rest))])


def _array(text: _Text) -> Iterator[tuple[int, Any, int]]:
    """The elements of an array, each with its number and line."""
    text.take(1)
    number = 0
    while True:
        text.skip_space()
        if text.peek() == "]":
            text.take(1)
            return
        if number:
            if text.peek() != ",":
                raise NotJson("a comma is missing" if text.peek() else "it has no end")
            text.take(1)
            text.skip_space()
        line = text.line
        yield number, text.value(), line
        number += 1


class _Text:
    """The text of a document, of which only what is needed is held."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._lines = lines_of(blocks, Liner())
        self._held = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next character; nothing at the end."""
        while self._at >= len(self._held) and self._more():
            pass
        return self._held[self._at : self._at + 1]

    def take(self, count: int) -> None:
        """Go past so many characters."""
        self.line += self._held.count("\n", self._at, self._at + count)
        self._at += count
        if self._at > TEXT_BLOCK:
            self._held, self._at = self._held[self._at :], 0

    def skip_space(self) -> None:
        """Go past white space."""
        while (one := self.peek()) and one in _SPACE:
            self.take(1)

    def end(self) -> None:
        """Go past the end.

        Raises:
            NotJson: there is something more.
        """
        self.skip_space()
        if self.peek():
            raise NotJson("something stands after its end")

    def value(self) -> Any:
        """The next JSON value."""
        while True:
            try:
                value, end = _decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise NotJson("it is nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._held) - self._at > ELEMENT_MAX:
                    raise NotJson("an element is too large") from None
                if not self._grow():
                    raise NotJson(error.msg) from None
                continue
            except ValueError:
                raise NotJson("a number is too long") from None
            if end == len(self._held) and isinstance(value, (int, float)) and self._grow():
                continue  # a number may go on
            self.take(end - self._at)
            return value

    def all(self) -> str:
        """Everything, if it is not too much."""
        while len(self._held) < DOCUMENT_MAX and self._grow():
            pass
        if not self._ended:
            raise NotJson(f"it is larger than {DOCUMENT_MAX:,} characters; write it as JSON lines")
        return self._held[self._at :]

    def remaining(self) -> Iterator[tuple[int, str]]:
        """What has not been read, in pieces with their lines."""
        while self.peek():
            self._grow()
            piece = self._held[self._at : self._at + TEXT_BLOCK]
            line = self.line
            self.take(len(piece))
            yield line, piece

    def _grow(self) -> bool:
        """Hold twice as much, so that reading a value again and again costs no more than reading it twice."""
        aim = max(2 * (len(self._held) - self._at), TEXT_BLOCK) + self._at
        grew = False
        parts = [self._held]
        size = len(self._held)
        while size < aim and not self._ended:
            part = self._next()
            size += len(part)
            parts.append(part)
            grew = grew or bool(part)
        self._held = "".join(parts)
        return grew

    def _more(self) -> bool:
        part = self._next()
        self._held += part
        return bool(part)

    def _next(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self._ended = True
            return ""
        return to_text(line.data) + "\n"


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(decode(line), (dict, list))
    except NotJson:
        return False
