"""``eclosion tripwire``: baits that nobody needs, and word of whoever opens one."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.audit_report import plain
from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say

if TYPE_CHECKING:
    from eclosion.audit.tripwires import Alarm, Tripwires

tripwire = typer.Typer(
    help="Lay baits that nobody needs, and be told who opens one.", no_args_is_help=True
)

Home = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Whose home; by default your own.", show_default=False),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="Where the list of baits lies. Who reads it can walk round them: keep it where agents can't read.",
        show_default=False,
    ),
]


@tripwire.command("plant")
def plant(
    home: Home = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="aws, env, ssh, passwords, netrc; may be repeated.", show_default=False),
    ] = None,
    state: State = None,
) -> None:
    """Lay baits: by default one of each kind. Nothing that is there is written over.

    Example: eclosion tripwire plant --kind ssh --kind aws
    """
    from eclosion.audit.tripwires import KINDS
    from eclosion.audit.tripwires.keeping import remembers_reading

    base = str(home or Path.home())
    planted = _wires(base, state).plant(base, kind or list(KINDS))
    for one in planted:
        put(plain(one.path))
    if not planted:
        say("They lie there already.")
    elif not remembers_reading(planted[0].path):
        say("This file system notes no reading: what happens while nobody watches is not seen.")
    say("Watch them: eclosion tripwire watch")


@tripwire.command("list")
def list_wires(home: Home = None, state: State = None, as_json: AsJson = False) -> None:
    """List the baits, and whether each lies there unread."""
    from eclosion.audit.tripwires.keeping import in_place, is_armed

    rows = []
    for one in _wires(str(home or Path.home()), state).all():
        found = in_place(one)
        rows.append((one, "gone" if found is None else "unread" if is_armed(found) else "read"))
    if as_json:
        put_json(
            {
                "tripwires": [
                    {"path": one.path, "kind": one.kind, "state": word} for one, word in rows
                ]
            }
        )
        return
    for one, word in rows:
        put(plain(f"{word:<7}{one.kind:<11}{one.path}"))
    if not rows:
        say("There are none. `eclosion tripwire plant` lays some.")


@tripwire.command("check")
def check(home: Home = None, state: State = None, as_json: AsJson = False) -> None:
    """Tell what was touched while nobody watched; exit status 1 if something was."""
    from eclosion.audit.tripwires import catch_up

    alarms = list(catch_up(_wires(str(home or Path.home()), state).all()))
    for one in alarms:
        _tell(one, as_json)
    if alarms:
        raise typer.Exit(FINDINGS)
    say("Nobody touched a bait.")


@tripwire.command("watch")
def watch(
    home: Home = None,
    state: State = None,
    allow: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PROGRAM",
            help="This program, and what it starts, may read baits: a backup, an indexer. Needs root.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell at once who opens a bait, first what happened while nobody watched. Stop with Ctrl-C or SIGTERM.

    As root the kernel names the process; else it is looked for, and may be gone by then.

    Example: sudo eclosion tripwire watch --home /home/ada --allow /usr/bin/restic
    """
    import os
    import signal

    from eclosion.audit.tripwires import watch as look

    wires = _wires(str(home or Path.home()), state).all()
    if allow and os.geteuid() != 0:
        say("Without root nobody says which program reads: --allow has no effect.")
    over: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: over.append(number))
    say(f"{len(wires)} baits are watched.")
    look(
        wires,
        lambda alarm: _tell(alarm, as_json),
        lambda: bool(over),
        [str(one) for one in allow or ()],
    )


@tripwire.command("remove")
def remove(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Which; by default all.")
    ] = None,
    home: Home = None,
    state: State = None,
) -> None:
    """Take baits away again."""
    wires = _wires(str(home or Path.home()), state)
    for path in [str(one) for one in paths or ()] or [one.path for one in wires.all()]:
        wires.remove(path)
        put(plain(path))


@tripwire.command("export")
def export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file of prints.")],
    name: Annotated[
        str, typer.Option(help="What to call this machine or agent in a finding.")
    ] = "home",
    home: Home = None,
    state: State = None,
) -> None:
    """Write prints of the baits' tokens, so that a monitor or a network knows one that is posted.

    Give the file to `eclosion monitor scan --known FILE`, or name it in a network's settings ([monitor] known_secrets):
    then a token that an agent posts names the agent, this machine and the bait.
    """
    from eclosion.audit.tripwires.keeping import read_token
    from eclosion.monitor.detectors.leaks.printing import add_prints

    wires = _wires(str(home or Path.home()), state).all()
    known = [(f"{name} {one.kind} {one.path}".replace(":", " "), read_token(one)) for one in wires]
    say(f"{path} holds {add_prints(path, known, is_canary=True)} prints.")


def _wires(home: str, state: Path | None) -> Tripwires:
    from eclosion.audit.tripwires import Tripwires, default_place

    return Tripwires(str(state) if state else default_place(home))


def _tell(alarm: Alarm, as_json: bool) -> None:
    at = datetime.fromtimestamp(alarm.at_ms / 1_000, UTC).isoformat(timespec="milliseconds")
    if as_json:
        told = {
            "at": at,
            "path": alarm.wire.path,
            "kind": alarm.wire.kind,
            "what": alarm.what,
            "pid": alarm.pid or None,
            "program": alarm.program,
            "late": alarm.is_late,
        }
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        by = f" by process {alarm.pid}: {alarm.program}" if alarm.pid else ""
        late = " while nobody watched" if alarm.is_late else by or " by a process that was gone"
        put(plain(f"{at}  {alarm.wire.path} was {alarm.what}{late}"))
    sys.stdout.flush()
