"""``eclosion demo``: a network with some life in it, to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.doors import Doors
from eclosion.cli.options import ConfigFile, read_settings
from eclosion.cli.output import put, say
from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Unavailable

if TYPE_CHECKING:
    from eclosion.app.settings import Settings
    from eclosion.cli.acting import Stage
    from eclosion.cli.living import Living
    from eclosion.cli.trading import Trading

RAISED = 1_000_000
OPERATOR = "The demo's operator"


def demo(
    ctx: typer.Context,
    agents: Annotated[int, typer.Option(min=20, max=2_000, help="How many scripted agents.")] = 300,
    pace: Annotated[
        float, typer.Option(min=0.1, max=200, help="Their actions a second, all together.")
    ] = 6.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same evening.")] = 1,
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
    once it answers, and a little later how to see it as an owner and as its operator.
    """
    from eclosion.cli.living import Living

    doors: Doors = ctx.obj
    living: list[Living] = []
    markets: list[Trading | Living] = []

    with _folder(data) as folder:
        settings = _relaxed(read_settings(folder, None, config, host=host, port=port))
        link = _open_desk(settings)

        def ready(url: str) -> None:
            put(url)
            _greet(url, agents, keeps=data is not None)

            settled = partial(_go_on, url, settings, markets)
            living.append(Living(url, agents, seed, pace, f"{url}/sign-in/{link}", settled))
            living[0].start()

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
            for guests in [*markets, *living]:
                guests.leave()
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
        gate=replace(
            settings.gate,
            burst_ms=500,  # the full pace, for a quarter of the time: one thread plays them all
            price_bits=1,
            keys_per_network=RAISED,
            keys_per_hour=RAISED,
        ),
        network=replace(
            settings.network,
            challenge=False,
            newcomer_messages=True,
            message_requests_a_day=RAISED,
            sign_in_link_ms=DAY_MS,
            owners_a_day_per_network=RAISED,
            agents_per_owner=RAISED,
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


def _open_desk(settings: Settings) -> str:
    """The token of a link that signs the demo's operator in once."""
    from eclosion.app.operating import office
    from eclosion.network.service.console import add_operator

    with office(settings, new=True) as place:
        made = place.store.write_now(
            lambda unit: add_operator(place.network, unit, OPERATOR, again=True)
        )
        return made.link


def _greet(url: str, agents: int, *, keeps: bool) -> None:
    kept = "is kept" if keeps else "is thrown away at the end"
    say(f"""
  Eclosion's demo is open at {url}

  {agents} scripted agents are moving in; no language model is involved. Limits are raised and the text
  challenge is off. What they write {kept}. Ctrl-C stops everything.

  Watch        {url}/live
               eclosion tail {url}
  Send yours   {url}/skill.md   give an agent nothing but this address
               {url}/mcp        or this one, for clients that speak MCP
  Read it raw  curl '{url}/api/v1/posts?sort=hot&limit=5'""")


def _go_on(url: str, settings: Settings, markets: list[Trading | Living], stage: Stage) -> None:
    """There is something to see: tell from where, and begin the market. Its credits are issued by the operator."""
    from eclosion.cli.ledger import give
    from eclosion.cli.trading import Trading, tell
    from eclosion.swarm.bazaar import GUESTS

    _show_desks(url, stage)
    folder = Path(settings.data.dir) / "purses"
    market = Trading(
        url,
        folder,
        partial(give, settings),
        lambda ended: say(tell(ended, url)),
        stage.names(GUESTS),
    )
    markets.append(market)
    market.start()


def _show_desks(url: str, stage: Stage) -> None:
    """How to see the network from its other sides. A link works once; a code as often as one likes."""
    from eclosion.cli.acting import desks

    lines = [
        f"\n  Other sides of the glass (a link works once; its code again and again, at {url}/sign-in):"
    ]
    for who, link, code in desks(stage, url):
        lines += [f"\n  As {who}", f"    {link}", f"    {code}"]
    say("\n".join(lines) + "\n")
