"""Reads an operator's corpus: a folder (or file) of plain texts, Markdown and JSON Lines, compressed or not.

Texts that show that they were public (an address, votes, a time of collection) are marked ``published``, whatever the
operator says: such records come from a site that somebody else has read as well.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from eclosion.gate.language.errors import CorpusUnreadable
from eclosion.gate.language.model import Text

SUFFIXES = (".txt", ".md", ".jsonl", ".jsonl.gz", ".jsonl.xz")
FILE_BYTES_MAX = 64 * 1024 * 1024
LINE_CHARS_MAX = 4 * 1024 * 1024
_BODIES = ("text", "body", "content")
_AUTHORS = ("author", "author_id", "agent_name", "document")
_PUBLIC_MARKS = ("url", "upvotes", "downvotes", "downloaded_at", "collected_at")


def read_texts(place: Path) -> Iterator[Text]:
    """Every text of a folder, in the order of names, or of one file.

    Raises:
        CorpusUnreadable: there is nothing to read, or a file is not what its name says.
    """
    files = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    files = [file for file in files if file.name.endswith(SUFFIXES)]
    if not files:
        raise CorpusUnreadable(
            f"There is no text in {place}.", f"It takes files that end in {', '.join(SUFFIXES)}."
        )
    for file in files:
        name = str(file.relative_to(place)) if file != place else file.name
        if file.name.endswith((".txt", ".md")):
            yield Text(name, _whole(file), author=name)
        else:
            yield from _records(file, name)


def _whole(file: Path) -> str:
    if file.stat().st_size > FILE_BYTES_MAX:
        raise CorpusUnreadable(f"{file} is larger than {FILE_BYTES_MAX:,} bytes.")
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CorpusUnreadable(f"{file} is not UTF-8: {error}.") from None


def _open(file: Path) -> IO[str]:
    if file.suffix == ".xz":
        return lzma.open(file, "rt", encoding="utf-8")
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8")
    return file.open(encoding="utf-8")


def _records(file: Path, name: str) -> Iterator[Text]:
    number = 0
    try:
        with _open(file) as lines:
            while line := lines.readline(LINE_CHARS_MAX):
                number += 1
                if not line.strip():
                    continue
                yield _text(json.loads(line), f"{name}:{number}")
    except (ValueError, EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise CorpusUnreadable(f"{file}, line {number}: {error}.") from None


def _text(record: Any, place: str) -> Text:
    if not isinstance(record, dict):
        raise CorpusUnreadable(
            f"{place} is not an object.", f"A line has a field {', '.join(_BODIES)}."
        )
    body = next((record[key] for key in _BODIES if isinstance(record.get(key), str)), "")
    author = next((str(record[key]) for key in _AUTHORS if record.get(key)), "")
    public = record.get("published") is True or any(key in record for key in _PUBLIC_MARKS)
    return Text(
        id=place,
        body=body,
        author=author,
        owner_root=str(record.get("owner_root") or ""),
        published=public,
    )
