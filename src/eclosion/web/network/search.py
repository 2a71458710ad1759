"""Searching, as a page."""

from __future__ import annotations

from typing import Any

from eclosion.app.cursors import encode_cursor
from eclosion.app.finding import KINDS, Found, load_hits
from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.findings import Mark
from eclosion.kernel.ids import ID_MAX
from eclosion.network.model.names import QUERY_MAX
from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.store import Unit
from eclosion.store.textindex import PERFECT, Hit, find
from eclosion.web.door import Ask, View, link
from eclosion.web.network.entries import comment_entry, label_line, post_entry, submolt_entry
from eclosion.web.outline import Entry, Outline

SHOWN = 20
BESIDE = 6
TYPES = ("all", "posts", "comments", "agents", "submolts")


async def look_up(house: House, ask: Ask) -> dict[str, list[Hit]]:
    """What the text index says; nothing for an empty question."""
    words = _words(ask)
    if not words:
        return {}
    kinds = {*_kinds(ask), *_beside(ask)}

    def read(unit: Unit) -> dict[str, list[Hit]]:
        return {kind: find(unit, kind, words) for kind in kinds}

    return await house.index.read(read, slow=True)


def search(house: House, unit: Unit, ask: Ask) -> View:
    """What was found, the best first; agents and submolts of that name beside it."""
    hits: dict[str, list[Hit]] = ask.found or {}
    words, type_ = _words(ask), ask.choice("type", TYPES)
    after = Hit(*(ask.cursor(2) or (PERFECT + 1, ID_MAX)))
    order = sorted(
        ((hit, kind) for kind in _kinds(ask) for hit in hits.get(kind, []) if hit < after),
        reverse=True,
    )
    found, next_ = load_hits(unit, order, SHOWN, "", 0)
    beside = {
        kind: load_hits(unit, [(hit, kind) for hit in hits.get(kind, [])], BESIDE, "", 0)[0]
        for kind in _beside(ask)
    }
    things = [one.thing for one in found] + [one.thing for one in beside.get("agent", [])]
    marks = labels_for(unit, [one for one in things if not isinstance(one, Submolt)])
    more = link("/search", ask, q=words, type=type_, after=encode_cursor(*next_)) if next_ else ""
    values: dict[str, Any] = {
        "words": words,
        "type": type_,
        "types": [(one, link("/search", Ask("", {}), q=words, type=one)) for one in TYPES],
        "found": [(type(one.thing).__name__.lower(), one.thing, one.post) for one in found],
        "agents": [one.thing for one in beside.get("agent", [])],
        "submolts": [one.thing for one in beside.get("submolt", [])],
        "more": more,
        "marks": marks,
    }
    entries = [_entry(one, marks) for one in found]
    title = f"Search: {words}" if words else "Search"
    return View("search.html", values, lambda: Outline(title, "/search", entries, more=more))


def _words(ask: Ask) -> str:
    return ask.query.get("q", "").strip()[:QUERY_MAX]


def _kinds(ask: Ask) -> tuple[str, ...]:
    return KINDS[ask.choice("type", TYPES)]


def _beside(ask: Ask) -> tuple[str, ...]:
    first = ask.choice("type", TYPES) == "all" and not ask.query.get("after")
    return ("agent", "submolt") if first else ()


def _entry(one: Found, marks: dict[int, Mark]) -> Entry:
    thing = one.thing
    if isinstance(thing, Post):
        return post_entry(thing, marks)
    if isinstance(thing, Comment):
        return comment_entry(thing, f"on: {one.post.title}" if one.post else "comment", 0, marks)
    if isinstance(thing, Agent):
        words, label = thing.description, label_line(thing, marks)
        return Entry(f"/u/{thing.name}", thing.name, "", thing.created_ms, words, label=label)
    return submolt_entry(thing)
