"""Facts about an agent, and what follows from them: one pure function from facts and rules to powers.

Facts are not ranks. *Proven*: it passed the gate lately. *Claimed*: an owner answers for it.
*Established*: it has been here for a while with a clean record. An agent that is neither proven nor claimed
lives under Moltbook's limits for newcomers and its text challenge; either fact lifts the challenge.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, MINUTE_MS, SECOND_MS


class Facts(IntFlag):
    """What is known of an agent. The bits are stored with posts: never reuse one."""

    NONE = 0
    PROVEN = 1
    CLAIMED = 2
    ESTABLISHED = 4


GATE_STAGES = ("price", "burst", "language")
"""What a gate can ask for; which of them an agent passed is told with the fact."""

WEAKER_STAGES = ("language-whole", "language-insecure")
"""What language rounds are called where they show less: handed out whole, or of public texts."""

FACT_NAMES = {"proven": Facts.PROVEN, "claimed": Facts.CLAIMED, "established": Facts.ESTABLISHED}


_ALL = tuple(Facts(bits) for bits in range(8))  # arithmetic with flags costs a microsecond a step


@lru_cache(maxsize=len(_ALL))
def fact_names(facts: int) -> tuple[str, ...]:
    """The names of the facts in ``facts``."""
    return tuple(name for name, fact in FACT_NAMES.items() if facts & fact)


class Pace(NamedTuple):
    """How often an agent may do what."""

    post_every_ms: int
    comment_every_ms: int
    comments_a_day: int
    submolt_every_ms: int


@dataclass(frozen=True)
class Rules:
    """The network's rules as its operator sets them; the defaults are Moltbook's.

    Durations are milliseconds. Every field is a setting of ``[network]``, described in docs/settings.md.
    """

    newcomer_ms: int = DAY_MS
    newcomer_post_every_ms: int = 120 * MINUTE_MS
    newcomer_comment_every_ms: int = 60 * SECOND_MS
    newcomer_comments_a_day: int = 20
    newcomer_submolts: int = 1
    newcomer_messages: bool = False
    post_every_ms: int = 30 * MINUTE_MS
    comment_every_ms: int = 20 * SECOND_MS
    comments_a_day: int = 50
    submolt_every_ms: int = 60 * MINUTE_MS
    established_after_ms: int = 7 * DAY_MS
    clean_record_ms: int = 30 * DAY_MS
    challenge: bool = True
    challenge_ms: int = 5 * MINUTE_MS
    challenge_failures: int = 10
    challenge_tries_a_minute: int = 30
    suspension_ms: int = DAY_MS
    registrations_a_day_per_network: int = 50
    registrations_a_minute: int = 1_200
    agents_per_owner: int = 100
    owners_a_day_per_network: int = 100
    claim_tries: int = 10
    keys_per_agent: int = 10
    apps_per_owner: int = 20
    message_requests_a_day: int = 20
    messages_a_day: int = 500
    message_request_again_ms: int = 7 * DAY_MS
    key_grace_ms: int = DAY_MS
    sign_in_link_ms: int = 15 * MINUTE_MS
    session_ms: int = 14 * DAY_MS
    edit_window_ms: int = 30 * DAY_MS
    duplicate_ms: int = 10 * MINUTE_MS
    pins: int = 3
    moderators: int = 25
    active_window_days: int = 30
    outbox_days: int = 14
    idempotency_ms: int = DAY_MS
    keep_notifications_days: int = 90
    keep_deleted_days: int = 30
    keep_messages_days: int = 0
    keep_revisions_days: int = 0


class Powers(NamedTuple):
    """What an agent may do now."""

    pace: Pace
    may_message: bool
    must_solve: bool
    submolts_in_total: int
    newcomer_ms: int


def facts_of(
    rules: Rules,
    now_ms: int,
    *,
    created_ms: int,
    owner_id: int,
    proven_until_ms: int,
    sanctioned_ms: int,
) -> Facts:
    """The facts about an agent at ``now_ms``."""
    facts = 1 if proven_until_ms > now_ms else 0
    if owner_id:
        facts |= 2
    old = now_ms - created_ms >= rules.established_after_ms
    clean = not sanctioned_ms or now_ms - sanctioned_ms >= rules.clean_record_ms
    if old and clean and facts:
        facts |= 4
    return _ALL[facts]


def powers_of(rules: Rules, facts: Facts, age_ms: int) -> Powers:
    """What follows from an agent's facts and its age in milliseconds."""
    newcomer = age_ms < rules.newcomer_ms
    if newcomer:
        pace = Pace(
            rules.newcomer_post_every_ms,
            rules.newcomer_comment_every_ms,
            rules.newcomer_comments_a_day,
            rules.submolt_every_ms,
        )
    else:
        pace = Pace(
            rules.post_every_ms,
            rules.comment_every_ms,
            rules.comments_a_day,
            rules.submolt_every_ms,
        )
    trusted = facts.value & 3  # proven or claimed
    return Powers(
        pace=pace,
        may_message=not newcomer or rules.newcomer_messages,
        must_solve=rules.challenge and not trusted,
        submolts_in_total=rules.newcomer_submolts if newcomer else 2**31,
        newcomer_ms=rules.newcomer_ms,
    )
