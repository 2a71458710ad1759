"""``eclosion ledger simulate-bounties``: bounties with colluding reviewers, counted."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put_counts, say

WORLD_SEEDS = 250
PROGRESS_EVERY_S = 10


def simulate_bounties(
    seeds: Annotated[int, typer.Option(min=1, help="How many bounties.")] = 100,
    first: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    volunteers: Annotated[int, typer.Option(min=22, max=400, help="Who offer to review.")] = 30,
    colluders: Annotated[int, typer.Option(min=0, help="How many of them collude.")] = 9,
    without_evidence: Annotated[
        bool, typer.Option(help="Give the colluders the runner's key: votes have to hold alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Live through bounties whose reviewers collude, forge and dispute; half of the work is bad.

    Uses no database of yours, and the real use cases. Ends with status 1 if bad work was paid, and names its seed.
    """
    from eclosion.ledger import SOURCE
    from eclosion.ledger.model.bounties import State
    from eclosion.ledger.simulation.bounties import World, chance
    from eclosion.ledger.simulation.running import Violation

    if colluders > volunteers:
        raise typer.BadParameter("There are not so many volunteers.")
    counts = {"bounties": 0, "bad": 0, "bad_paid": 0, "good": 0, "good_paid": 0, "disputed": 0}
    said = time.monotonic()
    for start in range(first, first + seeds, WORLD_SEEDS):
        try:
            with World(SOURCE, volunteers, colluders, evidence=not without_evidence) as world:
                for seed in range(start, min(start + WORLD_SEEDS, first + seeds)):
                    one = world.live(seed)
                    counts["bounties"] += 1
                    counts["good" if one.good else "bad"] += 1
                    counts["disputed"] += one.disputed
                    if one.state is State.PAID:
                        counts["good_paid" if one.good else "bad_paid"] += 1
                world.prove()
        except Violation as violation:
            say(f"Violation: {violation}")
            raise typer.Exit(FINDINGS) from None
        if time.monotonic() - said > PROGRESS_EVERY_S:
            said = time.monotonic()
            say(f"{counts['bounties']:,} bounties, {counts['bad_paid']:,} of bad work paid")
    exact = chance(volunteers, colluders)
    say(f"By votes alone bad work passes with probability {exact:.3g} (hypergeometric).")
    put_counts(counts, as_json=as_json)
    if counts["bad_paid"] and not without_evidence:
        raise typer.Exit(FINDINGS)
