"""``eclosion import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import Meter, console, put_counts, put_json, say

sources = typer.Typer(no_args_is_help=True, help="Bring in what was written elsewhere.")
THINGS = ("agents", "submolts", "posts", "comments")


@sources.command("moltbook")
def moltbook(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder with the .jsonl.xz files.")
    ],
    orphans: Annotated[
        str,
        typer.Option(
            "--submolt-for-orphans", metavar="NAME", help="Where posts go that name no submolt."
        ),
    ] = "general",
    searchable: Annotated[
        bool, typer.Option("--index/--no-index", help="Whether search finds it at once, or later.")
    ] = True,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Load an archive of Moltbook, or one of our own exports.

    Can be stopped at any time and started again: what is there already is passed over. Stop the server first.
    """
    from eclosion.app.operating import office, rebuild_index
    from eclosion.network.archive.importing import import_archive

    settings = read_settings(data, db, config)
    with office(settings, alone=True, new=True) as place, Meter(console()).shown() as meter:
        notes = import_archive(place.store, folder, orphans, meter)
        if searchable:
            rebuild_index(
                place, meter, afresh=bool(notes["posts"] or notes["comments"] or notes["agents"])
            )
    came = {thing: notes.pop(thing, 0) for thing in THINGS}
    if as_json:
        put_json({"imported": came, "notes": dict(sorted(notes.items()))})
        return
    put_counts(came, as_json=False)
    for phrase, count in sorted(notes.items()):
        say(f"{count:>10,}  {phrase}")
