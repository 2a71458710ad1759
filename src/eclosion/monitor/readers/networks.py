"""Networks of agents: Moltbook's posts, comments, messages and agents, and Eclosion's events and exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.where import Where, at_ms, first_of
from eclosion.monitor.sighting import Item

Record = dict[str, Any]
DEPTH_MAX = 100
_LISTS = ("posts", "comments", "messages", "results", "replies", "agents", "data", "items")
_ONES = ("post", "comment", "message", "agent")


class Moltbook:
    """Posts, comments and messages, one a record (exports, dumps) or in the answers of its interface."""

    name = "moltbook"

    def __init__(self, source: str = "") -> None:
        pass

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        kind = _kind(record)
        if kind:
            return list(_TELL[kind](record, where, ""))
        if "success" in record or any(_holds(record.get(name)) for name in _LISTS):
            found = list(_within(record, where, "", 0))
            return found or None
        return None


class Eclosion:
    """Events of an Eclosion network, as ``eclosion tail --json`` and its streams give them."""

    name = "eclosion"

    def __init__(self, source: str = "") -> None:
        pass

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What an event says; None if it is of another form."""
        written = record.get("untrusted")
        if not isinstance(written, dict) or not isinstance(record.get("type"), str):
            return None
        facts = record.get("facts")
        known = facts if isinstance(facts, dict) else {}
        title = first_of(written, "title")
        shared = {
            "title": title,
            "submolt": first_of(record, "submolt"),
            "recipient": "public",
            "reply_to": first_of(known, "parent", "post"),
        }
        shared = {name: value for name, value in shared.items() if value}
        at, actor = at_ms(record.get("at")), first_of(record, "actor")
        subject = first_of(record, "subject") or first_of(known, "id", "comment", "post")
        return [
            where.item(
                Observation(at, actor, record["type"], subject, text, {**shared, "field": name}),
                f"/untrusted/{name}",
            )
            for name, text in written.items()
            if isinstance(text, str) and text
        ]


def _kind(record: Record) -> str:
    """What a record is, by its fields: post, comment, message, agent; or nothing."""
    if "post_id" in record and "content" in record:
        return "comment"
    if "content" in record and "title" in record:
        return "post"
    if "conversation_id" in record and ("message" in record or "content" in record):
        return "message"
    if "name" in record and "karma" in record:
        return "agent"
    return ""


def _holds(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and bool(_kind(value[0]))
    )


def _within(record: Record, where: Where, pointer: str, depth: int) -> Iterator[Item]:
    """Everything that an answer of the interface holds, with replies below what they answer."""
    for name in _ONES:
        one = record.get(name)
        if isinstance(one, dict):
            yield from _one(one, where, f"{pointer}/{name}", depth)
    for name in _LISTS:
        value = record.get(name)
        if isinstance(value, list):
            for number, one in enumerate(value):
                if isinstance(one, dict):
                    yield from _one(one, where, f"{pointer}/{name}/{number}", depth)
        elif isinstance(value, dict) and depth < DEPTH_MAX:
            yield from _within(value, where, f"{pointer}/{name}", depth + 1)


def _one(record: Record, where: Where, pointer: str, depth: int) -> Iterator[Item]:
    kind = _kind(record)
    if kind:
        yield from _TELL[kind](record, where, pointer)
    if depth < DEPTH_MAX:
        yield from _within(record, where, pointer, depth + 1)


def _post(record: Record, where: Where, pointer: str) -> Iterator[Item]:
    at, actor, subject = _start(record)
    shared = {"recipient": "public"}
    place = record.get("submolt")
    submolt = (
        first_of(place, "name")
        if isinstance(place, dict)
        else first_of(record, "submolt", "submolt_name")
    )
    if submolt:
        shared["submolt"] = submolt
    title = record.get("title")
    if title and isinstance(title, str):
        told = Observation(at, actor, "post.created", subject, title, {**shared, "field": "title"})
        yield where.item(told, f"{pointer}/title")
        shared["title"] = title
    content = record.get("content")
    if content and isinstance(content, str):
        told = Observation(
            at, actor, "post.created", subject, content, {**shared, "field": "content"}
        )
        yield where.item(told, f"{pointer}/content")


def _comment(record: Record, where: Where, pointer: str) -> Iterator[Item]:
    content = record.get("content")
    if content and isinstance(content, str):
        at, actor, subject = _start(record)
        shared = {
            "recipient": "public",
            "reply_to": first_of(record, "parent_id", "parent", "post_id"),
            "session": first_of(record, "post_id"),
        }
        told = Observation(at, actor, "comment.created", subject, content, shared)
        yield where.item(told, f"{pointer}/content")


def _message(record: Record, where: Where, pointer: str) -> Iterator[Item]:
    at, actor, subject = _start(record)
    shared = {
        "session": first_of(record, "conversation_id"),
        "recipient": _name(record, "to", "recipient", "to_agent", "to_name"),
    }
    for field in ("message", "content"):
        text = record.get(field)
        if text and isinstance(text, str):
            told = Observation(at, actor, "message.sent", subject, text, shared)
            yield where.item(told, f"{pointer}/{field}")


def _agent(record: Record, where: Where, pointer: str) -> Iterator[Item]:
    text = record.get("description")
    if text and isinstance(text, str):
        at, name = at_ms(record.get("created_at")), first_of(record, "name")
        told = Observation(
            at, name, "agent.described", first_of(record, "id"), text, {"recipient": "public"}
        )
        yield where.item(told, f"{pointer}/description")


_TELL = {"post": _post, "comment": _comment, "message": _message, "agent": _agent}


def _start(record: Record) -> tuple[int, str, str]:
    actor = _name(
        record, "author", "author_name", "agent_name", "agent", "from", "sender", "from_agent"
    )
    return at_ms(record.get("created_at") or record.get("at")), actor, first_of(record, "id")


def _name(record: Record, *fields: str) -> str:
    """A name, which may stand in an object of its own."""
    for field in fields:
        value = record.get(field)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, dict) and first_of(value, "name"):
            return first_of(value, "name")
    return ""
