"""Which posts, comments and agents stand under a label."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.store import Unit

MARKED = ("post", "comment", "agent")


def set_mark(unit: Unit, kind: str, id_: int, severity: int) -> None:
    """Note the severity of the label that something stands under; 0 for none."""
    assert kind in MARKED
    unit.run(f"network.mark_{kind}", bucket=bucket_of(id_), id=id_, severity=severity)
