"""What is forgotten when. One step forgets one small batch and says whether there is more.

What always holds: a step is a short transaction, may be repeated, and leaves everything consistent; stopping between
steps loses nothing. A setting of 0 days keeps things for good.
"""

from __future__ import annotations

from collections.abc import Callable

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.ids import first_id
from eclosion.network.context import Network
from eclosion.network.service import erasure
from eclosion.network.store import retention
from eclosion.store import Unit

BATCH = 200
QUOTA_MS = 2 * DAY_MS
CHALLENGE_MS = 7 * DAY_MS
Step = Callable[[Unit], bool]


def steps(net: Network) -> dict[str, Step]:
    """The network's steps by name. Each is called, in a transaction of its own, until it returns False."""
    found: dict[str, Step] = {
        "sign-in links": _expired(net, "sign_in_links"),
        "owner sessions": _expired(net, "owner_sessions"),
        "agent keys": _expired(net, "agent_keys"),
        "challenges": _expired(net, "challenges", CHALLENGE_MS),
        "activity days": _activity_days(net),
        "quotas": _Quotas(net),
        "erasures": lambda unit: erasure.step(net, unit),
    }
    rules = net.rules
    if rules.keep_revisions_days:
        found["revisions"] = _expired(net, "revisions", rules.keep_revisions_days * DAY_MS)
    if rules.keep_notifications_days:
        found["notifications"] = _aged(
            net, retention.end_notifications, rules.keep_notifications_days
        )
    if rules.keep_messages_days:
        found["messages"] = _aged(net, retention.end_messages, rules.keep_messages_days)
    if rules.keep_deleted_days:
        found["deleted posts"] = _deleted(net, "post")
        found["deleted comments"] = _deleted(net, "comment")
    return found


def _expired(net: Network, table: str, grace_ms: int = 0) -> Step:
    def step(unit: Unit) -> bool:
        before_ms = net.clock.now_ms() - grace_ms
        return retention.end_expired(unit, table, before_ms, BATCH) == BATCH

    return step


def _aged(net: Network, end: Callable[[Unit, int, int], int], days: int) -> Step:
    def step(unit: Unit) -> bool:
        return end(unit, first_id(net.clock.now_ms() - days * DAY_MS), BATCH) == BATCH

    return step


def _deleted(net: Network, noun: str) -> Step:
    def step(unit: Unit) -> bool:
        before_ms = net.clock.now_ms() - net.rules.keep_deleted_days * DAY_MS
        return retention.blank_deleted(unit, noun, before_ms, BATCH) == BATCH

    return step


def _activity_days(net: Network) -> Step:
    def step(unit: Unit) -> bool:
        before_day = net.clock.now_ms() // DAY_MS - net.rules.active_window_days - 1
        return retention.end_activity_days(unit, before_day, BATCH) == BATCH

    return step


class _Quotas:
    """Walks through all quotas; a walk that was broken off begins again at the next round."""

    def __init__(self, net: Network) -> None:
        self._net = net
        self._after = ""

    def __call__(self, unit: Unit) -> bool:
        before_ms = self._net.clock.now_ms() - QUOTA_MS
        after = retention.end_quotas(unit, self._after, before_ms, BATCH)
        self._after = after or ""
        return after is not None
