"""The only code of this part that runs queries."""

from __future__ import annotations

from collections.abc import Iterable

from eclosion.findings.model import About, Detector, Mark, Row, Suppression
from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.store import Unit

MARKS_AT_ONCE = 25
RANK_MAX = 99


def touch_subject(unit: Unit, about: About) -> tuple[int, int]:
    """Be the only one to change a subject's findings; the severity that marks it now, and how many there are."""
    bucket = bucket_of(about.id)
    unit.run("findings.touch_subject", bucket=bucket, subject_id=about.id, kind=about.kind)
    row = unit.row("findings.subject_state", bucket=bucket, subject_id=about.id)
    assert row is not None
    return row[0], row[3]


def set_subject(
    unit: Unit, subject_id: int, severity: int, finding_id: int, standing: int, amount: int
) -> None:
    """Note what marks a subject."""
    unit.run(
        "findings.set_subject",
        bucket=bucket_of(subject_id),
        subject_id=subject_id,
        severity=severity,
        finding_id=finding_id,
        standing=standing,
        amount=amount,
    )


def finding_by_id(unit: Unit, id_: int) -> Row | None:
    """One finding, whatever its state."""
    row = unit.row("findings.finding_by_id", bucket=bucket_of(id_), id=id_)
    return Row._make(row) if row else None


def finding_by_fingerprint(unit: Unit, subject_id: int, fingerprint: str) -> Row | None:
    """What was found before of the same rule at the same place."""
    row = unit.row(
        "findings.finding_by_fingerprint",
        bucket=bucket_of(subject_id),
        subject_id=subject_id,
        fingerprint=fingerprint,
    )
    return Row._make(row) if row else None


def add_finding(unit: Unit, row: Row) -> None:
    """Insert a new finding."""
    unit.run("findings.add_finding", bucket=bucket_of(row.id), **row._asdict())


def update_finding(unit: Unit, row: Row) -> None:
    """Write what has changed of a finding."""
    fixed = ("kind", "subject_id", "agent_id", "fingerprint", "rule", "place", "pointer")
    values = {name: value for name, value in row._asdict().items() if name not in fixed}
    del values["span_start"], values["span_end"]
    unit.run("findings.update_finding", bucket=bucket_of(row.id), **values)


def of_subject(unit: Unit, subject_id: int, limit: int) -> list[Row]:
    """What was found about a subject: what marks it first, the worst first."""
    rows = unit.rows(
        "findings.findings_of_subject",
        bucket=bucket_of(subject_id),
        subject_id=subject_id,
        limit=limit,
    )
    return list(map(Row._make, rows))


def of_agent(unit: Unit, agent_id: int, limit: int, before_id: int = ID_MAX) -> list[Row]:
    """What was found about an agent and what it wrote, newest first."""
    rows = unit.rows("findings.findings_of_agent", agent_id=agent_id, id=before_id, limit=limit)
    return list(map(Row._make, rows))


def in_queue(unit: Unit, limit: int, rank: int = RANK_MAX, before_id: int = ID_MAX) -> list[Row]:
    """What waits for a decision, the worst first, and of the same rank the newest."""
    rows = unit.rows("findings.findings_in_queue", rank=rank, id=before_id, limit=limit)
    return list(map(Row._make, rows))


def standing(unit: Unit, limit: int, before_id: int = ID_MAX) -> list[Row]:
    """What marks something, newest first."""
    rows = unit.rows("findings.findings_standing", id=before_id, limit=limit)
    return list(map(Row._make, rows))


def count_standing(unit: Unit, agent_id: int, most: int) -> int:
    """How many findings mark an agent or what it wrote, counted up to ``most``."""
    row = unit.row("findings.count_standing_of_agent", agent_id=agent_id, limit=most)
    assert row is not None
    return int(row[0])


def marks_of(unit: Unit, subject_ids: Iterable[int]) -> dict[int, Mark]:
    """What marks each of some subjects: one query for 25 of them."""
    ids = list(dict.fromkeys(subject_ids))
    found: dict[int, Mark] = {}
    for at in range(0, len(ids), MARKS_AT_ONCE):
        some = ids[at : at + MARKS_AT_ONCE]
        some += [0] * (MARKS_AT_ONCE - len(some))
        for row in unit.rows("findings.marks_of", **{f"s{n}": id_ for n, id_ in enumerate(some)}):
            found[row[0]] = Mark(Row._make(row[2:]), row[1] - 1)
    return found


