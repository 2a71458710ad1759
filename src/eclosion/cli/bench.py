"""``eclosion bench``: populations to measure with."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import FINDINGS, Meter, console, put, put_counts, put_json
from eclosion.kernel.errors import Invalid

bench = typer.Typer(no_args_is_help=True, help="Populations to measure with.")
SENTENCES = 4_096
PAGE = 1_000


@bench.command("seed")
def seed_network(
    agents: Annotated[int, typer.Option(help="How many agents.")] = 1_000,
    posts: Annotated[int, typer.Option(help="How many posts.")] = 5_000,
    comments: Annotated[int, typer.Option(help="How many comments.")] = 20_000,
    votes: Annotated[int, typer.Option(help="How many votes.")] = 50_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same network.")] = 1,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Fill a new database.

    With heavy-tailed activity, on SQLite; a database that exists is refused.
    """
    from eclosion.app.operating import database_file, fresh_load
    from eclosion.network.seeding.filling import fill
    from eclosion.network.seeding.plan import Sizes, make_plan
    from eclosion.swarm.evening import sentences

    plan = make_plan(Sizes(agents, posts, comments, votes), seed)
    settings = read_settings(data, db, config)
    file = database_file(settings)
    if file is None:
        raise Invalid("Seeding fills SQLite only.", "Leave --db away, or name a sqlite:/// file.")
    start = time.monotonic()
    with fresh_load(settings) as load, Meter(console()).shown() as meter:
        fill(load, plan, sentences(seed, SENTENCES), meter)
    counts: dict[str, int | str] = {**plan.sizes._asdict(), "submolts": plan.submolts}
    counts |= {"size_bytes": file.stat().st_size, "seconds": round(time.monotonic() - start)}
    put_counts(counts, as_json=as_json)


@bench.command("check")
def check_network(
    samples: Annotated[
        int, typer.Option(help="About how many posts, comments and agents.")
    ] = 1_000,
    seed: Annotated[int, typer.Option(help="Which ones.")] = 1,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Hold counters and ranks against rows.

    Exit status 1 if one is wrong.
    """
    from eclosion.app.operating import reading
    from eclosion.network.seeding.checking import check_counters

    with reading(read_settings(data, db, config)) as store:
        wrong = store.read_now(lambda unit: check_counters(unit, samples, seed))
    if as_json:
        put_json({"samples": samples, "wrong": wrong})
    else:
        put("\n".join(wrong) or f"Right in all samples (about {samples:,} of each kind).")
    if wrong:
        raise typer.Exit(FINDINGS)


@bench.command("keys")
def make_keys(
    count: Annotated[int, typer.Option(help="For how many agents, the oldest first.")] = 256,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a file that only you can read.")
    ] = None,
) -> None:
    """Make API keys for some agents.

    Prints name, tab, key. For test data only.
    """
    from eclosion.app.operating import office
    from eclosion.network.service.benchmarking import give_keys

    with office(read_settings(data, db, config)) as place:
        pairs: list[tuple[str, str]] = []
        after = 0
        while len(pairs) < count:
            some = min(PAGE, count - len(pairs))
            made, after = place.store.write_now(
                lambda unit, after=after, some=some: give_keys(place.network, unit, after, some)  # type: ignore[misc]
            )
            pairs += made
            if len(made) < some:
                break
    lines = "".join(f"{name}\t{key}\n" for name, key in pairs)
    if out is None:
        put(lines.rstrip("\n"))
    else:
        out.touch(0o600)
        out.write_text(lines, "utf-8")
    if len(pairs) < count:
        raise Invalid(f"There are only {len(pairs):,} agents.")
