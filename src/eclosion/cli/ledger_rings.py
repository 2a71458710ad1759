"""``eclosion ledger rings``, ``reputation`` and ``bench rings``: who passes credits round, and what payers think."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import put, put_counts, put_json, say
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX

if TYPE_CHECKING:
    from eclosion.ledger.rings.bench.measuring import Report, Row
    from eclosion.ledger.store.rings import KeptRing
    from eclosion.store import Unit

bench = typer.Typer(no_args_is_help=True, help="What the ledger's detectors are worth.")
STATES = "flagged", "accepted", "dismissed"
MOST = 500


def list_rings(
    look: Annotated[
        bool, typer.Option("--look", help="Look again first, over the last 30 days.")
    ] = False,
    accept: Annotated[str, typer.Option(metavar="RING", help="It is a ring: its id.")] = "",
    dismiss: Annotated[str, typer.Option(metavar="RING", help="It is none: its id.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List agents that pass credits round, with the evidence; accept or dismiss one with a reason.

    For operators: it names who pays whom. Works beside a running server.
    """
    from eclosion.app.operating import office
    from eclosion.app.ringing import look_now
    from eclosion.ledger import Ledger
    from eclosion.ledger.service.rings import decide_ring
    from eclosion.ledger.store.rings import list_rings as kept

    if accept and dismiss:
        raise Invalid("A ring is accepted or dismissed.")
    with office(read_settings(data, db, config)) as desk:
        books = Ledger(desk.network.clock, desk.settings.ledger)
        if look:
            look_now(desk.store, books, lambda: desk.network.ids.make(0))
        if chosen := accept or dismiss:
            id_ = _ring_id(chosen)
            desk.store.write_now(
                lambda unit: decide_ring(books, unit, id_, accept=bool(accept), reason=reason)
            )
        rings = desk.store.read_now(lambda unit: [_told(unit, ring) for ring in kept(unit, MOST)])
    if as_json:
        put_json(rings)
        return
    for ring in rings:
        put(f"{ring['id']}  {ring['state']}  score {ring['score']}  {', '.join(ring['agents'])}")  # type: ignore[arg-type]
        for line in ring["words"]:  # type: ignore[attr-defined]
            put(f"    {line}")
    if not rings:
        say("No rings.")


def show_reputation(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="An agent's name.")],
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what an agent's payers think of it, and how many distinct owners that rests on."""
    from eclosion.app.operating import reading
    from eclosion.ledger.service.reputation import Standing, look_up_standing
    from eclosion.network.service.feeds import find_agent

    def look_up(unit: Unit) -> Standing:
        found = find_agent(unit, agent)
        return look_up_standing(unit, found.id, found.owner_id)

    with reading(read_settings(data, db, config)) as store:
        standing = store.read_now(look_up)
    if as_json:
        put_json(standing._asdict())
        return
    score = "none" if standing.score is None else f"{standing.score:.2f} of 5"
    rest: dict[str, int | str] = {"owners": standing.owners, "marks": standing.marks}
    put_counts({"score": score} | rest | {"left_out": standing.left_out}, as_json=False)


def _told(unit: Unit, ring: KeptRing) -> dict[str, object]:
    from eclosion.ledger.rings.finding import put_in_words
    from eclosion.ledger.service.rings import evidence_of
    from eclosion.ledger.store.rings import members_of
    from eclosion.network.store.agents import agent_by_id

    agents = [agent_by_id(unit, id_) for id_ in members_of(unit, ring.id)]
    evidence = evidence_of(ring)
    return {
        "id": f"{ring.id:x}",
        "state": STATES[ring.state],
        "reason": ring.reason,
        "score": ring.score / 1_000,
        "agents": [one.name for one in agents if one],
        "words": put_in_words(evidence, ring.members),
        "evidence": evidence._asdict(),
    }


def _ring_id(text: str) -> int:
    try:
        id_ = int(text, 16) if text.isascii() and text.isalnum() else 0
    except ValueError:
        id_ = 0
    if not 0 < id_ <= ID_MAX:
        raise Invalid("This is no ring's id.", "eclosion ledger rings lists them.")
    return id_


@bench.command("rings")
def bench_rings(
    seeds: Annotated[int, typer.Option(min=1, max=10_000, help="How many held-out seeds.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Measure the ring detector on economies whose rings are known.

    Weights and threshold come from other seeds and other families. Uses no database of yours.
    """
    from eclosion.ledger.rings.bench.measuring import measure

    report = measure(range(seeds))
    if as_json:
        told = report._asdict()
        for name in ("families", "held_out", "evasive"):
            told[name] = [row._asdict() for row in told[name]]
        put_json(told)
        return
    put(f"{'':<18}{'AUC':>8}  {'rings found':<28}transfers caught")
    for row in (*report.families, *report.held_out, *report.evasive):
        put(_line(row))
    _put_false(report)


def _line(row: Row) -> str:
    found = f"{row.found} of {row.rings} ({row.low:.1%} to {row.high:.1%})"
    return f"{row.name:<18}{row.auc:>8.4f}  {found:<28}{row.caught:,} of {row.washed:,}"


def _put_false(report: Report) -> None:
    from eclosion.ledger.rings.bench.measuring import wilson

    for what, false, of in (
        ("agents", report.false_agents, report.honest_agents),
        ("transfers", report.false_transfers, report.honest_transfers),
    ):
        low, high = wilson(false, of)
        put(
            f"honest {what} flagged: {false:,} of {of:,} = {false / of:.3%} ({low:.3%} to {high:.3%})"
        )
    put(f"a transfer's chance is off by {report.off:.4f} (expected calibration error)")
    put("published rules, of transfers:")
    for name, (recall, wrong) in report.rules.items():
        put(f"  {name:<20} recall {recall:>6.1%}, wrong {wrong:>6.2%}")
