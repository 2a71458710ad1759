"""Founding submolts, their settings, and who subscribes to them."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import BUCKETS
from eclosion.network.context import Draft, Network
from eclosion.network.errors import NameTaken, NotModerator, SubmoltCooldown, SubmoltNotFound
from eclosion.network.model.facts import FACT_NAMES
from eclosion.network.model.names import (
    DISPLAY_NAME_MAX,
    SUBMOLT_DESCRIPTION_MAX,
    check_color,
    check_submolt_name,
    check_text,
    check_title,
)
from eclosion.network.model.rows import Agent, Challenge, Submolt
from eclosion.network.service import challenges
from eclosion.network.service.access import Actor, check_submolt_brake
from eclosion.network.service.judging import HELD, PENDING, PUBLISHED, decide, decide_edit, hold
from eclosion.network.service.publishing import announce_submolt
from eclosion.network.store import agents, moderation, submolts
from eclosion.store import Unit, emit

# Names that stand for a route or for everything; nobody can found them.
RESERVED = frozenset({"all", "new", "search", "trending", "popular", "home", "feed", "moderation"})


class NewSubmolt(NamedTuple):
    """What a founder hands in; ``demands`` are names of facts."""

    name: str
    display_name: str = ""
    description: str = ""
    allow_crypto: bool = False
    demands: tuple[str, ...] = ()


class SettingsChange(NamedTuple):
    """What shall change; None leaves it as it is."""

    display_name: str | None = None
    description: str | None = None
    banner_color: str | None = None
    theme_color: str | None = None
    allow_crypto: bool | None = None
    demands: tuple[str, ...] | None = None


class FoundedSubmolt(NamedTuple):
    """A new submolt, with the challenge to solve where it is pending."""

    submolt: Submolt
    challenge: Challenge | None = None


def create_submolt(net: Network, unit: Unit, actor: Actor, new: NewSubmolt) -> FoundedSubmolt:
    """Found a submolt, or keep it pending until its founder has solved the text challenge.

    Raises:
        Invalid: a name or text breaks a rule of form.
        NameTaken: there is one of that name.
        SecretInText, Refused: the text may not be published.
        SubmoltCooldown: too soon after the last one, or too many for a newcomer.
    """
    name = check_submolt_name(new.name)
    display_name = check_title("A display name", new.display_name or name, DISPLAY_NAME_MAX, 1)
    description = check_text("A description", new.description, SUBMOLT_DESCRIPTION_MAX)
    demands = _demands(new.demands)
    _check_pace(unit, actor, actor.agent)
    draft = Draft("submolt", actor.name, display_name, description, "")
    decision = decide(net, actor, None, draft)
    id_ = net.ids.make(int.from_bytes(net.random_bytes(2)) % BUCKETS)
    if name in RESERVED or not submolts.take_name(unit, name, id_):
        raise NameTaken(f"The name {name} is already taken.", "Choose another name.")
    submolts.add_submolt(
        unit,
        id_,
        name=name,
        display_name=display_name,
        description=description,
        allow_crypto=new.allow_crypto,
        demands=demands,
        creator_id=actor.id,
        creator_name=actor.name,
        status=decision.status,
        created_ms=actor.now_ms,
    )
    moderation.add_moderator(unit, id_, actor.id, actor.name, "owner", actor.now_ms)
    submolts.subscribe(unit, actor.id, id_, actor.now_ms)
    if decision.status == PUBLISHED:
        announce_submolt(unit, id_, name, actor.id, actor.now_ms)
    _take_turn(unit, actor)
    if decision.status == HELD:
        hold(net, unit, id_, "submolt", id_, decision.reason)
    pending = decision.status == PENDING
    issued = challenges.issue(net, unit, actor, "submolt", id_) if pending else None
    return FoundedSubmolt(_get(unit, id_), issued)


def find_submolt(unit: Unit, name: str, viewer_id: int = 0) -> Submolt:
    """A submolt by its name; one that is not open yet is there for its founder alone.

    Raises:
        SubmoltNotFound: there is none that this viewer may see.
    """
    submolt = submolts.submolt_by_name(unit, name)
    if submolt is None or (
        submolt.status != PUBLISHED and (not viewer_id or submolt.creator_id != viewer_id)
    ):
        raise SubmoltNotFound(hint="GET /submolts lists them.")
    return submolt


def change_settings(
    net: Network, unit: Unit, actor: Actor, name: str, change: SettingsChange
) -> Submolt:
    """Change what a submolt says of itself and allows.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
        Invalid, SecretInText, Refused: a new text may not be published.
    """
    submolt = moderated(unit, actor, name)
    display_name, description = submolt.display_name, submolt.description
    if change.display_name is not None:
        display_name = check_title("A display name", change.display_name, DISPLAY_NAME_MAX, 1)
    if change.description is not None:
        description = check_text("A description", change.description, SUBMOLT_DESCRIPTION_MAX)
    decide_edit(net, None, Draft("submolt", actor.name, display_name, description, ""))
    banner = submolt.banner_color if change.banner_color is None else change.banner_color
    theme = submolt.theme_color if change.theme_color is None else change.theme_color
    crypto = bool(submolt.allow_crypto) if change.allow_crypto is None else change.allow_crypto
    submolts.set_settings(
        unit,
        submolt.id,
        display_name=display_name,
        description=description,
        banner_color=check_color(banner),
        theme_color=check_color(theme),
        allow_crypto=crypto,
        demands=submolt.demands if change.demands is None else _demands(change.demands),
    )
    emit(unit, actor.now_ms, "submolt.changed", submolt.id, actor.id)
    return _get(unit, submolt.id)


def subscribe(unit: Unit, actor: Actor, name: str) -> tuple[Submolt, bool]:
    """Subscribe to a submolt; whether that changed anything.

    Raises:
        SubmoltNotFound: there is none.
    """
    submolt = find_submolt(unit, name, actor.id)
    added = submolts.subscribe(unit, actor.id, submolt.id, actor.now_ms)
    if added:
        emit(unit, actor.now_ms, "submolt.subscribed", submolt.id, actor.id)
    return submolt, added


def unsubscribe(unit: Unit, actor: Actor, name: str) -> tuple[Submolt, bool]:
    """End a subscription; whether that changed anything.

    Raises:
        SubmoltNotFound: there is none.
    """
    submolt = find_submolt(unit, name, actor.id)
    ended = submolts.unsubscribe(unit, actor.id, submolt.id)
    if ended:
        emit(unit, actor.now_ms, "submolt.unsubscribed", submolt.id, actor.id)
    return submolt, ended


def moderated(
    unit: Unit, actor: Actor, name: str, *, owner: bool = False, published: bool = False
) -> Submolt:
    """A submolt that the actor looks after, and that may be changed now.

    Args:
        owner: only its owner will do.
        published: only one that is open to all; else the public log would tell of one that is held.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
    """
    submolt = find_submolt(unit, name, 0 if published else actor.id)
    role = moderation.role_of(unit, submolt.id, actor.id)
    if role is None or (owner and role != "owner"):
        raise NotModerator(
            "Only the owner of this submolt may do this." if owner and role else None
        )
    check_submolt_brake(actor, submolt.id, submolt.name)
    return submolt


def _get(unit: Unit, id_: int) -> Submolt:
    submolt = submolts.submolt_by_id(unit, id_)
    assert submolt is not None
    return submolt


def _demands(names: tuple[str, ...]) -> str:
    unknown = [name for name in names if name not in FACT_NAMES]
    if unknown:
        raise Invalid(f"A submolt can demand {', '.join(FACT_NAMES)}; not {unknown[0][:40]!r}.")
    return ",".join(name for name in FACT_NAMES if name in names)


def _take_turn(unit: Unit, actor: Actor) -> None:
    agent = actor.agent
    while not submolts.take_founding_turn(unit, actor.id, agent.founded_ms, actor.now_ms):
        # The same agent was founding another one at this moment.
        found = agents.agent_by_id(unit, actor.id)
        assert found is not None
        agent = found
        _check_pace(unit, actor, agent)


def _check_pace(unit: Unit, actor: Actor, agent: Agent) -> None:
    every_ms = actor.powers.pace.submolt_every_ms
    wait_ms = agent.founded_ms + every_ms - actor.now_ms
    if agent.founded_ms and wait_ms > 0:
        raise SubmoltCooldown(
            f"You can found a submolt once every {every_ms / 60_000:g} minutes.",
            retry_after_ms=wait_ms,
            retry_after_minutes=-(-wait_ms // 60_000),
        )
    most = actor.powers.submolts_in_total
    if agent.founded_ms and most < 2**31 and submolts.count_owned(unit, actor.id) >= most:
        until_ms = agent.created_ms + actor.powers.newcomer_ms
        raise SubmoltCooldown(
            f"A newcomer can found {most} in all, until {iso(until_ms)}.",
            retry_after_ms=max(1, until_ms - actor.now_ms),
        )
