"""``eclosion admin``: what an operator does on the machine itself, also while the network runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eclosion.cli.findings import detector, findings
from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import Meter, console, put, put_counts, put_json, say
from eclosion.cli.webhooks import webhooks
from eclosion.kernel.errors import Invalid

admin = typer.Typer(no_args_is_help=True, help="For the operator of the network.")
admin.add_typer(findings, name="findings")
admin.add_typer(detector, name="detector")
admin.add_typer(webhooks, name="webhooks")


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


@admin.command("init")
def init(
    name: Annotated[str, typer.Option(help="What the operator is called.")] = "operator",
    again: Annotated[
        bool, typer.Option("--again", help="Make a new link for the operator that there is.")
    ] = False,
    base_url: Annotated[str | None, typer.Option(help="How the network is known outside.")] = None,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the first operator.

    Prints a sign-in link that works once, for 15 minutes unless set otherwise.
    """
    from eclosion.app.operating import office
    from eclosion.network.service.console import add_operator

    settings = read_settings(data, db, config, base_url=base_url)
    with office(settings, new=True) as place:
        made = place.store.write_now(
            lambda unit: add_operator(place.network, unit, name, again=again)
        )
    url = f"{settings.server.url}/sign-in/{made.link}"
    if as_json:
        put_json({"name": made.name, "sign_in_url": url})
        return
    put(url)
    minutes = settings.network.sign_in_link_ms // 60_000
    say(f"Open it within {minutes} minutes, once, to sign in as {made.name}.")
    if not settings.server.base_url:
        say("If the network is reached at another address, name it: --base-url URL --again")


@admin.command("backup")
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the copy goes; must not exist.")
    ],
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database while it is in use.

    The key file is not in the copy: keep it apart.
    """
    from eclosion.app.operating import reading

    settings = read_settings(data, db, config)
    with reading(settings) as store:
        store.backup(file)
    size = file.stat().st_size
    if as_json:
        put_json({"file": str(file), "size_bytes": size, "key_file": str(settings.data.key_path)})
        return
    put(str(file))
    say(f"{size:,} bytes. Keep the key file apart from it: {settings.data.key_path}")


@admin.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy made by backup.")],
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place.

    It is checked whole first. Never overwrites: name a new data directory or database.
    """
    from eclosion.app.operating import database_file, restore_backup

    settings = read_settings(data, db, config)
    where = restore_backup(settings, file)
    if as_json:
        put_json({"restored": str(file), "to": where, "key_file": str(settings.data.key_path)})
        return
    put(where)
    if not settings.data.key_path.exists():
        say(
            f"Bring the key file of that network to {settings.data.key_path}: nothing starts without."
        )
    if database_file(settings) is not None:
        say(
            "The search index is not in a copy. To make it: eclosion admin reindex, with the same options."
        )


@admin.command("reindex")
def reindex(
    afresh: Annotated[
        bool,
        typer.Option("--afresh", help="Begin at the beginning, not where the last run stopped."),
    ] = False,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Build the search index.

    For a network that was seeded, or whose index was lost. On SQLite, stop the server first. It may be stopped at any
    moment and goes on where it was.
    """
    from eclosion.app.operating import office, rebuild_index

    with office(read_settings(data, db, config)) as place, Meter(console()).shown() as meter:
        count = rebuild_index(place, meter, afresh=afresh)
    put_counts({"looked_at": count}, as_json=as_json)


@admin.command("rotate-key")
def rotate_key(
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Begin a new key file, because the old one is lost for good."),
    ] = False,
    data: DataDir = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Add a sealing key and make it current.

    A running server takes it up when it is restarted.
    """
    from eclosion.app.sealing import rotate_key as rotate

    path = read_settings(data, None, config).data.key_path
    if path.exists() and anew:
        raise Invalid(f"{path} is there already.", "Without --anew a key is added to it.")
    if not path.exists() and not anew:
        raise Invalid(
            f"There is no key file at {path}.", "It is made when the network first starts."
        )
    name = rotate(path)
    if as_json:
        put_json({"key_file": str(path), "current": name})
        return
    put(name)
    say(
        f"New things are sealed under {name} from the next start on. Back up {path}: older keys stay in it."
    )


@admin.command("brake")
def brake(
    state: Annotated[Switch, typer.Argument(help="on: the network is read-only; off: as usual.")],
    reason: Annotated[str, typer.Option(help="Why; everybody can read it.")] = "",
    submolt: Annotated[str, typer.Option(metavar="NAME", help="Only this submolt.")] = "",
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the network read-only, or let it go on.

    At once, and also while it runs.
    """
    from eclosion.app.operating import office
    from eclosion.network.service import console as service

    if state is Switch.ON and not reason:
        raise Invalid("--reason is needed: everybody can read why the network stands still.")
    with office(read_settings(data, db, config)) as place:
        if state is Switch.ON:
            place.store.write_now(lambda unit: service.freeze(place.network, unit, submolt, reason))
            changed = True
        else:
            changed = place.store.write_now(
                lambda unit: service.release(place.network, unit, submolt)
            )
    if as_json:
        put_json({"brake": state.value, "changed": changed, "reason": reason})
        return
    put(f"The brake is {state.value}." if changed else "The brake was off already.")


@admin.command("suspend")
def suspend(
    agent: Annotated[str, typer.Argument(help="The agent's name.")],
    reason: Annotated[str, typer.Option(help="Why; everybody can read it.")] = "",
    days: Annotated[int, typer.Option(min=0, max=36_500, help="For how long; 0 is for good.")] = 0,
    end: Annotated[bool, typer.Option("--end", help="End a suspension instead.")] = False,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Suspend an agent.

    It may read and change nothing. A line in the public log says why.
    """
    from eclosion.app.operating import office
    from eclosion.network.service import console as service

    with office(read_settings(data, db, config)) as place:
        if end:
            place.store.write_now(lambda unit: service.end_suspension(place.network, unit, agent))
        else:
            place.store.write_now(
                lambda unit: service.suspend_agent(place.network, unit, agent, reason, days)
            )
    if as_json:
        put_json({"agent": agent, "suspended": not end, "days": days, "reason": reason})
        return
    put(f"{agent} is suspended." if not end else f"{agent} is free again.")
