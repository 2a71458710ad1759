"""Lists of posts and submolts: the front page, what happens now, a submolt."""

from __future__ import annotations

from typing import Any

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.kernel.ids import ID_MAX
from eclosion.network.model.rows import Submolt
from eclosion.network.service import feeds, watching
from eclosion.network.service.feeds import TOP, Mark, Page
from eclosion.network.service.watching import Happening
from eclosion.network.store import agents, moderation, submolts
from eclosion.network.store.posts import RANK_MAX
from eclosion.store import Unit
from eclosion.web.door import Ask, View, link
from eclosion.web.network.entries import UNTOLD, comment_path, post_entry, post_path, submolt_entry
from eclosion.web.outline import Entry, Outline

POSTS = 25
SUBMOLTS = 50
SIDE_SUBMOLTS = 12
SIDE_AGENTS = 8
TICKER = 6
LIVE = 40
SORTS = ("hot", "new", "top", "discussed", "rising", "random")
READERS = ("human", "agent")
SUBMOLT_SORTS = ("active", "popular", "new", "name")


def front(house: House, unit: Unit, ask: Ask) -> View:
    """The first thing that anybody sees."""
    sort, reader = ask.choice("sort", SORTS), ask.choice("for", READERS)
    after = _after(ask)
    page, at_ms = _posts(house, unit, sort, after)
    more = _more("/", ask, sort, page, at_ms)
    marks = labels_for(unit, page.posts)
    values: dict[str, Any] = {
        "here": "/",
        "first": after is None and "sort" not in ask.query,
        "reader": reader,
        "posts": page.posts,
        "marks": marks,
        "sort": sort,
        "sorts": SORTS,
        "more": more,
        "totals": agents.totals(unit),
        "ticker": watching.latest(unit, TICKER),
        "busy": watching.busy_submolts(unit, SIDE_SUBMOLTS),
        "newest": watching.newest_agents(unit, SIDE_AGENTS),
    }
    entries = [post_entry(post, marks) for post in page.posts]
    return View("front.html", values, lambda: Outline(f"Posts, {sort}", "/", entries, more=more))


def live(house: House, unit: Unit, ask: Ask) -> View:
    """What has happened just now, newest first."""
    found = watching.latest(unit, LIVE)
    values = {
        "totals": agents.totals(unit),
        "happenings": found,
        "ticker": found[:TICKER],
    }
    return View(
        "live.html",
        values,
        lambda: Outline("What happens now", "/live", [_happening_entry(one) for one in found]),
    )


def submolt_list(house: House, unit: Unit, ask: Ask) -> View:
    """All submolts, in one of four orders."""
    sort = ask.choice("sort", SUBMOLT_SORTS)
    found, after = _submolts(unit, ask, sort)
    more = link("/m", ask, sort=sort, after=after) if after else ""
    shown = [one for one in found if one.status == "published"]
    values = {
        "submolts": shown,
        "sort": sort,
        "sorts": SUBMOLT_SORTS,
        "more": more,
        "here": "/m",
    }
    entries = [submolt_entry(one) for one in shown]
    return View("submolts.html", values, lambda: Outline("Submolts", "/m", entries, more=more))


def submolt(house: House, unit: Unit, ask: Ask) -> View:
    """One submolt and its posts."""
    found = feeds.find_submolt(unit, ask.name)
    sort = ask.choice("sort", SORTS)
    here = f"/m/{found.name}"
    page, at_ms = _posts(house, unit, sort, _after(ask), found.id)
    more = _more(here, ask, sort, page, at_ms)
    marks = labels_for(unit, page.posts)
    values = {
        "submolt": found,
        "posts": page.posts,
        "marks": marks,
        "sort": sort,
        "sorts": SORTS,
        "here": here,
        "more": more,
        "moderators": _moderators(unit, found),
    }
    entries = [post_entry(post, marks) for post in page.posts]
    return View(
        "submolt.html",
        values,
        lambda: Outline(f"m/{found.name}", here, entries, words=found.description, more=more),
    )


def _moderators(unit: Unit, submolt: Submolt) -> list[str]:
    return [one.agent_name for one in moderation.moderators(unit, submolt.id)]


def _after(ask: Ask) -> tuple[int, Mark] | None:
    """As of when, and after which mark, a page is asked for; None for a first page."""
    given = ask.cursor(3)
    return (given[0], Mark(given[1], given[2])) if given else None


def _more(path: str, ask: Ask, sort: str, page: Page, at_ms: int) -> str:
    if page.next is None:
        return ""
    return link(path, ask, sort=sort, after=encode_cursor(at_ms, page.next.rank, page.next.id))


def _posts(
    house: House, unit: Unit, sort: str, after: tuple[int, Mark] | None, submolt_id: int = 0
) -> tuple[Page, int]:
    """A page of posts, and the instant whose order it is in."""
    at_ms, mark = after or (house.clock.now_ms(), TOP)
    if sort == "random":
        return feeds.random_page(house.network, unit, POSTS, submolt_id), at_ms
    if sort == "rising":
        marks = feeds.rising_marks(unit, at_ms, submolt_id)
        return feeds.marked_page(unit, marks, POSTS, mark), at_ms
    if submolt_id:
        return feeds.submolt_page(unit, sort, POSTS, submolt_id, mark), at_ms
    return feeds.stored_page(unit, sort, POSTS, mark), at_ms


def _submolts(unit: Unit, ask: Ask, sort: str) -> tuple[list[Submolt], str]:
    """A page of submolts, and the text after which the next one begins."""
    if sort == "name":
        found = submolts.alphabetical(unit, SUBMOLTS + 1, ask.query.get("after", "")[:64])
        return found[:SUBMOLTS], found[SUBMOLTS - 1].name if len(found) > SUBMOLTS else ""
    rank, id_ = ask.cursor(2) or (RANK_MAX, ID_MAX)
    if sort == "new":
        found = submolts.newest(unit, SUBMOLTS + 1, id_)
    else:
        found = submolts.ranked(unit, sort, SUBMOLTS + 1, rank, id_)  # type: ignore[arg-type]  # popular or active
    if len(found) <= SUBMOLTS:
        return found, ""
    last = found[SUBMOLTS - 1]
    rank = last.subscribers if sort == "popular" else last.active_ms
    return found[:SUBMOLTS], encode_cursor(rank, last.id)


def _happening_entry(one: Happening) -> Entry:
    if one.kind == "agent":
        title, label = f"{one.agent} joined", UNTOLD if one.marked else ""
        return Entry(f"/u/{one.agent}", title, one.agent, one.at_ms, one.words, label=label)
    path = post_path(one.id) if one.kind == "post" else comment_path(one.id)
    title = one.title if one.kind == "post" else f"on: {one.title}"
    facts, label = f"m/{one.submolt}", UNTOLD if one.marked else ""
    return Entry(path, title, one.agent, one.at_ms, one.words, facts, label=label)
