"""``eclosion gate``: serve a gate, pass one, measure one. What needs a server library is imported when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.ending import ended_by_sigterm
from eclosion.cli.gate_proving import prove
from eclosion.cli.gate_rounds import gate_rounds
from eclosion.cli.gate_serving import Bench, Handed
from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from eclosion.gate.attack import Tally

gate = typer.Typer(
    no_args_is_help=True, help="A reverse CAPTCHA for any API: serve it, pass it, measure it."
)

gate.add_typer(gate_rounds)
gate.command("prove")(prove)

SECRET = "ECLOSION_GATE_SECRET"  # noqa: S105 - the name of a variable

Store = Annotated[
    str,
    typer.Option(
        metavar="PLACE",
        help="Where spent ids are kept: memory, a file for SQLite, postgresql://..., redis://... or unix://...",
    ),
]
Origin = Annotated[str, typer.Argument(metavar="ORIGIN", help="Such as https://api.example.org.")]


@gate.command("secret")
def make_secret() -> None:
    """Make a secret for a gate.

    Give it to the gate as ECLOSION_GATE_SECRET. To change it later, put the new one before the old: new,old.
    """
    from eclosion.gate import new_secret

    put(new_secret())


@gate.command("serve")
def serve_gate(
    app: Annotated[
        str,
        typer.Argument(
            metavar="[MODULE:APP]",
            help="The ASGI application to guard; by default a hall that greets.",
            show_default=False,
        ),
    ] = "",
    origin: Annotated[
        str, typer.Option(help="The origin as clients know it; by default this machine's.")
    ] = "",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes any free one.")] = 8787,
    store: Store = "memory",
    open_paths: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="PATH", help="Not guarded; may be given again."),
    ] = None,
    supply: Annotated[
        str,
        typer.Option(
            metavar="FOLDER",
            help="Texts for language rounds, made by eclosion gate prepare; demo is the corpus that ships, insecure.",
            show_default=False,
        ),
    ] = "",
    rounds: Annotated[
        Handed,
        typer.Option(
            help="How language rounds are handed out: one item at a time with six seconds each, or, for slow models, "
            "eight at once with thirty, which people who relay by hand pass too."
        ),
    ] = Handed.single,
    bench: Annotated[Bench | None, typer.Option("--bench", hidden=True)] = None,
) -> None:
    """Put a gate before an application and serve both.

    The secret comes from ECLOSION_GATE_SECRET; without it one is made for this run, and its tokens end with it.
    """
    from eclosion.cli.gate_serving import serve

    text = os.environ.get(SECRET, "")
    if not text:
        say(f"{SECRET} is not set: using a secret for this run only.")
    paths = tuple(open_paths or ())
    serve(app, origin, host, port, store, paths, text, supply=supply, rounds=rounds, bench=bench)


@gate.command("solve")
def solve(
    origin: Origin,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your key, made if it is not there. Default: a new one."),
    ] = None,
    model_url: Annotated[
        str, typer.Option(help="An OpenAI-compatible address whose model reads language rounds.")
    ] = "",
    model: Annotated[str, typer.Option(help="The model's name there.")] = "default",
    agent: Annotated[
        str,
        typer.Option(
            metavar="ORIGIN",
            help="Sign requests as this domain's (Web Bot Auth); it must publish the key: eclosion gate directory.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Pass a gate and print its token as JSON.

    The same as the gate's own solver.py. The model's key comes from OPENAI_API_KEY.
    """
    from eclosion.gate.solver import Agent, GateRefused, Key, ask_model

    read = None
    if model_url:
        read = ask_model(model_url, model, os.environ.get("OPENAI_API_KEY", ""))
    try:
        passing = Agent(origin, Key.load(key) if key else None, read)
        if agent:
            from eclosion.gate.signatures import Signer

            passing.sign = Signer(passing.key, agent).headers
        put_json(passing.enter())
    except GateRefused as error:
        say(f"Not passed: {error}")
        raise typer.Exit(FINDINGS) from None
    except (ConnectionError, TimeoutError) as error:
        raise Unavailable(f"{origin} does not answer: {error}.") from None
    except ValueError as error:
        raise Invalid(f"Not passed: {error}.") from None


@gate.command("directory")
def make_directory(
    keys: Annotated[
        list[Path], typer.Argument(metavar="KEY_FILE...", help="Keys, made if they are not there.")
    ],
) -> None:
    """Print the directory of keys that a domain publishes, so that others know whose requests they sign.

    Serve it at /.well-known/http-message-signatures-directory as application/http-message-signatures-directory+json.
    """
    from eclosion.gate.signatures.signing import directory_of
    from eclosion.gate.solver import Key

    put(directory_of([Key.load(one).public for one in keys]).decode())


