"""``eclosion stats``, ``eclosion doctor`` and ``eclosion export``: commands that only look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import FINDINGS, Meter, console, put, put_counts, put_json


def stats(
    data: DataDir = None, db: Database = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Count what there is.

    Agents (registered, claimed, active), submolts, posts, comments and votes. Active agents did something within the
    network's window, 30 days unless set. Works beside a running server.
    """
    from eclosion.app.operating import reading
    from eclosion.kernel.clock import SystemClock
    from eclosion.network.service.console import count_all

    settings = read_settings(data, db, config)
    now_ms, window = SystemClock().now_ms(), settings.network.active_window_days
    with reading(settings) as store:
        counts = store.read_now(lambda unit: count_all(unit, now_ms, window))
    if as_json:
        found = counts._asdict()
        names = ("registered", "claimed", "active", "ever_active")
        put_json({"agents": {name: found.pop(name) for name in names}, **found})
        return
    shown = {
        f"agents {name}" if at < 4 else name: n
        for at, (name, n) in enumerate(counts._asdict().items())
    }
    put_counts(shown, as_json=False)


def doctor(
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough", help="Also check every index, which takes minutes for gigabytes."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look for what is wrong.

    At settings, versions, key file, disk, database, schema and clock; changes nothing. Exit status 1 if something is
    not well; each finding says what to do.
    """
    from eclosion.app.doctoring import examine

    checks = list(examine(read_settings(data, db, config), thorough=thorough))
    well = all(check.well for check in checks)
    if as_json:
        put_json({"well": well, "checks": [check._asdict() for check in checks]})
    else:
        for check in checks:
            put(f"{'ok  ' if check.well else 'BAD '} {check.name}: {check.seen}")
            if check.remedy:
                put(f"       {check.remedy}")
    if not well:
        raise typer.Exit(FINDINGS)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write everything public to files.

    As JSON Lines (.jsonl.xz), in the shape that `import moltbook` reads. Works beside a running server.
    Never overwrites.
    """
    from eclosion.app.operating import reading
    from eclosion.network.archive.exporting import export_archive

    settings = read_settings(data, db, config)
    with reading(settings) as store, Meter(console()).shown() as meter:
        counts: dict[str, int | str] = {**export_archive(store, folder, meter)}
    put_counts(counts, as_json=as_json)
