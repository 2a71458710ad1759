"""Raising findings, deciding about them, and asking what marks something."""

from __future__ import annotations

from typing import Literal, NamedTuple

from eclosion.findings import store
from eclosion.findings.errors import FindingNotFound, TooManyFindings
from eclosion.findings.model import (
    CONFIRMED,
    DISMISSED,
    OPEN,
    About,
    By,
    Findings,
    Row,
    check_finding,
    check_reason,
    judged,
)
from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.finding import Finding
from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.store import Unit, emit

FORGET_AT_ONCE = 500
Action = Literal["raised", "seen", "reopened", "suppressed"]


class Raised(NamedTuple):
    """What became of a finding; ``row`` is None where a suppression kept it away.

    ``action`` is raised, seen (it was there), reopened (it was dismissed, and its evidence is another) or suppressed.
    """

    row: Row | None
    action: Action


def raise_finding(fnd: Findings, unit: Unit, about: About, finding: Finding, by: By) -> Raised:
    """Keep a finding. The same rule at the same place of the same subject is one row, which counts.

    What was dismissed stays so while its evidence stays the same: an edited text cannot hide behind an old decision.

    Raises:
        Invalid: a field breaks a rule of form.
        TooManyFindings: there are too many about this subject.
    """
    finding = check_finding(finding)
    action: Action = "raised"
    now_ms = fnd.clock.now_ms()
    if store.is_suppressed(unit, finding.rule, about, now_ms):
        return Raised(None, "suppressed")
    marked, amount = store.touch_subject(unit, about)
    known = store.finding_by_fingerprint(unit, about.id, finding.fingerprint)
    if known is not None:
        row, action = _again(fnd, known, finding, by, now_ms)
        store.update_finding(unit, row)
        store.add_to_total(unit, known, -1)
    else:
        if amount >= fnd.rules.per_subject:
            raise TooManyFindings(hint="Decide about those first.")
        row = _new(fnd, about, finding, by, now_ms)
        store.add_finding(unit, row)
        amount += 1
    store.add_to_total(unit, row, 1)
    _remark(fnd, unit, about, marked, amount)
    if action != "seen":
        _tell(unit, row, "raised", now_ms)
    return Raised(row, action)


def confirm(fnd: Findings, unit: Unit, id_: int, reason: str, by: By) -> Row:
    """Decide that a finding is right. It marks its subject whatever its confidence, and no longer waits.

    Raises:
        FindingNotFound: there is none.
        Invalid: there is no reason, or it is too long.
    """
    return _decide(fnd, unit, id_, CONFIRMED, reason, by)


def dismiss(fnd: Findings, unit: Unit, id_: int, reason: str, by: By) -> Row:
    """Decide that a finding is wrong. It marks nothing any more.

    Raises:
        FindingNotFound: there is none.
        Invalid: there is no reason, or it is too long.
    """
    return _decide(fnd, unit, id_, DISMISSED, reason, by)


def appeal(fnd: Findings, unit: Unit, id_: int, why: str) -> bool:
    """Contest a finding: it waits for a decision (again), before others of its severity.

    Once for each finding: False if it was contested before, whatever was decided then.

    Raises:
        FindingNotFound: there is none that marks, or could.
        Invalid: there is no reason, or it is too long.
    """
    why = check_reason(why)
    row = get_finding(unit, id_)
    if row.state == DISMISSED:
        raise FindingNotFound("This finding was dismissed: there is nothing to contest.")
    if row.appeal:
        return False
    store.touch_subject(unit, row.about)
    now_ms = fnd.clock.now_ms()
    row = get_finding(unit, id_)
    contested = judged(fnd.rules, row._replace(appeal=why, appealed_ms=now_ms))
    store.update_finding(unit, contested)
    _tell(unit, contested, "contested", now_ms)
    return True


def get_finding(unit: Unit, id_: int) -> Row:
    """One finding.

    Raises:
        FindingNotFound: there is none.
    """
    row = store.finding_by_id(unit, id_)
    if row is None:
        raise FindingNotFound
    return row


def forget_agent(unit: Unit, agent_id: int) -> None:
    """Blank what findings quote of an agent that was erased."""
    below = ID_MAX
    while below:
        below = store.forget_words_of_agent(unit, agent_id, below, FORGET_AT_ONCE)


