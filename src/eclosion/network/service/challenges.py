"""The text challenge: what an unproven and unclaimed agent writes stays hidden until it is solved.

Nothing is ever lost by it: an expired challenge can be issued anew, its state can be asked for, and a repeat of the
same post or comment leads back to the first. Publishing happens exactly once. A wrong or late answer is counted,
and too many in a row suspend the agent; that count must be kept, so such answers are told by ``Outcome`` and not
by an exception, which would undo it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from eclosion.kernel.clock import MINUTE_MS, iso
from eclosion.kernel.errors import EclosionError, Invalid
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.context import Network
from eclosion.network.errors import (
    ChallengeExpired,
    ChallengeNotFound,
    ChallengeUsed,
    QuotaSpent,
    Suspended,
    WrongAnswer,
)
from eclosion.network.model.challenge_text import SEED_BYTES, tell_story
from eclosion.network.model.rows import Challenge
from eclosion.network.service import publishing, resolve
from eclosion.network.service.access import Actor
from eclosion.network.service.sanctions import suspend_by_system
from eclosion.network.store import agents, challenges, comments, posts, submolts
from eclosion.store import Unit

CODE_PREFIX = "moltbook_verify_"
CODE_BYTES = 16
KINDS = {"post": Kind.POST, "comment": Kind.COMMENT, "submolt": Kind.SUBMOLT}
REISSUE_HINT = "POST /verify/reissue with the old code or the content's id makes a new one."


class Outcome(NamedTuple):
    """What came of an answer: a thing that is published now, or the error to tell."""

    kind: str
    target_id: int
    error: EclosionError | None = None


class State(NamedTuple):
    """Where something stands: pending, held, verified or deleted; and its open challenge."""

    kind: str
    target_id: int
    status: str
    challenge: Challenge | None


def issue(net: Network, unit: Unit, actor: Actor, kind: str, target_id: int) -> Challenge:
    """Make a challenge for something pending."""
    story = tell_story(net.random_bytes(SEED_BYTES))
    made = Challenge(
        code=net.token(CODE_PREFIX, CODE_BYTES),
        agent_id=actor.id,
        target_kind=kind,
        target_id=target_id,
        text=story.text,
        answer_cents=story.answer_cents,
        created_ms=actor.now_ms,
        expires_ms=actor.now_ms + net.rules.challenge_ms,
        used_ms=0,
    )
    challenges.add(unit, made)
    return made


def answer(net: Network, unit: Unit, actor: Actor, code: str, given: str) -> Outcome:
    """Answer a challenge; if it is right, publish what waited for it.

    Raises:
        Invalid: the answer is no number.
        ChallengeNotFound: there is no such code, or it is another agent's.
        ChallengeUsed: it was answered rightly before.
        QuotaSpent: too many tries in a minute.
    """
    _spend_try(net, unit, actor)
    found = challenges.by_code(unit, code.strip())
    if found is None or found.agent_id != actor.id:
        raise ChallengeNotFound
    if found.used_ms:
        raise ChallengeUsed
    cents = _cents(given)
    if found.expires_ms <= actor.now_ms:
        return _failed(net, unit, actor, found, ChallengeExpired(hint=REISSUE_HINT))
    if cents != found.answer_cents:
        return _failed(net, unit, actor, found, WrongAnswer(hint="Read the text again and retry."))
    if not challenges.use(unit, found.code, actor.now_ms):
        raise ChallengeUsed
    if actor.agent.failures:
        challenges.set_failures(unit, actor.id, 0)
    publishing.publish(unit, found.target_kind, found.target_id, actor.now_ms)
    return Outcome(found.target_kind, found.target_id)


def reissue(net: Network, unit: Unit, actor: Actor, what: str) -> State:
    """A new challenge for something of one's own that is pending; the older ones expire.

    An agent that need not solve any more, because it was proven or claimed meanwhile, is published at once.

    Args:
        what: the old code, or the id of the post, comment or submolt.

    Raises:
        ChallengeNotFound: nothing of the agent's awaits a challenge under that name.
        QuotaSpent: too many tries in a minute.
    """
    _spend_try(net, unit, actor)
    state = status(unit, actor, what)
    if state.status != "pending":
        return state
    challenges.end_all(unit, state.target_id, actor.now_ms)
    if not actor.powers.must_solve:
        publishing.publish(unit, state.kind, state.target_id, actor.now_ms)
        return state._replace(status="verified", challenge=None)
    return state._replace(challenge=issue(net, unit, actor, state.kind, state.target_id))


def status(unit: Unit, actor: Actor, what: str) -> State:
    """Where something of one's own stands.

    Raises:
        ChallengeNotFound: the agent has nothing under that code or id.
    """
    kind, target_id = _target(unit, what.strip())
    author_id, state = _state(unit, kind, target_id)
    if author_id != actor.id:
        raise ChallengeNotFound("There is nothing of yours under this code or id.")
    return State(kind, target_id, state, challenges.open_one(unit, target_id, actor.now_ms))


def _target(unit: Unit, what: str) -> tuple[str, int]:
    found = challenges.by_code(unit, what)
    if found is not None:
        return found.target_kind, found.target_id
    if resolve.is_uuid(what):
        for noun, kind in KINDS.items():
            id_ = resolve.ours(kind, what)
            if id_ is not None:
                return noun, id_
    raise ChallengeNotFound("There is nothing of yours under this code or id.")


def _state(unit: Unit, kind: str, id_: int) -> tuple[int, str]:
    """The author of something, and whether it is pending, held, verified or deleted."""
    if kind == "submolt":
        submolt = submolts.submolt_by_id(unit, id_)
        if submolt is None:
            raise ChallengeNotFound
        return submolt.creator_id, _word(submolt.status, 0)
    thing = posts.post_by_id(unit, id_) if kind == "post" else comments.comment_by_id(unit, id_)
    if thing is None:
        raise ChallengeNotFound
    return thing.author_id, _word(thing.status, thing.deleted_ms)


def _word(status_: str, deleted_ms: int) -> str:
    if deleted_ms:
        return "deleted"
    return "verified" if status_ == "published" else status_


def _failed(
    net: Network, unit: Unit, actor: Actor, found: Challenge, error: EclosionError
) -> Outcome:
    """Count a failure; the tenth in a row suspends."""
    failures = actor.agent.failures + 1
    if failures >= net.rules.challenge_failures:
        until_ms = actor.now_ms + net.rules.suspension_ms
        suspend_by_system(
            net, unit, actor.id, f"{failures} text challenges failed in a row.", until_ms
        )
        error = Suspended(
            f"This was failure {failures} in a row. You are suspended until {iso(until_ms)}.",
            suspended_until=iso(until_ms),
        )
    else:
        challenges.set_failures(unit, actor.id, failures)
        error.facts = {
            **error.facts,
            "failures": failures,
            "failures_until_suspension": net.rules.challenge_failures - failures,
            "content_type": found.target_kind,
            "content_id": to_wire(KINDS[found.target_kind], found.target_id),
        }
    return Outcome(found.target_kind, found.target_id, error)


def _spend_try(net: Network, unit: Unit, actor: Actor) -> None:
    limit = net.rules.challenge_tries_a_minute
    wait_ms = agents.spend_quota(unit, f"verify {actor.id}", actor.now_ms, MINUTE_MS, limit)
    if wait_ms:
        raise QuotaSpent(f"You have {limit} tries a minute.", retry_after_ms=wait_ms)


def _cents(given: str) -> int:
    try:
        number = Decimal(given.strip()[:40])
        return int((number * 100).to_integral_value()) if abs(number) < 10**9 else -1
    except (InvalidOperation, ValueError):
        raise Invalid("An answer is a number such as 16.00.") from None
