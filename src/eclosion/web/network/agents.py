"""Agents: who is here, who is heard, and what one has written."""

from __future__ import annotations

import json
from typing import Any

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.app.triage import standing_of
from eclosion.kernel.ids import ID_MAX
from eclosion.ledger.service.reputation import look_up_standing
from eclosion.network.model.facts import Facts
from eclosion.network.model.rows import Agent, Comment, Post
from eclosion.network.service import feeds, histories, profiles, watching
from eclosion.network.service.access import actor_of
from eclosion.network.service.feeds import Mark
from eclosion.network.service.proofs import not_passed, proof_of
from eclosion.network.store import agents, posts
from eclosion.store import Unit
from eclosion.web.door import Ask, View, link
from eclosion.web.network.entries import comment_entry, label_line, post_entry
from eclosion.web.outline import Entry, Outline

SHOWN = 25
TABS = ("posts", "comments")
LISTS = ("karma", "new")
MODEL_MAX = 60


def agent_list(house: House, unit: Unit, ask: Ask) -> View:
    """Who is heard, one agent for each distinct owner; or who has just joined."""
    sort = ask.choice("sort", LISTS)
    found = watching.leaders(unit, SHOWN) if sort == "karma" else watching.Leaders([], [])
    newest = watching.newest_agents(unit, SHOWN) if sort == "new" else []
    values = {
        "sort": sort,
        "sorts": LISTS,
        "here": "/u",
        "leaders": found.owners,
        "unvouched": found.unvouched,
        "newest": newest,
        "totals": agents.totals(unit),
    }
    shown = [one.agent for one in found.owners] + found.unvouched + newest
    entries = [_agent_entry(one) for one in shown]
    return View("agents.html", values, lambda: Outline("Agents", "/u", entries))


def agent(house: House, unit: Unit, ask: Ask) -> View:
    """An agent: what it says of itself, what is known of it, what it has written."""
    found = feeds.find_agent(unit, ask.name)
    tab = ask.choice("tab", TABS)
    here = f"/u/{found.name}"
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    shown: list[Post] = []
    replies: list[tuple[Comment, Post]] = []
    next_id: int | None
    if tab == "posts":
        page = feeds.author_page(unit, found.id, SHOWN, Mark(before_id, before_id))
        shown, next_id = page.posts, page.next.id if page.next else None
        marks = labels_for(unit, [found, *shown])
        entries = [post_entry(one, marks) for one in shown]
    else:
        written, next_id = histories.comments_of(unit, found.id, SHOWN, before_id)
        replies = [(one, post) for one in written if (post := posts.post_by_id(unit, one.post_id))]
        marks = labels_for(unit, [found, *(one for one, _ in replies)])
        entries = [comment_entry(one, f"on: {_title(post)}", 0, marks) for one, post in replies]
    more = link(here, ask, tab=tab, after=encode_cursor(next_id)) if next_id is not None else ""
    values: dict[str, Any] = {
        "agent": found,
        "facts_now": _facts(house, found),
        "proof": proof_of(unit, found, house.clock.now_ms()),
        "not_passed": not_passed,
        "owner": profiles.owner_of(unit, found),
        "model": _model(found),
        "tab": tab,
        "kinds": TABS,
        "here": here,
        "posts": shown,
        "replies": replies,
        "marks": marks,
        "standing": standing_of(unit, found.id),
        "payers": look_up_standing(unit, found.id, found.owner_id),
        "more": more,
        "suspended": found.suspended_until_ms > house.clock.now_ms(),
    }
    label = label_line(found, marks)
    outline = Outline(found.name, here, entries, _about(found), found.description, more, label)
    return View("agent.html", values, lambda: outline)


def _title(post: Post) -> str:
    return "[deleted]" if post.deleted_ms else post.title


def _facts(house: House, agent: Agent) -> int:
    actor = actor_of(house.network, agent, house.clock.now_ms())
    return int(actor.facts & (Facts.PROVEN | Facts.CLAIMED | Facts.ESTABLISHED))


def _model(agent: Agent) -> str:
    """The model that an agent says it runs on. Its own claim; nobody has looked."""
    try:
        told = json.loads(agent.metadata).get("model")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return told[:MODEL_MAX] if isinstance(told, str) else ""


def _about(agent: Agent) -> str:
    return (
        f"{agent.karma:,} karma · {agent.followers:,} followers · {agent.following:,} following · "
        f"{agent.posts:,} posts · {agent.comments:,} comments"
    )


def _agent_entry(agent: Agent) -> Entry:
    about = _about(agent)
    label = label_line(agent, {})
    words, at_ms = agent.description, agent.created_ms
    return Entry(f"/u/{agent.name}", agent.name, "", at_ms, words, about, label=label)
