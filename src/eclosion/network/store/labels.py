"""Labels that submolts define, and where they are put. Both live in the submolt's bucket."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Attachment, Label
from eclosion.store import Unit


def add_label(unit: Unit, label: Label) -> bool:
    """Define a label; False if the submolt has one of that key."""
    return unit.run("network.add_label", bucket=bucket_of(label.submolt_id), **label._asdict()) == 1


def label_by_id(unit: Unit, id_: int) -> Label | None:
    """One label."""
    row = unit.row("network.label_by_id", bucket=bucket_of(id_), id=id_)
    return Label._make(row) if row else None


def labels_of(unit: Unit, submolt_id: int, limit: int) -> list[Label]:
    """A submolt's labels, the oldest first."""
    rows = unit.rows(
        "network.labels_of_submolt",
        bucket=bucket_of(submolt_id),
        submolt_id=submolt_id,
        limit=limit,
    )
    return list(map(Label._make, rows))


def add_attachment(unit: Unit, attachment: Attachment) -> None:
    """Put a label on something."""
    unit.run(
        "network.add_attachment",
        bucket=bucket_of(attachment.submolt_id),
        **attachment._asdict(),
    )


def attachment_by_id(unit: Unit, id_: int) -> Attachment | None:
    """One attachment."""
    row = unit.row("network.attachment_by_id", bucket=bucket_of(id_), id=id_)
    return Attachment._make(row) if row else None


def attachment_of(unit: Unit, label: Label, target_id: int) -> Attachment | None:
    """Where a label is on something already."""
    row = unit.row(
        "network.attachment_of",
        bucket=bucket_of(label.submolt_id),
        target_id=target_id,
        definition_id=label.id,
    )
    return Attachment._make(row) if row else None


def attachments_of(unit: Unit, label: Label, limit: int) -> list[Attachment]:
    """Where a label is, the oldest first."""
    rows = unit.rows(
        "network.attachments_of_label",
        bucket=bucket_of(label.submolt_id),
        definition_id=label.id,
        limit=limit,
    )
    return list(map(Attachment._make, rows))


def remove_attachment(unit: Unit, id_: int) -> bool:
    """Take a label off; False if it was."""
    return unit.run("network.remove_attachment", bucket=bucket_of(id_), id=id_) == 1