def forget_words_of(unit: Unit, subject_id: int) -> None:
    """Blank what findings quote of a subject that is gone."""
    unit.run("findings.forget_words_of", bucket=bucket_of(subject_id), subject_id=subject_id)


def forget_words_of_agent(unit: Unit, agent_id: int, before_id: int, limit: int) -> int:
    """Blank what some findings quote of an agent; the id to go on below, or 0."""
    rows = unit.rows(
        "findings.wordy_findings_of_agent", agent_id=agent_id, id=before_id, limit=limit
    )
    unit.run_many("findings.forget_words", [{"bucket": row[0], "id": row[1]} for row in rows])
    return int(rows[-1][1]) if len(rows) == limit else 0


def forget_evidence(unit: Unit, before_ms: int, limit: int) -> int:
    """Blank the evidence of findings that were last seen before an instant; of how many."""
    rows = unit.rows("findings.old_evidence", before_ms=before_ms, limit=limit)
    unit.run_many("findings.forget_evidence", [{"bucket": row[0], "id": row[1]} for row in rows])
    return len(rows)


def add_to_total(unit: Unit, row: Row, amount: int) -> None:
    """Count a finding in, or out, of its state and severity."""
    unit.run(
        "findings.add_to_total",
        state=row.state,
        severity=row.severity,
        bucket=bucket_of(row.id),
        amount=amount,
    )


def totals(unit: Unit) -> dict[tuple[str, int], int]:
    """How many findings there are of each state and severity."""
    return {(row[0], row[1]): int(row[2]) for row in unit.rows("findings.totals")}


def add_suppression(unit: Unit, one: Suppression) -> None:
    """Keep a rule from finding something."""
    unit.run("findings.add_suppression", bucket=bucket_of(one.id), **one._asdict())


def is_suppressed(unit: Unit, rule: str, about: About, now_ms: int) -> bool:
    """Whether a rule shall find nothing there now."""
    row = unit.row(
        "findings.is_suppressed",
        rule=rule,
        subject_id=about.id,
        agent_id=about.agent_id,
        now_ms=now_ms,
    )
    return row is not None


def list_suppressions(unit: Unit, limit: int, before_id: int = ID_MAX) -> list[Suppression]:
    """All suppressions, also past ones, newest first."""
    rows = unit.rows("findings.list_suppressions", id=before_id, limit=limit)
    return list(map(Suppression._make, rows))


def end_suppression(unit: Unit, id_: int, now_ms: int) -> bool:
    """End one; False if it has ended."""
    return unit.run("findings.end_suppression", bucket=bucket_of(id_), id=id_, now_ms=now_ms) == 1


def add_detector(unit: Unit, id_: int, name: str, key_hash: str, by_name: str) -> bool:
    """Register a detector; False if its name is taken."""
    if not unit.run("findings.take_detector_name", name_key=name.lower(), detector_id=id_):
        return False
    unit.run(
        "findings.add_detector",
        id=id_,
        bucket=bucket_of(id_),
        name=name,
        key_hash=key_hash,
        by_name=by_name,
    )
    return True


def detector_by_key(unit: Unit, key_hash: str) -> Detector | None:
    """Whose key this is, if it was not revoked."""
    row = unit.row("findings.detector_by_key", key_hash=key_hash)
    return Detector._make(row) if row else None


def detector_id(unit: Unit, name: str) -> int | None:
    """The id of the detector that has a name now."""
    row = unit.row("findings.detector_id_by_name", name_key=name.lower())
    return int(row[0]) if row else None


def list_detectors(unit: Unit, limit: int) -> list[Detector]:
    """All detectors, also revoked ones, newest first."""
    return list(map(Detector._make, unit.rows("findings.list_detectors", limit=limit)))


def revoke_detector(unit: Unit, id_: int, name: str, now_ms: int) -> None:
    """End a detector's key and free its name."""
    unit.run("findings.revoke_detector", bucket=bucket_of(id_), id=id_, now_ms=now_ms)
    unit.run("findings.release_detector_name", name_key=name.lower())
