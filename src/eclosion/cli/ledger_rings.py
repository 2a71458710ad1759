"""``eclosion ledger bench rings``: how well rings are told from trade, on economies with planted truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import put, put_json

if TYPE_CHECKING:
    from eclosion.ledger.rings.bench.measuring import Report, Row

bench = typer.Typer(no_args_is_help=True, help="What the ledger's detectors are worth.")


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
