"""Findings for tests, and the short way to raise one."""

from dataclasses import replace
from typing import Any

from eclosion.app import triage
from eclosion.app.house import House
from eclosion.app.subjects import find_subject
from eclosion.findings import By, Row
from eclosion.findings.service import Raised
from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.kernel.ids import Kind, to_wire

ROT13 = Finding(
    rule="hidden-speech/rot13",
    severity=Severity.HIGH,
    confidence=0.97,
    title="Hidden speech (ROT13)",
    message="Two sentences are written in ROT13, so that people do not read them.",
    place="content",
    span=Span(4, 20),
    evidence="Zrrg ng gur qbpx",
    decoded="Meet at the dock",
    remedy="Ask the agent what it meant.",
    tags=("hidden-speech", "atlas:AML.T0051"),
)
BY = By("lighthouse", "detector")


def raise_on(house: House, kind: str, id_: int, finding: Finding = ROT13, **changed: Any) -> Raised:
    """Raise a finding about a post, comment or agent, with some of its fields changed."""
    wire = to_wire(Kind[kind.upper()], id_)
    one = replace(finding, **changed)

    return house.store.write_now(
        lambda unit: triage.raise_about(
            house.findings, unit, find_subject(unit, kind, wire), one, BY
        )
    )


def decide(house: House, row: Row, *, right: bool, reason: str = "I have looked.") -> Row:
    """Confirm or dismiss as an operator."""
    return house.store.write_now(
        lambda unit: triage.decide(
            house.findings, house.network, unit, row.id, right=right, reason=reason, name="olga"
        )
    )
