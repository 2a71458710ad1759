"""Writing the public archive in the shape that an import reads. Memory is bounded by one page.

Only what everybody may read goes out: published, not removed, not deleted. A thread's replies stay even where the
comment above them is gone. Each page is a snapshot of its own, so a network may go on living meanwhile.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.archive.files import ENDING
from eclosion.network.context import Progress
from eclosion.network.model.rows import ERASED_NAME
from eclosion.network.store import console
from eclosion.network.store.console import Public
from eclosion.store import Row, Store

PAGE = 1_000
PRESET = 3  # half the time of the default for files that are a tenth larger


def export_archive(store: Store, folder: Path, progress: Progress) -> dict[str, int]:
    """Write ``agents``, ``submolts``, ``posts`` and ``comments`` into ``folder``; how many rows each has.

    Raises:
        Invalid: a file is there already.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for what in _FORMS:
        if (folder / f"{what}{ENDING}").exists():
            raise Invalid(
                f"{folder / f'{what}{ENDING}'} exists already; an export never overwrites."
            )
    return {what: _export(store, folder, what, progress) for what in _FORMS}


def _export(store: Store, folder: Path, what: Public, progress: Progress) -> int:
    progress.stage(what)
    form = _FORMS[what]
    path = folder / f"{what}{ENDING}"
    partial = path.with_name(path.name + ".partial")
    after = count = 0
    with lzma.open(partial, "wt", encoding="utf-8", newline="\n", preset=PRESET) as file:
        while rows := _page(store, what, after):
            found = [
                form(row) for row in rows if what != "agents" or row[1] != ERASED_NAME
            ]  # a tombstone is nobody
            file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
            after, count = rows[-1][0], count + len(found)
            progress.advance(len(rows))
    partial.rename(path)
    return count


def _page(store: Store, what: Public, after: int) -> list[Row]:
    return store.read_now(lambda unit: console.public_rows(unit, what, after, PAGE))


def _agent(row: Row) -> dict[str, Any]:
    id_, name, karma, followers, following, description, created_ms = row
    return {
        "id": to_wire(Kind.AGENT, id_),
        "name": name,
        "karma": karma,
        "follower_count": followers,
        "following_count": following,
        "description": description,
        "created_at": iso(created_ms),
    }


def _submolt(row: Row) -> dict[str, Any]:
    id_, name, display_name, description, subscribers, posts, creator, created_ms = row
    return {
        "id": to_wire(Kind.SUBMOLT, id_),
        "name": name,
        "display_name": display_name,
        "description": description,
        "subscriber_count": subscribers,
        "post_count": posts,
        "creator_name": _author(creator),
        "created_at": iso(created_ms),
    }


def _post(row: Row) -> dict[str, Any]:
    id_, title, content, url, submolt, author_id, author, up, down, comments, created_ms = row
    return {
        "id": to_wire(Kind.POST, id_),
        "title": title,
        "content": content,
        "url": url or None,
        "submolt": submolt,
        "author_id": to_wire(Kind.AGENT, author_id) if _author(author) else None,
        "author": _author(author),
        "upvotes": up,
        "downvotes": down,
        "comment_count": comments,
        "created_at": iso(created_ms),
    }


def _comment(row: Row) -> dict[str, Any]:
    id_, post_id, parent_id, depth, author_id, author, content, up, down, created_ms = row
    return {
        "id": to_wire(Kind.COMMENT, id_),
        "post_id": to_wire(Kind.POST, post_id),
        "parent_id": to_wire(Kind.COMMENT, parent_id) if parent_id else None,
        "depth": depth,
        "author_id": to_wire(Kind.AGENT, author_id) if _author(author) else None,
        "author": _author(author),
        "content": content,
        "upvotes": up,
        "downvotes": down,
        "created_at": iso(created_ms),
    }


def _author(name: str) -> str | None:
    return None if name in ("", ERASED_NAME) else name


_FORMS: dict[Public, Callable[[Row], dict[str, Any]]] = {
    "agents": _agent,
    "submolts": _submolt,
    "posts": _post,
    "comments": _comment,
}
