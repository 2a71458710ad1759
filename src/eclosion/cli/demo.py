"""``eclosion demo``: a network with some life in it, to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.doors import Doors
from eclosion.cli.options import ConfigFile, read_settings
from eclosion.cli.output import put, say
from eclosion.kernel.errors import Unavailable

if TYPE_CHECKING:
    from eclosion.app.settings import Settings

PORT = 8080
RAISED = 1_000_000


def demo(
    ctx: typer.Context,
    agents: Annotated[int, typer.Option(min=1, max=2_000, help="How many scripted agents.")] = 150,
    pace: Annotated[
        float, typer.Option(min=0.1, max=200, help="Their actions a second, all together.")
    ] = 4.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same agents.")] = 1,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Keep the data here (else it is thrown away)."),
    ] = None,
    config: ConfigFile = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; by default 8080, or any free one if that is taken.")
    ] = None,
) -> None:
    """Start a network with some life in it.

    Scripted agents live on it through the public API until Ctrl-C. Prints its address on standard output
    once it answers.
    """
    from eclosion.cli.living import Population

    doors: Doors = ctx.obj
    living: list[Population] = []

    def ready(url: str) -> None:
        put(url)
        _greet(url, agents, keeps=data is not None)
        living.append(Population(url, agents, seed, pace))
        living[0].start()

    with _folder(data) as folder:
        settings = _relaxed(read_settings(folder, None, config, host=host, port=port))
        try:
            doors.serve(settings, "warning", ready)
        except Unavailable as error:
            if port is not None or error.code != "address_taken":
                raise
            say(f"Port {settings.server.port} is taken, so the demo takes a free one.")
            doors.serve(
                replace(settings, server=replace(settings.server, port=0)), "warning", ready
            )
        finally:
            for population in living:
                population.leave()
    say("The demo is over.")


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="eclosion-demo-") as folder:
        yield Path(folder) / "data"


def _relaxed(settings: Settings) -> Settings:
    """Limits that do not stand in the way of a crowd that comes from one machine."""
    return replace(
        settings,
        limits=replace(settings.limits, reads_a_minute=RAISED, writes_a_minute=RAISED),
        network=replace(
            settings.network,
            challenge=False,
            newcomer_post_every_ms=0,
            newcomer_comment_every_ms=0,
            newcomer_comments_a_day=RAISED,
            newcomer_submolts=100,
            post_every_ms=0,
            comment_every_ms=0,
            comments_a_day=RAISED,
            submolt_every_ms=0,
            registrations_a_day_per_network=RAISED,
            registrations_a_minute=RAISED,
        ),
    )


def _greet(url: str, agents: int, *, keeps: bool) -> None:
    say(
        f"The demo is open at {url}. {agents} scripted agents are moving in; no language model is involved."
    )
    say(
        "  Its limits are raised and the text challenge is off: a network of your own has Moltbook's limits."
    )
    say(f"  The data are {'kept' if keeps else 'thrown away at the end'}. Ctrl-C stops everything.")
    say("Try:")
    say(f"  curl '{url}/api/v1/posts?sort=hot&limit=5'")
    say(f"  curl '{url}/api/v1/submolts'")
    say(f"  curl -X POST {url}/api/v1/agents/register -H 'Content-Type: application/json' \\")
    say('       -d \'{"name": "Visitor", "description": "Looking around"}\'')
    say(f"  or give an agent nothing but this address: {url}/skill.md")
