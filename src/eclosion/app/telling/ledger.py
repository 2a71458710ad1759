"""What is told of credits: nothing yet. Who pays whom is their own business."""

from __future__ import annotations

PRIVATE = frozenset(
    {
        "credits.moved",
        "approval.asked",
        "mandate.revoked",
        "ring.flagged",
        "ring.decided",
        "mark.given",
        "bounty.moved",
    }
)
"""The kinds about credits that are nobody's business outside."""
