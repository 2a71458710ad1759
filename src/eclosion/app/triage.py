"""Findings with the network around them: raised about what is there, decided in public, contested by owners.

Every door does these things through here, so that the public log, the owner's own list of actions and the rules for
what may be read by whom are the same everywhere. The monitor raises what it finds by ``raise_about``.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.app.subjects import Subject, load_subject
from eclosion.findings import By, Findings, Row, service, store
from eclosion.findings.errors import FindingNotFound
from eclosion.findings.service import Raised
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding
from eclosion.kernel.ids import ID_MAX
from eclosion.network import Network
from eclosion.network.model.leaks import find_leak
from eclosion.network.model.rows import Agent
from eclosion.network.service import owners as people
from eclosion.network.service import stewardship
from eclosion.network.service.owners import OwnerActor
from eclosion.network.service.sanctions import write_entry
from eclosion.network.store import agents, comments, posts
from eclosion.store import Event, Unit

AGENTS_MAX = 100
STANDING_MOST = 100


class Seen(NamedTuple):
    """A finding and what it is about; None where nothing is left of that."""

    row: Row
    subject: Subject | None


def raise_about(fnd: Findings, unit: Unit, subject: Subject, finding: Finding, by: By) -> Raised:
    """Keep a finding about something on the network.

    Raises:
        Invalid: a field breaks a rule of form, or one that anybody may read holds a key.
        TooManyFindings: there are too many about this subject.
    """
    for name in ("title", "message", "remedy"):
        leak = find_leak(getattr(finding, name))
        if leak:
            raise Invalid(
                f"{name} holds {leak.what}, and anybody may read it.",
                "Put the words that gave it away into evidence, which only operators and the owner see.",
            )
    return service.raise_finding(fnd, unit, subject.about, finding, by)


def decide(
    fnd: Findings, net: Network, unit: Unit, id_: int, *, right: bool, reason: str, name: str
) -> Row:
    """Confirm or dismiss a finding as an operator; what that changes for the public stands in the public log.

    Raises:
        FindingNotFound: there is none.
        Invalid: there is no reason, or it is too long.
    """
    was = service.get_finding(unit, id_)
    act = service.confirm if right else service.dismiss
    row = act(fnd, unit, id_, reason, By(name, "operator"))
    subject = load_subject(unit, row.about)
    if subject is not None and subject.visible and (was.standing or row.standing):
        write_entry(
            net,
            unit,
            "mark" if row.standing else "unmark",
            row.kind,
            row.subject_id,
            f"{row.title}: {row.decided_reason}",
            by_role="operator",
            by_name=name,
            submolt_id=subject.submolt_id,
            submolt_name=subject.submolt_name,
        )
    return row


def contest(fnd: Findings, net: Network, unit: Unit, actor: OwnerActor, id_: int, why: str) -> bool:
    """Say, as the owner of the agent that it is about, that a finding is wrong. False if that was said before.

    Raises:
        FindingNotFound: there is none about an agent of this owner, or it was dismissed.
        Invalid: there is no reason, or it is too long.
    """
    row = service.get_finding(unit, id_)
    if not is_owner_of(unit, actor, row):
        raise FindingNotFound
    if not service.appeal(fnd, unit, id_, why):
        return False
    people.note(net, unit, actor.id, "contested_finding", row.agent_id, row.title)
    return True


def is_owner_of(unit: Unit, actor: OwnerActor, row: Row) -> bool:
    """Whether an owner answers for the agent that a finding is about."""
    agent = agents.agent_by_id(unit, row.agent_id) if row.agent_id else None
    return agent is not None and agent.owner_id == actor.id


def queue(unit: Unit, limit: int, rank: int, before_id: int) -> list[Seen]:
    """What waits for a decision, the worst first."""
    return [seen(unit, row) for row in store.in_queue(unit, limit, rank, before_id)]


def public_list(unit: Unit, limit: int, before_id: int) -> tuple[list[Seen], int]:
    """What marks something that anybody may see, newest first; and the id to go on below, or 0."""
    rows = store.standing(unit, limit + 1, before_id)
    looked = [seen(unit, row) for row in rows[:limit]]
    shown = [one for one in looked if one.subject and one.subject.visible]
    return shown, rows[limit - 1].id if len(rows) > limit else 0


def public_labels(fnd: Findings, unit: Unit, subject: Subject) -> list[Seen]:
    """What marks one thing, the worst first; nothing where nobody may see it."""
    if not subject.visible:
        return []
    rows = store.of_subject(unit, subject.about.id, fnd.rules.per_subject)
    return [Seen(row, subject) for row in rows if row.standing]


def of_owner(
    unit: Unit, actor: OwnerActor, limit: int, before_id: int = ID_MAX
) -> list[tuple[Agent, Seen]]:
    """What was found about an owner's agents, newest first."""
    found: list[tuple[Agent, Row]] = []
    for agent in stewardship.list_agents(unit, actor, AGENTS_MAX):
        found += [(agent, row) for row in store.of_agent(unit, agent.id, limit, before_id)]
    found.sort(key=lambda one: one[1].id, reverse=True)
    return [(agent, seen(unit, row)) for agent, row in found[:limit]]


def standing_of(unit: Unit, agent_id: int) -> int:
    """How many findings mark an agent or what it wrote, counted up to ``STANDING_MOST``."""
    return store.count_standing(unit, agent_id, STANDING_MOST)


def forget(unit: Unit, events: list[Event]) -> None:
    """Blank what findings quote of what its author has deleted, and of agents that were erased.

    What a moderator removed is kept for those who must judge it, until ``evidence_days`` are over.
    """
    for event in events:
        if event.kind == "agent.erased":
            service.forget_agent(unit, event.subject)
        elif event.kind in ("post.deleted", "comment.deleted"):
            kind = event.kind.partition(".")[0]
            if not _removed(unit, kind, event.subject):
                store.forget_words_of(unit, event.subject)


def _removed(unit: Unit, kind: str, id_: int) -> bool:
    one = posts.post_by_id(unit, id_) if kind == "post" else comments.comment_by_id(unit, id_)
    return one is not None and bool(one.removed_reason)


def seen(unit: Unit, row: Row) -> Seen:
    """A finding with what it is about."""
    return Seen(row, load_subject(unit, row.about))
