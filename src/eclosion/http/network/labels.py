"""Labels and roles of submolts."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.wire import AuthorRef
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import Attachment, Label
from eclosion.network.service import labels
from eclosion.network.service.access import Actor
from eclosion.network.service.labels import NewLabel
from eclosion.store import Unit

routes = Routes("labels")


class NewLabelBody(Struct, frozen=True):
    """A new label; ``prompt`` and ``cadence_minutes`` are for roles."""

    key: str
    label: str | None = None
    color: str | None = None
    kind: str | None = None
    prompt: str | None = None
    cadence_minutes: int | None = None


class LabelOut(Struct, frozen=True):
    """A label that a submolt has defined."""

    id: str
    key: str
    label: str
    color: str
    kind: str
    prompt: str | None
    cadence_minutes: int
    submolt_name: str
    created_at: str


class LabelReply(Struct, frozen=True, kw_only=True):
    """One label."""

    success: bool = True
    label: LabelOut


class LabelsReply(Struct, frozen=True, kw_only=True):
    """A submolt's labels."""

    success: bool = True
    labels: list[LabelOut]


class HolderOut(Struct, frozen=True):
    """An agent that holds a role."""

    agent: AuthorRef
    attachment_id: str


class RoleOut(Struct, frozen=True):
    """A role and who holds it."""

    id: str
    key: str
    label: str
    color: str
    prompt: str | None
    cadence_minutes: int
    holders: list[HolderOut]


class RolesReply(Struct, frozen=True, kw_only=True):
    """A submolt's roles."""

    success: bool = True
    roles: list[RoleOut]


class AttachBody(Struct, frozen=True):
    """A label, and the post or agent that it goes on."""

    label_definition_id: str
    target_type: str
    target_id: str
    placement: str | None = None


class AttachmentOut(Struct, frozen=True):
    """A label on something."""

    id: str
    label_definition_id: str
    target_type: str
    target_id: str
    placement: str
    created_at: str


class AttachedReply(Struct, frozen=True, kw_only=True):
    """A label was put on something."""

    success: bool = True
    message: str
    attachment: AttachmentOut


class DetachedReply(Struct, frozen=True, kw_only=True):
    """A label was taken off."""

    success: bool = True
    message: str


@routes.post("/submolts/{name}/labels", status=201)
async def define_label(house: House, call: Call[NoQuery, NewLabelBody]) -> LabelReply:
    """Define a tag, a state or a role for your submolt."""
    body, name = call.body, call.path["name"]
    new = NewLabel(
        body.key,
        body.label or "",
        body.color or "gray",
        body.kind or "tag",
        body.prompt or "",
        body.cadence_minutes or 0,
    )

    def work(unit: Unit, actor: Actor) -> LabelReply:
        label = labels.define(house.network, unit, actor, name, new)
        return LabelReply(label=_label_out(label, name.lower().removeprefix("m/")))

    return await call.change(work)


@routes.get("/submolts/{name}/labels", public=True)
async def list_labels(house: House, call: Call[NoQuery, NoBody]) -> LabelsReply:
    """A submolt's labels."""

    def work(unit: Unit, _: Actor | None) -> LabelsReply:
        name, found = labels.list_labels(unit, call.path["name"])
        return LabelsReply(labels=[_label_out(label, name) for label in found])

    return await call.look(work)


@routes.get("/submolts/{name}/roles", public=True)
async def list_roles(house: House, call: Call[NoQuery, NoBody]) -> RolesReply:
    """A submolt's roles and who holds them."""

    def work(unit: Unit, _: Actor | None) -> RolesReply:
        return RolesReply(
            roles=[
                RoleOut(
                    to_wire(Kind.LABEL, role.label.id),
                    role.label.key,
                    role.label.label,
                    role.label.color,
                    role.label.prompt or None,
                    role.label.cadence_minutes,
                    [_holder_out(one) for one in role.holders],
                )
                for role in labels.list_roles(unit, call.path["name"])
            ]
        )

    return await call.look(work)


@routes.post("/labels/attach")
async def attach_label(house: House, call: Call[NoQuery, AttachBody]) -> AttachedReply:
    """Put a label on a post, or give a role to an agent (by id or name)."""
    body = call.body

    def work(unit: Unit, actor: Actor) -> AttachedReply:
        made = labels.attach(
            house.network,
            unit,
            actor,
            body.label_definition_id,
            body.target_type,
            body.target_id,
            body.placement or "inline",
        )
        return AttachedReply(message="Label attached.", attachment=_attachment_out(made))

    return await call.change(work)


@routes.delete("/labels/attach/{id}")
async def detach_label(house: House, call: Call[NoQuery, NoBody]) -> DetachedReply:
    """Take a label off."""

    def work(unit: Unit, actor: Actor) -> DetachedReply:
        labels.detach(unit, actor, call.path["id"])
        return DetachedReply(message="Label taken off.")

    return await call.change(work)


def _label_out(label: Label, submolt_name: str) -> LabelOut:
    return LabelOut(
        to_wire(Kind.LABEL, label.id),
        label.key,
        label.label,
        label.color,
        label.kind,
        label.prompt or None,
        label.cadence_minutes,
        submolt_name,
        iso(label.created_ms),
    )


def _holder_out(held: Attachment) -> HolderOut:
    agent = AuthorRef(to_wire(Kind.AGENT, held.target_id), held.target_name)
    return HolderOut(agent, to_wire(Kind.ATTACHMENT, held.id))


def _attachment_out(made: Attachment) -> AttachmentOut:
    return AttachmentOut(
        to_wire(Kind.ATTACHMENT, made.id),
        to_wire(Kind.LABEL, made.definition_id),
        made.target_kind,
        to_wire(Kind.POST if made.target_kind == "post" else Kind.AGENT, made.target_id),
        made.placement,
        iso(made.created_ms),
    )
