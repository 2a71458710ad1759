"""One source, read record by record: JSON lines, one JSON document, a table, syslog, or plain text, whichever it is.

What always holds: every byte is looked at or told of. A record comes with the offset after it, so that reading can go
on there; plain text comes in blocks of whole lines, since a poem or a letter says more than its lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers import syslog, tables
from eclosion.monitor.readers.decoding import NotJson, decode, to_text
from eclosion.monitor.readers.documents import elements, looks_like_document
from eclosion.monitor.readers.lines import LINE_MAX, Line, Liner, is_binary
from eclosion.monitor.readers.opening import SAMPLE, Stream
from eclosion.monitor.readers.recognizing import Recognizer
from eclosion.monitor.readers.where import Batch, Where
from eclosion.monitor.sighting import Item

BLOCK_LINES = 64
BLOCK_BYTES = 8 * 1024
_MARKED = frozenset(bytes([one]) for one in b"{[<0123456789JFMASOND \t")


class LineReader:
    """Reads lines of JSON, syslog and plain text, mixed as they come.

    Args:
        place: the source's name.
        form: the form of its JSON records, ``text`` to take everything as it stands, or ``auto``.
    """

    def __init__(self, place: str, form: str = "auto") -> None:
        self._place = place
        self._form = form
        self._records = Recognizer(place, form)
        self._block: list[bytes] = []
        self._block_bytes = 0
        self._block_line = 0
        self._last = Line(0, b"", 0)
        self._json_seen = False
        self._cut = False

    def take(self, line: Line) -> Sequence[Batch]:
        """What a line completes; most lines of text complete nothing, and cost little."""
        data = line.data
        if len(data) >= LINE_MAX or self._cut:
            return self._long(line)
        if data[:1] in _MARKED and self._form != "text":
            items = self._marked(line)
            if items is not None:
                return [*self.flush(), Batch(items, line.end, line.number)]
        if not self._block:
            self._block_line = line.number
        self._block.append(data)
        self._block_bytes += len(data)
        self._last = line
        size, lines = self._block_bytes, len(self._block)
        if (size >= BLOCK_BYTES or lines >= BLOCK_LINES) and (
            size >= 2 * BLOCK_BYTES or lines >= 2 * BLOCK_LINES or not data.strip()
        ):
            return self.flush()
        return ()

    def flush(self) -> Sequence[Batch]:
        """The plain text that waits for more, as it is."""
        if not self._block:
            return ()
        where = Where(self._place, self._block_line)
        text = _joined(self._block)
        self._block = []
        self._block_bytes = 0
        items = []
        if text.strip():
            items = [where.item(Observation(0, "", "line.logged", "", text))]
        return [Batch(items, self._last.end, self._last.number)]

    def _marked(self, line: Line) -> list[Item] | None:
        """What a line says that begins as JSON or syslog may; None if it is neither."""
        head = line.data.lstrip()[:1]
        if not head:
            return None
        if head in b"{[":
            return self._json(line)
        message = syslog.parse(to_text(line.data))
        return None if message is None else self._syslog(message, line)

    def _long(self, line: Line) -> Sequence[Batch]:
        """A part of a line that is too long; the first part is told of."""
        where = Where(self._place, line.number)
        items = [where.item(Observation(0, "", "line.logged", "", to_text(line.data)))]
        if not self._cut:
            told = f"A line is longer than {LINE_MAX:,} bytes. It is looked at in parts, as plain text."
            items.insert(0, where.trouble(told))
        self._cut = len(line.data) >= LINE_MAX and not line.whole
        return [*self.flush(), Batch(items, line.end, line.number)]

    def _json(self, line: Line) -> list[Item] | None:
        """What a line says that begins like JSON; None if it is to be taken as plain text."""
        where = Where(self._place, line.number)
        try:
            value = decode(line.data)
        except NotJson as error:
            if not self._json_seen:
                return None
            whole = "" if line.whole else ", and the line has no end"
            told = where.trouble(
                f"This line is broken JSON ({error}{whole}). It is looked at as plain text."
            )
            text = where.item(Observation(0, "", "line.logged", "", to_text(line.data)))
            return [told, text]
        if isinstance(value, (dict, list)):
            self._json_seen = True
            return self._records.read(value, where)
        return None

    def _syslog(self, message: syslog.Message, line: Line) -> list[Item]:
        where = Where(self._place, line.number)
        if message.text[:1] in ("{", "["):
            try:
                value = decode(message.text)
            except NotJson:
                value = None
            if isinstance(value, (dict, list)):
                named = {"actor": message.actor, "at": message.at_ms}
                return self._records.read(
                    {**named, **value} if isinstance(value, dict) else value, where
                )
        return message.items(where)


class Reading:
    """Reads one source from blocks of bytes, as they come.

    Args:
        place: the source's name.
        form: see ``recognizing.FORM_NAMES``.
        offset: where the first block stands, in unpacked bytes; beyond 0, the source is one of lines.
        line: the number of the last line before that.
    """

    def __init__(self, place: str, form: str = "auto", offset: int = 0, line: int = 0) -> None:
        self._place = place
        self._form = form
        self._liner = Liner(offset, line)
        self._head = bytearray()
        self._reader: LineReader | tables.Table | None = LineReader(place, form) if offset else None
        self.is_binary = False

    def feed(self, block: bytes) -> Iterator[Batch]:
        """What a block completes."""
        if self.is_binary:
            return
        if self._reader is None:
            self._head += block
            if len(self._head) < SAMPLE:
                return
            yield from self._begin()
            return
        for line in self._liner.feed(block):
            yield from self._reader.take(line)

    def idle(self) -> Iterator[Batch]:
        """What waits for more, since nothing comes for now; a line without its end goes on waiting."""
        if self._reader is None and self._head:
            yield from self._begin()
        if isinstance(self._reader, LineReader):
            yield from self._reader.flush()

    def finish(self) -> Iterator[Batch]:
        """All that is left, since nothing will come any more."""
        if self._reader is None:
            yield from self._begin()
        if self._reader is not None:
            for line in self._liner.finish():
                yield from self._reader.take(line)
            yield from self._reader.flush()

    def _begin(self) -> Iterator[Batch]:
        head = bytes(self._head)
        self._head.clear()
        if is_binary(head[:SAMPLE]) and self._form == "auto":
            self.is_binary = True
            yield Batch([Where(self._place).trouble("This is no text. It was not read.")])
            return
        delimiter = "," if self._form == "csv" else ""
        if self._form in ("auto", "csv"):
            delimiter = tables.delimiter_of(self._place, head) or delimiter
        if delimiter:
            self._reader = tables.Table(self._place, delimiter)
        else:
            self._reader = LineReader(self._place, self._form)
        for line in self._liner.feed(head):
            yield from self._reader.take(line)


def read_stream(stream: Stream, form: str = "auto") -> Iterator[Batch]:
    """All records of a stream from its beginning, whatever it is."""
    held: list[bytes] = []
    size = 0
    for block in stream.blocks:
        held.append(block)
        size += len(block)
        if size >= SAMPLE:
            break
    head = b"".join(held)[:SAMPLE]
    blocks = itertools.chain(held, stream.blocks)
    if form not in ("csv", "text") and not is_binary(head) and looks_like_document(head):
        yield from elements(stream.name, blocks, Recognizer(stream.name, form))
    else:
        reading = Reading(stream.name, form)
        for block in blocks:
            yield from reading.feed(block)
            if reading.is_binary:
                break
        yield from reading.finish()
    for told in stream.troubles:
        yield Batch([Where(stream.name).trouble(told)])


def _joined(lines: list[bytes]) -> str:
    """Lines as one text; each decoded by itself only where they are not all UTF-8."""
    try:
        return b"\n".join(lines).decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(map(to_text, lines))
