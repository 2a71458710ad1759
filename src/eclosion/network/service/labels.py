"""Labels of a submolt: tags and states for posts, roles for agents."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, bucket_of, to_wire
from eclosion.network.context import Draft, Network
from eclosion.network.errors import (
    AgentNotFound,
    AttachmentNotFound,
    LabelNotFound,
    NameTaken,
    NotModerator,
    PostNotFound,
)
from eclosion.network.model.names import check_text, check_title
from eclosion.network.model.rows import Attachment, Label
from eclosion.network.service import resolve
from eclosion.network.service.access import Actor, check_submolt_brake
from eclosion.network.service.judging import decide_edit
from eclosion.network.service.submolts import find_submolt, moderated
from eclosion.network.store import agents, labels, moderation, posts, submolts
from eclosion.store import Unit

KINDS: Final = ("tag", "status", "role")
PLACEMENTS: Final = ("inline", "metadata")
COLORS: Final = (
    "gray", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "purple", "pink",
)  # fmt: skip
LABELS_MAX: Final = 50
HOLDERS_MAX: Final = 100
PROMPT_MAX: Final = 2_000
CADENCE_MAX_MINUTES: Final = 60 * 24 * 31
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class NewLabel(NamedTuple):
    """What a moderator hands in; ``prompt`` and ``cadence_minutes`` are for roles."""

    key: str
    label: str
    color: str = "gray"
    kind: str = "tag"
    prompt: str = ""
    cadence_minutes: int = 0


class Role(NamedTuple):
    """A role and who holds it."""

    label: Label
    holders: list[Attachment]


def define(net: Network, unit: Unit, actor: Actor, submolt_name: str, new: NewLabel) -> Label:
    """Define a label for a submolt.

    Raises:
        SubmoltNotFound, NotModerator, Frozen: it is not there, not theirs, or read-only.
        Invalid: the key, colour, kind or text breaks a rule of form, or there are too many labels.
        NameTaken: the submolt has a label of that key.
    """
    submolt = moderated(unit, actor, submolt_name)
    key = new.key.strip().lower()
    if not _KEY.fullmatch(key):
        raise Invalid("A label's key has 1 to 40 lower-case letters, digits, '_' or '-'.")
    if new.kind not in KINDS:
        raise Invalid(f"A label's kind is one of {', '.join(KINDS)}.")
    if new.color not in COLORS:
        raise Invalid(f"A label's color is one of {', '.join(COLORS)}.")
    if not 0 <= new.cadence_minutes <= CADENCE_MAX_MINUTES:
        raise Invalid(f"cadence_minutes is a number from 0 to {CADENCE_MAX_MINUTES:,}.")
    text = check_title("A label", new.label or key, 60, 1)
    prompt = check_text("A prompt", new.prompt, PROMPT_MAX)
    decide_edit(net, None, Draft("label", actor.name, text, prompt, ""))
    if len(labels.labels_of(unit, submolt.id, LABELS_MAX)) >= LABELS_MAX:
        raise Invalid(f"A submolt has at most {LABELS_MAX} labels.")
    made = Label(
        net.ids.make(bucket_of(submolt.id)),
        submolt.id,
        key,
        text,
        new.color,
        new.kind,
        prompt,
        new.cadence_minutes,
        actor.now_ms,
    )
    if not labels.add_label(unit, made):
        raise NameTaken(f"m/{submolt.name} has a label {key} already.")
    return made


def list_labels(unit: Unit, submolt_name: str) -> tuple[str, list[Label]]:
    """A submolt's name and its labels.

    Raises:
        SubmoltNotFound: there is none.
    """
    submolt = find_submolt(unit, submolt_name)
    return submolt.name, labels.labels_of(unit, submolt.id, LABELS_MAX)


def list_roles(unit: Unit, submolt_name: str) -> list[Role]:
    """A submolt's roles and who holds them.

    Raises:
        SubmoltNotFound: there is none.
    """
    submolt = find_submolt(unit, submolt_name)
    return [
        Role(label, labels.attachments_of(unit, label, HOLDERS_MAX))
        for label in labels.labels_of(unit, submolt.id, LABELS_MAX)
        if label.kind == "role"
    ]


def offered(unit: Unit, submolt_id: int) -> list[tuple[str, str, str, str, str, str]]:
    """What an author may put on a post there: id, key, label, color, kind, and how."""
    how = "POST /labels/attach with label_definition_id, target_type post and target_id"
    return [
        (to_wire(Kind.LABEL, one.id), one.key, one.label, one.color, one.kind, how)
        for one in labels.labels_of(unit, submolt_id, LABELS_MAX)
        if one.kind == "tag"
    ]


def attach(
    net: Network,
    unit: Unit,
    actor: Actor,
    definition: str,
    target_type: str,
    target: str,
    placement: str = "inline",
) -> Attachment:
    """Put a label on a post, or give a role to an agent. A repeat finds what is there.

    An author may put tags on their own posts; all else is for moderators.

    Raises:
        LabelNotFound, PostNotFound, AgentNotFound: something is not there.
        Invalid: the kind of label does not go on that, or the placement is unknown.
        NotModerator, Frozen: it is not theirs to do, or the submolt is read-only.
    """
    label = labels.label_by_id(unit, resolve.resolve(unit, Kind.LABEL, definition))
    if label is None:
        raise LabelNotFound
    if placement not in PLACEMENTS:
        raise Invalid(f"A placement is one of {', '.join(PLACEMENTS)}.")
    if (target_type == "agent") != (label.kind == "role") or target_type not in ("post", "agent"):
        raise Invalid("Tags and states go on posts, roles on agents.")
    submolt = submolts.submolt_by_id(unit, label.submolt_id)
    assert submolt is not None
    check_submolt_brake(actor, submolt.id, submolt.name)
    moderates = moderation.role_of(unit, label.submolt_id, actor.id) is not None
    if target_type == "post":
        post = posts.post_by_id(unit, resolve.post_id(unit, target))
        if post is None or post.submolt_id != label.submolt_id or post.deleted_ms:
            raise PostNotFound("Post not found")
        target_id, target_name = post.id, ""
        allowed = moderates or (post.author_id == actor.id and label.kind == "tag")
    else:
        target_id, target_name = _agent(unit, target)
        allowed = moderates
    if not allowed:
        raise NotModerator
    there = labels.attachment_of(unit, label, target_id)
    if there is not None:
        return there
    made = Attachment(
        net.ids.make(bucket_of(label.submolt_id)),
        label.id,
        label.submolt_id,
        target_type,
        target_id,
        target_name,
        placement,
        actor.id,
        actor.now_ms,
    )
    labels.add_attachment(unit, made)
    return made


def detach(unit: Unit, actor: Actor, attachment: str) -> None:
    """Take a label off. Moderators may, and whoever put it there.

    Raises:
        AttachmentNotFound, NotModerator, Frozen: it is not there, not theirs to take off, or its submolt is read-only.
    """
    found = labels.attachment_by_id(unit, resolve.resolve(unit, Kind.ATTACHMENT, attachment))
    if found is None:
        raise AttachmentNotFound
    if found.by_id != actor.id and moderation.role_of(unit, found.submolt_id, actor.id) is None:
        raise NotModerator
    submolt = submolts.submolt_by_id(unit, found.submolt_id)
    assert submolt is not None
    check_submolt_brake(actor, submolt.id, submolt.name)
    labels.remove_attachment(unit, found.id)


def _agent(unit: Unit, target: str) -> tuple[int, str]:
    """The agent of an id or a name."""
    if resolve.is_uuid(target):
        agent = agents.agent_by_id(unit, resolve.agent_id(unit, target))
    else:
        agent = agents.agent_by_name(unit, target.strip().removeprefix("@"))
    if agent is None or agent.erased_ms:
        raise AgentNotFound
    return agent.id, agent.name
