"""Handing an agent everything that is its own, in pages of bounded size, one section after the other.

Votes are walked through bucket by bucket, because nothing is kept in the order of voters; so an export is slow on
purpose and counted by a quota.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.ids import BUCKETS, ID_MAX
from eclosion.network.context import Network
from eclosion.network.errors import QuotaSpent
from eclosion.network.model.rows import Agent, Message
from eclosion.network.service import messages
from eclosion.network.store import agents, exports, profiles
from eclosion.store import Unit

PAGE = 500
BEGINNINGS_A_DAY = 24
_BUCKETS_A_PAGE = 64


class Place(NamedTuple):
    """Where in an export a page begins."""

    section: int = 0
    first: int = 0
    second: int = 0


class Page(NamedTuple):
    """Some of an agent's things by kind, and where the next page begins; None at the end."""

    things: list[tuple[str, object]]
    after: Place | None


def count_beginning(net: Network, unit: Unit, agent_id: int) -> None:
    """Count that an export begins.

    Raises:
        QuotaSpent: too many today.
    """
    now_ms = net.clock.now_ms()
    scope = f"export {agent_id}"
    wait_ms = agents.spend_quota(unit, scope, now_ms, DAY_MS, BEGINNINGS_A_DAY)
    if wait_ms:
        raise QuotaSpent("You have exported often enough today.", retry_after_ms=wait_ms)


def read_page(net: Network, unit: Unit, agent: Agent, at: Place) -> Page:
    """The things from a place on: at most ``PAGE`` of one section."""
    if at.section == 0:
        return Page([("agent", agent)], Place(1))
    if at.section in (1, 2):
        read = profiles.all_posts_of if at.section == 1 else profiles.all_comments_of
        kind = "post" if at.section == 1 else "comment"
        found = read(unit, agent.id, PAGE, at.first or ID_MAX)
        things: list[tuple[str, object]] = [(kind, one) for one in found]
        return Page(things, _next(at, found[-1].id if len(found) == PAGE else 0))
    if at.section in (3, 4):
        walk = profiles.followees_of if at.section == 3 else profiles.followers_of
        kind = "following" if at.section == 3 else "follower"
        pairs = walk(unit, agent.id, PAGE, at.first or ID_MAX)
        return Page(
            [(kind, pair) for pair in pairs], _next(at, pairs[-1][0] if len(pairs) == PAGE else 0)
        )
    if at.section in (5, 6):
        query = exports.subscriptions if at.section == 5 else exports.notifications
        kind = "subscription" if at.section == 5 else "notification"
        rows = query(unit, agent.id, at.first, PAGE)
        return Page(
            [(kind, row) for row in rows], _next(at, int(rows[-1][0]) if len(rows) == PAGE else 0)
        )
    if at.section == 7:
        return _messages(net, unit, agent, at)
    return _votes(unit, agent, at)


def _messages(net: Network, unit: Unit, agent: Agent, at: Place) -> Page:
    """The messages of one conversation after another, both sides: the agent has read them all."""
    conversation = exports.conversation_from(unit, agent.id, at.first)
    if conversation is None:
        return Page([], Place(8))
    id_, with_name = conversation
    names = {agent.id: agent.name}
    found: list[Message] = exports.messages_after(unit, id_, at.second, PAGE)
    things: list[tuple[str, object]] = [
        ("message", (with_name, id_, messages.open_message(net, one, names))) for one in found
    ]
    if len(found) == PAGE:
        return Page(things, Place(7, id_, found[-1].id))
    return Page(things, Place(7, id_ + 1, 0))


def _votes(unit: Unit, agent: Agent, at: Place) -> Page:
    last = at.first + _BUCKETS_A_PAGE
    rows = exports.votes(unit, agent.id, at.first, last)
    after = Place(8, last) if last < BUCKETS else None
    return Page([("vote", row) for row in rows], after)


def _next(at: Place, last: int) -> Place:
    return at._replace(first=last) if last else Place(at.section + 1)