def forget_old_evidence(fnd: Findings, unit: Unit) -> bool:
    """Blank evidence that nobody has seen again for ``evidence_days``; whether there may be more."""
    before_ms = fnd.clock.now_ms() - fnd.rules.evidence_days * DAY_MS
    return store.forget_evidence(unit, before_ms, FORGET_AT_ONCE) == FORGET_AT_ONCE


def _new(fnd: Findings, about: About, finding: Finding, by: By, now_ms: int) -> Row:
    start, end = finding.span or (-1, -1)
    return judged(
        fnd.rules,
        Row(
            id=fnd.ids.make(bucket_of(about.id)),
            kind=about.kind,
            subject_id=about.id,
            agent_id=about.agent_id,
            fingerprint=finding.fingerprint,
            rule=finding.rule,
            severity=int(finding.severity),
            confidence=float(finding.confidence),
            title=finding.title,
            message=finding.message,
            place=finding.place,
            pointer=finding.pointer,
            span_start=start,
            span_end=end,
            evidence=finding.evidence,
            decoded=finding.decoded,
            remedy=finding.remedy,
            tags=",".join(finding.tags),
            found_by=by.name,
            found_role=by.role,
            state=OPEN,
            standing=0,
            rank=0,
            seen=1,
            last_ms=now_ms,
            decided_by="",
            decided_reason="",
            decided_ms=0,
            appeal="",
            appealed_ms=0,
        ),
    )


def _again(fnd: Findings, known: Row, finding: Finding, by: By, now_ms: int) -> tuple[Row, Action]:
    """What was found before, with what is known of it now."""
    row = known._replace(seen=known.seen + 1, last_ms=now_ms)
    quoted = known.evidence or known.decoded
    other = quoted and (known.evidence, known.decoded) != (finding.evidence, finding.decoded)
    if known.state != OPEN and not other:
        return row, "seen"
    row = row._replace(
        severity=int(finding.severity),
        confidence=float(finding.confidence),
        title=finding.title,
        message=finding.message,
        evidence=finding.evidence,
        decoded=finding.decoded,
        remedy=finding.remedy,
        tags=",".join(finding.tags),
        found_by=by.name,
        found_role=by.role,
    )
    if known.state != DISMISSED:
        return judged(fnd.rules, row), "seen"
    row = row._replace(state=OPEN, decided_by="", decided_reason="", decided_ms=0)
    return judged(fnd.rules, row), "reopened"


def _decide(fnd: Findings, unit: Unit, id_: int, state: str, reason: str, by: By) -> Row:
    reason = check_reason(reason)
    about = get_finding(unit, id_).about
    marked, amount = store.touch_subject(unit, about)
    was = get_finding(unit, id_)
    now_ms = fnd.clock.now_ms()
    row = judged(
        fnd.rules,
        was._replace(
            state=state,
            decided_by=by.name,
            decided_reason=reason,
            decided_ms=now_ms,
            appealed_ms=0,
        ),
    )
    store.update_finding(unit, row)
    store.add_to_total(unit, was, -1)
    store.add_to_total(unit, row, 1)
    _remark(fnd, unit, about, marked, amount)
    _tell(unit, row, state, now_ms, stood=was.standing)
    return row


def _remark(fnd: Findings, unit: Unit, about: About, marked: int, amount: int) -> None:
    """Work out anew what marks a subject, and tell whoever shows it if that has changed."""
    rows = store.of_subject(unit, about.id, fnd.rules.per_subject)
    standing = [row for row in rows if row.standing]
    worst = standing[0] if standing else None
    severity = worst.severity if worst else 0
    store.set_subject(
        unit, about.id, severity, worst.id if worst else 0, len(standing), max(amount, len(rows))
    )
    if severity != marked:
        fnd.marker.set_mark(unit, about.kind, about.id, severity)


def _tell(unit: Unit, row: Row, what: str, now_ms: int, stood: int = 0) -> None:
    """Tell of it. ``public`` says whether it stands, or stood until now: only then may anybody know of it."""
    emit(
        unit,
        now_ms,
        f"finding.{what}",
        row.id,
        about=row.subject_id,
        about_kind=row.kind,
        rule=row.rule,
        severity=row.severity,
        standing=row.standing,
        public=row.standing or stood,
    )
