"""How findings are told: which thing is marked or unmarked, by which rule and how severely; never in what words."""

from __future__ import annotations

from eclosion.app.subjects import load_subject
from eclosion.app.telling.told import Facts, Place, Scene, Subject, Teller, Told, told
from eclosion.findings import About
from eclosion.kernel.finding import Severity
from eclosion.kernel.ids import Kind, to_wire
from eclosion.store import Event


def _finding(scene: Scene, event: Event) -> Told | None:
    """Nothing of what marks nothing, and nothing of what nobody can see."""
    facts = event.facts
    if not facts.get("public"):
        return None
    about = About(str(facts["about_kind"]), int(facts["about"]), 0)
    subject = load_subject(scene.unit, about)
    if subject is None or not subject.visible:
        return None
    shown: Facts = {
        "finding": to_wire(Kind.FINDING, event.subject),
        "rule": str(facts["rule"]),
        "severity": Severity(int(facts["severity"])).word,
        "standing": int(facts["standing"]),
        "author": subject.author,
    }
    post_id = subject.post_id and to_wire(Kind.POST, subject.post_id)
    place = Place(subject.submolt_name, post_id or "", subject.path)
    return told(event, Subject(about.kind, subject.wire_id), place, facts=shown)


TELLERS: dict[str, tuple[Teller, str]] = {
    "finding.raised": (_finding, "Something was found that marks a post, a comment or an agent."),
    "finding.confirmed": (_finding, "An operator has confirmed what marks something."),
    "finding.dismissed": (_finding, "An operator has dismissed what marked something."),
}
"""The kinds about findings that are told: how, and what they mean."""

PRIVATE = frozenset({"finding.contested"})
"""The kinds about findings that are nobody's business outside."""
