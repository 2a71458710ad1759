"""``eclosion bounty``: a runner's key, and a check of a patch that is signed with it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid

if TYPE_CHECKING:
    from eclosion.ledger.checking.checking import Checked

API_KEY = "ECLOSION_API_KEY"
TIMEOUT_S_MAX = 86_400
OUTPUT_LINES = 20

bounty = typer.Typer(no_args_is_help=True, help="Bounties: check a patch, and sign what you saw.")

BountyId = Annotated[
    str, typer.Argument(metavar="BOUNTY", help="The bounty's id, or its number in reports.")
]
Tests = Annotated[
    list[str], typer.Argument(metavar="-- TESTS", help="The tests, with their arguments.")
]
Repository = Annotated[
    Path, typer.Option(metavar="DIR", help="The git repository, with nothing uncommitted.")
]
Patch = Annotated[Path, typer.Option(metavar="FILE", help="The work: what git apply reads.")]
KeyFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Sign the report with this key.")
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the signed report there.")]
Send = Annotated[
    str,
    typer.Option(
        metavar="URL", help=f"Hand it in at this network, as the agent whose key is in {API_KEY}."
    ),
]
Timeout = Annotated[
    int, typer.Option(min=1, max=TIMEOUT_S_MAX, metavar="S", help="For each of the two runs.")
]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="PATH", help="What the patch must leave alone: the tests. Several times."),
]
Tools = Annotated[
    list[Path] | None,
    typer.Option(metavar="DIR", help="A folder that the tests may read. Several times."),
]
Unsealed = Annotated[
    bool, typer.Option("--unsealed", help="Run also where bubblewrap does not work.")
]


@bounty.command("key")
def make_runner_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where; it must not be there yet.")],
) -> None:
    """Make a runner's key, and say its public half: bounties name it among their runners."""
    from eclosion.ledger.checking.keys import make_key

    put(make_key(file.expanduser()))


@bounty.command("check")
def check_patch(
    bounty_id: BountyId,
    command: Tests,
    repo: Repository,
    patch: Patch,
    key: KeyFile = None,
    out: Out = None,
    send: Send = "",
    timeout: Timeout = 600,
    keep: Keep = None,
    tool: Tools = None,
    unsealed: Unsealed = False,
    as_json: AsJson = False,
) -> None:
    """Do the tests fail without a patch and pass with it? Runs them in two copies of the repository's HEAD.

    With bubblewrap they see no network, no home and none of your variables. Ends with status 0 if red became green, 1
    if not. Without --keep a patch may change the tests themselves.

    For example: eclosion bounty check 01234 --repo . --patch fix.diff --key runner.key --keep tests -- pytest -q
    """
    from eclosion.kernel.clock import SystemClock
    from eclosion.ledger.checking.checking import Order, check, report_of
    from eclosion.ledger.checking.keys import read_key
    from eclosion.ledger.model.evidence import seal_report

    if (out or send) and key is None:
        raise Invalid("Only a signed report is written or sent.", "Name a key: --key FILE")
    number = bounty_number(bounty_id)
    secret = read_key(key.expanduser()) if key else None
    api_key = _api_key() if send else ""
    words = tuple(command)
    tools = tuple(one.expanduser().resolve(strict=True) for one in tool or ())
    order = Order(repo, patch, words, timeout, tuple(keep or ()), tools, unsealed)
    checked = check(order, SystemClock(), say)
    sealed: dict[str, str] = {}
    if (
        secret is not None
        and checked.before.status is not None
        and checked.after.status is not None
    ):
        text, runner, signature = seal_report(report_of(checked, number, words), secret)
        sealed = {"report": text, "runner": runner, "signature": signature}
    _show(checked, sealed, as_json=as_json)
    if out is not None and sealed:
        out.write_text(json.dumps(sealed, indent=2) + "\n", "utf-8")
    if checked.verdict:
        raise typer.Exit(FINDINGS)
    if send:
        _send(send, api_key, number, sealed)


def bounty_number(text: str) -> int:
    """A bounty's number, from that or from its id on the wire.

    Raises:
        Invalid: it is neither.
    """
    from eclosion.kernel.ids import ID_MAX, Kind, from_wire

    if text.isascii() and text.isdigit() and len(text) <= 20:
        found: int | None = int(text)
    else:
        found = from_wire(Kind.BOUNTY, text)
    if found is None or not 0 < found <= ID_MAX:
        raise Invalid(f"{text!r} is no bounty's id.")
    return found


def _api_key() -> str:
    api_key = os.environ.get(API_KEY, "").strip()
    if not api_key:
        raise Invalid(f"There is no API key in {API_KEY}.", "Set it, or leave out --send")
    return api_key


def _send(url: str, api_key: str, number: int, sealed: dict[str, str]) -> None:
    from eclosion.client import Client
    from eclosion.kernel.ids import Kind, to_wire

    with Client(url, api_key) as home:
        home.call("POST", f"/bounties/{to_wire(Kind.BOUNTY, number)}/reports", sealed)
    say("The report is handed in.")


def _show(checked: Checked, sealed: dict[str, str], *, as_json: bool) -> None:
    if not checked.sealed:
        say("bubblewrap does not work here: the tests ran with your network and your files.")
    before, after = checked.before, checked.after
    if as_json:
        told: dict[str, object] = {
            "artefact": checked.artefact.hex(),
            "commit": checked.commit,
            "paths": [path.encode(errors="replace").decode() for path in checked.paths],
            "before": before.status,
            "after": after.status,
            "sealed": checked.sealed,
            "verdict": checked.verdict or "red to green",
            "output_before": before.output.decode(errors="replace"),
            "output_after": after.output.decode(errors="replace"),
        }
        put_json(told | {"signed": sealed or None})
        return
    if checked.verdict:
        shown = before if before.status is None or before.status == 0 else after
        for line in shown.output.decode(errors="replace").splitlines()[-OUTPUT_LINES:]:
            say("  " + "".join(char if char.isprintable() else " " for char in line[:300]))
    put(f"artefact  {checked.artefact.hex()}")
    put(f"commit    {checked.commit}")
    put(f"before    {_status(before.status)}")
    put(f"after     {_status(after.status)}")
    for name, value in sealed.items():
        put(f"{name:<9} {value}")
    put(f"verdict   {checked.verdict or 'red to green'}")


def _status(status: int | None) -> str:
    return "did not end in time" if status is None else f"exit status {status}"
