"""What a vault keeps of what was moved into it: plain values and their form as JSON.

Names are texts in which a byte that is no UTF-8 stands as a lone surrogate (PEP 383); JSON carries these as escapes,
so every name comes back as it was.
"""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

from eclosion.audit.vault.errors import Damaged

FILE, FOLDER, LINK, PIPE, SAME = "file", "folder", "link", "pipe", "same"
"""Kinds of entries. ``SAME`` is another name of a file that came before (a hard link)."""

FORMAT = 1


class Entry(NamedTuple):
    """One name in a tree that was moved.

    Attributes:
        root: the number of the path that was given.
        path: below it; empty for the root itself.
        kind: ``file``, ``folder``, ``link``, ``pipe`` or ``same``.
        mode: permission bits with set-user, set-group and sticky.
        accessed_ns, modified_ns: times since 1970.
        size: in bytes, holes included.
        pieces: where there is content, offset and length; all else is holes.
        content: the number of the encrypted file with the pieces, one after the other.
        digest: SHA-256 of that content, hexadecimal.
        target: where a link leads, or the entry of which this is the same, as ``root/path``.
        attributes: extended attributes, access control lists among them; values in base 64.
    """

    root: int
    path: str
    kind: str
    mode: int = 0
    uid: int = 0
    gid: int = 0
    accessed_ns: int = 0
    modified_ns: int = 0
    size: int = 0
    pieces: tuple[tuple[int, int], ...] = ()
    content: int = 0
    digest: str = ""
    target: str = ""
    attributes: dict[str, str] = {}  # noqa: RUF012 (a named tuple's default, never changed)

    @property
    def name(self) -> str:
        """How others of the same tree refer to it."""
        return f"{self.root}/{self.path}"

    def attribute_values(self) -> dict[str, bytes]:
        """The extended attributes as they were."""
        return {name: base64.b64decode(value) for name, value in self.attributes.items()}


class Item(NamedTuple):
    """What was moved together, as anybody sees it who may read the vault: no contents, no names but the given ones.

    Attributes:
        id: its name in the vault.
        roots: the absolute paths from where it was taken.
        moved_at_ms: when.
        files: how many files with content of their own.
        size: their bytes.
    """

    id: str
    roots: tuple[str, ...]
    moved_at_ms: int
    files: int
    size: int


def item_to_json(item: Item) -> bytes:
    """Its form in ``about.json``."""
    return _dump({"format": FORMAT, **item._asdict()})


def item_from_json(raw: bytes) -> Item:
    """Read it again.

    Raises:
        Damaged: it is not what was written.
    """
    told = _load(raw)
    try:
        return Item(
            str(told["id"]),
            tuple(map(str, told["roots"])),
            int(told["moved_at_ms"]),
            int(told["files"]),
            int(told["size"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Damaged("about.json in the vault lacks something.") from None


def entries_to_json(entries: list[Entry]) -> bytes:
    """The form of a manifest, which is kept encrypted."""
    return _dump({"format": FORMAT, "entries": [one._asdict() for one in entries]})


def entries_from_json(raw: bytes) -> list[Entry]:
    """Read a manifest.

    Raises:
        Damaged: it is not what was written.
    """
    try:
        found = [
            Entry(**{**one, "pieces": tuple((int(a), int(b)) for a, b in one["pieces"])})
            for one in _load(raw)["entries"]
        ]
    except (KeyError, TypeError, ValueError):
        raise Damaged("A manifest in the vault lacks something.") from None
    if not all(_is_inner(one.path) for one in found):
        raise Damaged("A manifest in the vault names paths outside of what was moved.")
    return found


def _is_inner(path: str) -> bool:
    """Whether a path stays below its root: a forged manifest must not write elsewhere."""
    return path == "" or not any(part in ("", ".", "..") for part in path.split("/"))


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _load(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except ValueError:
        raise Damaged("A file of the vault is no JSON.") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Damaged(
            "A file of the vault has a form that this version does not know.",
            hint="A newer Eclosion may have written it.",
        )
    return told
