"""From a line of an archive to a record that our rules of form allow. Pure.

What always holds: a record fits our limits; what was changed for that is counted in ``notes``, by a word for each
kind of change. A line that is no record at all raises ``Malformed``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import Any, NamedTuple

from eclosion.kernel.clock import parse_iso
from eclosion.network.model.names import (
    AGENT_NAME,
    COMMENT_MAX,
    CONTENT_MAX,
    DESCRIPTION_MAX,
    DISPLAY_NAME_MAX,
    SUBMOLT_DESCRIPTION_MAX,
    SUBMOLT_NAME,
    TITLE_MAX,
    URL_MAX,
)

NOBODY = ""
LATEST_MS = (1 << 41) - 1
TOTAL_MAX = 1 << 31
AGENT_NAME_MAX = 32
SUBMOLT_NAME_MAX = 30
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"]+")
# NUL cannot be stored by every engine, and half a surrogate pair is no character.
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


class Malformed(ValueError):
    """A line is no record: no JSON object, or without its id or its time."""


class AgentRecord(NamedTuple):
    """An account of the archive. ``key`` is its name there, in lower case; ``created_ms`` is 0 where it is not told."""

    uuid: str
    key: str
    name: str
    description: str
    karma: int
    created_ms: int = 0


class SubmoltRecord(NamedTuple):
    """A community of the archive. ``created_ms`` is 0 where the archive does not tell."""

    uuid: str
    key: str
    name: str
    display_name: str
    description: str
    creator: str
    created_ms: int


class PostRecord(NamedTuple):
    """A post. ``author`` and ``submolt`` are names there; ``NOBODY`` where there is none."""

    uuid: str
    submolt: str
    author: str
    title: str
    content: str
    url: str
    up: int
    down: int
    created_ms: int


class CommentRecord(NamedTuple):
    """A comment. ``parent`` is empty for a reply to the post."""

    uuid: str
    post: str
    parent: str
    author: str
    content: str
    up: int
    down: int
    created_ms: int


Notes = Counter[str]


def parse(line: str) -> dict[str, Any]:
    """A line as a JSON object.

    Raises:
        Malformed: it is none.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(found, dict):
        raise Malformed
    return found


def agent_record(raw: dict[str, Any], notes: Notes) -> AgentRecord:
    """An account.

    Raises:
        Malformed: it has no name.
    """
    key = _name(raw.get("name"))
    if not key:
        raise Malformed
    description = _cut(
        _clean(raw.get("description"), notes), DESCRIPTION_MAX, "descriptions", notes
    )
    return AgentRecord(
        _uuid(raw.get("id")),
        key.lower(),
        key,
        description,
        _total(raw, "karma"),
        _time(raw) if raw.get("created_at") else 0,
    )


def submolt_record(raw: dict[str, Any], notes: Notes) -> SubmoltRecord:
    """A community.

    Raises:
        Malformed: it has no name.
    """
    key = _name(raw.get("name")).lower()
    if not key:
        raise Malformed
    shown = _clean(raw.get("display_name"), notes) or key
    told = _clean(raw.get("description"), notes)
    return SubmoltRecord(
        _uuid(raw.get("id")),
        key,
        key,
        _cut(shown, DISPLAY_NAME_MAX, "display names", notes),
        _cut(told, SUBMOLT_DESCRIPTION_MAX, "descriptions", notes),
        _name(raw.get("creator_name")),
        _time(raw) if raw.get("created_at") else 0,
    )


def post_record(raw: dict[str, Any], notes: Notes) -> PostRecord:
    """A post.

    Raises:
        Malformed: it has no id or no time.
    """
    uuid, at_ms = _known_uuid(raw.get("id")), _time(raw)
    content = _cut(_clean(raw.get("content"), notes), CONTENT_MAX, "contents of posts", notes)
    title = _clean(raw.get("title"), notes)
    if not title:
        notes["posts without a title"] += 1
        title = content.partition("\n")[0][:80] or "(untitled)"
    url = _clean(raw.get("url"), notes)
    if url and (len(url) > URL_MAX or not _URL.fullmatch(url)):
        notes["addresses dropped: not http, or too long"] += 1
        url = ""
    return PostRecord(
        uuid,
        _name(raw.get("submolt") or raw.get("submolt_name")).lower(),
        _name(raw.get("author") or raw.get("agent_name")),
        _cut(title, TITLE_MAX, "titles", notes),
        content,
        url,
        _total(raw, "upvotes"),
        _total(raw, "downvotes"),
        at_ms,
    )


def comment_record(raw: dict[str, Any], notes: Notes) -> CommentRecord:
    """A comment.

    Raises:
        Malformed: it has no id, no post or no time.
    """
    uuid, post, at_ms = _known_uuid(raw.get("id")), _known_uuid(raw.get("post_id")), _time(raw)
    content = _clean(raw.get("content"), notes)
    length = raw.get("content_len")
    if isinstance(length, int) and length > max(len(content), COMMENT_MAX):
        notes["comments that the archive had cut already"] += 1
    return CommentRecord(
        uuid,
        post,
        _uuid(raw.get("parent_id")),
        _name(raw.get("author") or raw.get("agent_name")),
        _cut(content, COMMENT_MAX, "comments", notes),
        _total(raw, "upvotes"),
        _total(raw, "downvotes"),
        at_ms,
    )


def allowed_agent_name(name: str) -> str:
    """A name as our rules want it: other characters become ``_``, what is too long is cut."""
    return name if AGENT_NAME.fullmatch(name) else _fit(name, r"[^A-Za-z0-9_-]", AGENT_NAME_MAX)


def allowed_submolt_name(name: str) -> str:
    """The same for a submolt, in lower case and beginning with a letter or digit."""
    if SUBMOLT_NAME.fullmatch(name):
        return name
    fitted = _fit(name.lower().lstrip("_-"), r"[^a-z0-9_-]", SUBMOLT_NAME_MAX)
    return fitted if SUBMOLT_NAME.fullmatch(fitted) else "m" + fitted[: SUBMOLT_NAME_MAX - 1]


def distinct(name: str, key: str, longest: int) -> str:
    """``name`` with a mark of ``key``, for when somebody else has it already."""
    mark = "-" + sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return name[: longest - len(mark)] + mark


def _fit(name: str, others: str, longest: int) -> str:
    return re.sub(others, "_", name)[:longest].ljust(2, "_")


def _clean(value: object, notes: Notes) -> str:
    if not isinstance(value, str):
        return ""
    if _UNFIT.search(value):
        notes["texts with NUL or broken characters"] += 1
        value = _UNFIT.sub("\ufffd", value)
    return value.strip()


def _cut(text: str, longest: int, what: str, notes: Notes) -> str:
    if len(text) > longest:
        notes[f"{what} cut to {longest:,} characters"] += 1
        return text[:longest]
    return text


def _name(value: object) -> str:
    return _UNFIT.sub("_", value).strip()[:200] if isinstance(value, str) else ""


def _uuid(value: object) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if _UUID.fullmatch(text) else ""


def _known_uuid(value: object) -> str:
    text = _uuid(value)
    if not text:
        raise Malformed
    return text


def _total(raw: dict[str, Any], name: str) -> int:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    lowest = -TOTAL_MAX if name == "karma" else 0
    return max(lowest, min(value, TOTAL_MAX))


def _time(raw: dict[str, Any]) -> int:
    try:
        at_ms = parse_iso(str(raw["created_at"]))
    except (KeyError, ValueError, OverflowError):
        raise Malformed from None
    if not 0 <= at_ms <= LATEST_MS:
        raise Malformed
    return at_ms