@gate.command("bench")
def bench_gate(
    tries: Annotated[int, typer.Option(help="Passes at each distance.")] = 100,
    at_once: Annotated[int, typer.Option(help="Agents at the same time.")] = 4,
    spends: Annotated[int, typer.Option(help="Tries to spend something twice.")] = 1_000_000,
    sessions: Annotated[
        int, typer.Option(help="Sessions open at once, language rounds and all.")
    ] = 1_000,
    per_s: Annotated[float, typer.Option(min=0.1, help="How many of them come a second.")] = 10.0,
    rtts: Annotated[
        list[int] | None,
        typer.Option("--rtt", metavar="MS", help="Only this distance; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the gate on this machine.

    Reference agents pass at 1, 20, 100 and 300 ms with jitter, and at 1 % loss; a thousand sessions are open at once,
    each longer if fewer come a second; CPU per pass, open session and refused hello; double spends in 64-way races. A
    size of 0 leaves its part out. Exit status 1 if a goal is missed.
    """
    from eclosion.cli.gate_benching import Sizes, measure

    with ended_by_sigterm():
        rows = measure(Sizes(tries, at_once, spends, sessions, per_s, tuple(rtts or ())), say)
    if as_json:
        put_json([row._asdict() for row in rows])
    else:
        width = max(len(row.what) for row in rows)
        for row in rows:
            put(
                f"{row.what:<{width}}  {row.found:<34} goal {row.goal:<10} {'reached' if row.reached else 'MISSED'}"
            )
    if not all(row.reached for row in rows):
        raise typer.Exit(FINDINGS)


Kind = StrEnum("Kind", ["people", "relays", "page", "forgeries", "spends"])


@gate.command("attack")
def attack_gate(
    kinds: Annotated[
        list[Kind] | None,
        typer.Argument(metavar="[KIND]...", help="Which attacks; by default all."),
    ] = None,
    people: Annotated[int, typer.Option(min=1, help="People at the burst.")] = 100_000,
    relays: Annotated[int, typer.Option(min=1, help="Relays by hand, of each reader.")] = 2_000,
    lives: Annotated[int, typer.Option(min=1, help="Days of probes, of each life.")] = 1_000,
    pages: Annotated[int, typer.Option(min=1, help="Runs of a page's script in Chromium.")] = 1_000,
    forgeries: Annotated[int, typer.Option(min=1, help="Forgeries of each kind, at most.")] = 2_000,
    spends: Annotated[int, typer.Option(min=1, help="Tries to spend things twice.")] = 1_000_000,
    stores: Annotated[
        list[str] | None,
        typer.Option(
            "--store", metavar="PLACE", help="Race for this store too: postgresql://... of a test."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed, the same people.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Attack gates that are started for it, and count who gets in.

    People who type and click, people who paste rounds into a chat, a page's script in Chromium, forged credentials, and
    races to spend things twice while processes are killed; with 95 % Wilson intervals. Takes hours at full size.
    Scripts that answer language rounds are `eclosion gate attack-rounds`. Exit status 1 if a goal is missed.
    """
    from eclosion.cli import gate_attacking as attacking

    sizes = attacking.Sizes(people, relays, lives, pages, forgeries, spends)
    chosen, missed = set(kinds or Kind), False
    ways: dict[Kind, Callable[[attacking.Sizes, int, attacking.Tell], Iterator[Tally]]] = {
        Kind.people: attacking.by_people,
        Kind.relays: attacking.by_relays,
        Kind.page: attacking.by_page,
        Kind.forgeries: attacking.by_forgeries,
        Kind.spends: partial(attacking.by_spends, stores or []),
    }
    with ended_by_sigterm():
        for kind, way in ways.items():
            for tally in way(sizes, seed, say) if kind in chosen else ():
                missed |= not tally.reached
                _put_tally(tally, as_json=as_json)
    if missed:
        raise typer.Exit(FINDINGS)


def _put_tally(tally: Tally, *, as_json: bool) -> None:
    low, high = tally.share.interval
    if as_json:
        put_json({**tally._asdict(), "low": low, "high": high, "reached": tally.reached})
        return
    goal = "" if tally.goal is None else f"goal {tally.goal:g}: "
    end = "" if tally.goal is None else "reached" if tally.reached else "MISSED"
    found = f"{tally.won:,}/{tally.tries:,} [{low:.6f}, {high:.6f}]"
    put(f"{tally.what:<78}  {found:<36} {goal}{end}  {tally.told}".rstrip())
