"""``eclosion admin findings`` and ``eclosion admin detector``: deciding about findings on the machine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import put, put_json, say
from eclosion.kernel.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

    from eclosion.app.triage import Seen

findings = typer.Typer(no_args_is_help=True, help="What was found, and what is decided about it.")
detector = typer.Typer(no_args_is_help=True, help="Programs outside that may raise findings.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The finding's id, as the list shows it.")]
Reason = Annotated[str, typer.Option(help="Why; where it shows, everybody can read it.")]
Name = Annotated[str, typer.Argument(help="The detector's name; it stands on its labels.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000, help="How many at most.")]
BY = "operator"


@findings.command("list")
def list_findings(
    limit: Limit = 25,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a decision, the worst first.

    With the evidence in JSON. Works beside a running server.
    """
    from eclosion.app.operating import reading
    from eclosion.app.triage import queue
    from eclosion.findings.store import RANK_MAX
    from eclosion.kernel.ids import ID_MAX

    with reading(read_settings(data, db, config)) as store:
        found = store.read_now(lambda unit: queue(unit, limit, RANK_MAX, ID_MAX))
    if as_json:
        put_json({"findings": [_shown(one) for one in found]})
        return
    for one in found:
        shown = _shown(one)
        marks = "marks" if one.row.standing else "would mark"
        put(f"{shown['severity']:<9}{shown['id']}  {shown['title']}")
        put(f"         {marks} {shown['about']} {shown['path']}, found by {shown['found_by']}")
    if not found:
        say("Nothing awaits a decision.")


@findings.command("confirm")
def confirm(
    id_: Id,
    reason: Reason = "",
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a finding is right.

    It marks what it is about, if it is severe enough, whatever its confidence.
    """
    _decide(id_, reason, True, data, db, config, as_json)


@findings.command("dismiss")
def dismiss(
    id_: Id,
    reason: Reason = "",
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a finding is wrong.

    It marks nothing any more, and stays dismissed until what gave it away is something else.
    """
    _decide(id_, reason, False, data, db, config, as_json)


@findings.command("suppress")
def suppress(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    at: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Only about the post, comment or agent at this address."
        ),
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=3_650, help="For how long.")] = 30,
    reason: Reason = "",
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Keep a rule from finding anything for some days.

    Everywhere, or about one thing. What it has found before stays as it is.
    """
    from eclosion.app.operating import office
    from eclosion.app.subjects import subject_at
    from eclosion.findings import keeping
    from eclosion.findings.model import Suppression
    from eclosion.store import Unit

    with office(read_settings(data, db, config)) as place:

        def work(unit: Unit) -> Suppression:
            scope_id = subject_at(unit, at).about.id if at else 0
            return keeping.suppress(place.findings, unit, rule, scope_id, reason, days, BY)

        place.store.write_now(work)
    if as_json:
        put_json({"rule": rule, "at": at, "days": days, "reason": reason})
        return
    put(f"{rule} finds nothing {f'about {at}' if at else 'anywhere'} for {days} days.")


@detector.command("add")
def add_detector(
    name: Name,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Register a detector.

    Prints its key, this once. The key can raise findings at POST /api/v1/findings and do nothing else.
    """
    from eclosion.app.operating import office
    from eclosion.findings import keeping

    with office(read_settings(data, db, config)) as place:
        made = place.store.write_now(
            lambda unit: keeping.add_detector(place.findings, unit, name, BY)
        )
    if as_json:
        put_json({"name": made.name, "key": made.key})
        return
    put(made.key)
    say(f"Give it to {made.name}: it is shown this once. docs/findings.md shows what to send.")


@detector.command("list")
def list_detectors(
    data: DataDir = None, db: Database = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """List the detectors, never their keys."""
    from eclosion.app.operating import reading
    from eclosion.findings.store import list_detectors as read

    with reading(read_settings(data, db, config)) as store:
        found = store.read_now(lambda unit: read(unit, 1_000))
    if as_json:
        put_json(
            {"detectors": [{"name": one.name, "revoked": bool(one.revoked_ms)} for one in found]}
        )
        return
    for one in found:
        put(f"{one.name}{' (revoked)' if one.revoked_ms else ''}")
    if not found:
        say("There are none. Register one: eclosion admin detector add NAME")


@detector.command("revoke")
def revoke_detector(
    name: Name,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """End a detector's key at once.

    What it found stays; its name is free again.
    """
    from eclosion.app.operating import office
    from eclosion.findings import keeping

    with office(read_settings(data, db, config)) as place:
        place.store.write_now(lambda unit: keeping.revoke_detector(place.findings, unit, name))
    if as_json:
        put_json({"name": name, "revoked": True})
        return
    put(f"The key of {name} no longer works.")


def _decide(
    text: str,
    reason: str,
    right: bool,
    data: Path | None,
    db: str | None,
    config: Path | None,
    as_json: bool,
) -> None:
    from eclosion.app.operating import office
    from eclosion.app.triage import decide
    from eclosion.findings.errors import FindingNotFound
    from eclosion.kernel.ids import Kind, from_wire

    if not reason:
        raise Invalid("--reason is needed: a decision says why.")
    id_ = from_wire(Kind.FINDING, text)
    if id_ is None:
        raise FindingNotFound(hint="eclosion admin findings list shows the ids.")
    with office(read_settings(data, db, config)) as place:
        row = place.store.write_now(
            lambda unit: decide(
                place.findings, place.network, unit, id_, right=right, reason=reason, name=BY
            )
        )
    if as_json:
        put_json({"id": text, "state": row.state, "marks": bool(row.standing), "reason": reason})
        return
    put(f"{row.state.capitalize()}: it marks {'what it is about' if row.standing else 'nothing'}.")


def _shown(one: Seen) -> dict[str, object]:
    """A finding for the terminal: texts of strangers on one line, without what is hidden in them."""
    from eclosion.kernel.clock import iso
    from eclosion.kernel.ids import Kind, to_wire

    row, subject = one
    return {
        "id": to_wire(Kind.FINDING, row.id),
        "severity": row.level,
        "rule": row.rule,
        "title": _plain(row.title),
        "message": _plain(row.message),
        "confidence": row.confidence,
        "about": row.kind,
        "path": subject.path if subject else "",
        "author": subject.author if subject else "",
        "evidence": row.evidence,
        "decoded": row.decoded,
        "found_by": row.found_by,
        "last_seen_at": iso(row.last_ms),
        "seen": row.seen,
        "marks": bool(row.standing),
        "contested": row.appeal if row.appealed_ms else "",
    }


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
