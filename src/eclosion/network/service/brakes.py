"""The emergency brake: operators make a submolt, an owner's agents or the whole network read-only, with a reason
that everybody can read. Reading goes on; so do operators.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from eclosion.kernel.clock import HOUR_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.context import Network
from eclosion.network.errors import AgentNotFound, OwnerNotFound, SubmoltNotFound
from eclosion.network.model.names import REASON_MAX, check_text
from eclosion.network.model.rows import Brake
from eclosion.network.service import resolve, sanctions
from eclosion.network.service.access import NETWORK_BRAKE, owner_brake, submolt_brake
from eclosion.network.service.moderation import Judge
from eclosion.network.service.owners import OwnerActor, check_operator
from eclosion.network.service.sanctions import write_entry
from eclosion.network.store import agents, moderation, submolts
from eclosion.store import Unit, emit

Scope = Literal["network", "submolt", "owner"]
SUSPENSION_MAX_HOURS = 24 * 365 * 10
_PAST = {"freeze": "frozen", "release": "released"}


class _Held(NamedTuple):
    """What a brake is on: its scope in the store, and how the public log names it."""

    scope: str
    kind: str
    id: int
    submolt_name: str = ""


def judge_of(actor: OwnerActor) -> Judge:
    """An operator as one who decides.

    Raises:
        OperatorRequired: the owner is none.
    """
    check_operator(actor)
    return Judge(actor.owner.handle or "operator", actor.now_ms)


def freeze(net: Network, unit: Unit, judge: Judge, scope: Scope, what: str, reason: str) -> None:
    """Make something read-only; again with another reason replaces the reason.

    Args:
        what: a submolt's name, or an owner's id; nothing for the network.

    Raises:
        SubmoltNotFound, OwnerNotFound: it is not there.
        Invalid: there is no reason, or no such scope.
    """
    reason = check_text("A reason", reason, REASON_MAX, 1)
    held = _held(unit, scope, what)
    if held.kind == "submolt":
        moderation.freeze_submolt(unit, held.id, reason, judge.now_ms)
    elif held.kind == "owner" and not moderation.freeze_owner(unit, held.id, reason, judge.now_ms):
        raise OwnerNotFound
    moderation.pull_brake(unit, held.scope, reason, judge.name, judge.now_ms)
    _tell(net, unit, judge, "freeze", held, reason)


def release(net: Network, unit: Unit, judge: Judge, scope: Scope, what: str) -> bool:
    """Let something be written again; False if it was not read-only.

    Raises:
        SubmoltNotFound, OwnerNotFound, Invalid: as ``freeze``.
    """
    held = _held(unit, scope, what)
    if not moderation.release_brake(unit, held.scope):
        return False
    if held.kind == "submolt":
        moderation.freeze_submolt(unit, held.id, "", 0)
    elif held.kind == "owner":
        moderation.freeze_owner(unit, held.id, "", 0)
    _tell(net, unit, judge, "release", held, "")
    return True


def list_brakes(unit: Unit) -> list[Brake]:
    """All that is read-only, and why."""
    return moderation.list_brakes(unit)


def network_brake(unit: Unit) -> Brake | None:
    """The brake on the whole network, if it is pulled."""
    return next((one for one in list_brakes(unit) if one.scope == "network"), None)


def shown_scope(unit: Unit, brake: Brake) -> tuple[str, str]:
    """A brake's scope and what it is on, as ``freeze`` takes them."""
    kind, _, number = brake.scope.partition(" ")
    if kind == "submolt":
        submolt = submolts.submolt_by_id(unit, int(number))
        return kind, submolt.name if submolt else ""
    return kind, to_wire(Kind.OWNER, int(number)) if number else ""


def suspend(
    net: Network, unit: Unit, judge: Judge, agent_name: str, reason: str, hours: int
) -> int:
    """Suspend an agent for some hours, or with 0 end that; until when, in ms.

    Raises:
        AgentNotFound: there is none of that name.
        Invalid: the reason or the hours break a rule.
    """
    reason = check_text("A reason", reason, REASON_MAX, 1 if hours else 0)
    if not 0 <= hours <= SUSPENSION_MAX_HOURS:
        raise Invalid(f"hours is a number from 0 to {SUSPENSION_MAX_HOURS:,}.")
    agent = agents.agent_by_name(unit, agent_name.strip().removeprefix("@"))
    if agent is None:
        raise AgentNotFound
    until_ms = judge.now_ms + hours * HOUR_MS if hours else 0
    sanctions.suspend(net, unit, agent.id, reason, until_ms, by_role=judge.role, by_name=judge.name)
    return until_ms


def _held(unit: Unit, scope: Scope, what: str) -> _Held:
    if scope == "network":
        return _Held(NETWORK_BRAKE, "network", 0)
    if scope == "submolt":
        submolt = submolts.submolt_by_name(unit, what)
        if submolt is None:
            raise SubmoltNotFound
        return _Held(submolt_brake(submolt.id), "submolt", submolt.id, submolt.name)
    id_ = resolve.ours(Kind.OWNER, what)
    if id_ is None:
        raise Invalid("This is not the id of an owner.")
    return _Held(owner_brake(id_), "owner", id_)


def _tell(net: Network, unit: Unit, judge: Judge, action: str, held: _Held, reason: str) -> None:
    write_entry(
        net,
        unit,
        action,
        held.kind,
        held.id,
        reason,
        by_role=judge.role,
        by_name=judge.name,
        submolt_id=held.id if held.kind == "submolt" else 0,
        submolt_name=held.submolt_name,
    )
    emit(unit, judge.now_ms, f"{held.kind}.{_PAST[action]}", held.id)
