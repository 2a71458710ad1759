"""The battery of ``eclosion gate attack``: gates, browser and stores of its own, and what comes of each attack."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eclosion.kernel.errors import Unavailable

if TYPE_CHECKING:
    from eclosion.gate.attack import Tally

Tell = Callable[[str], None]


class Sizes(NamedTuple):
    """How much of each: people, relays and lives, runs of a page, forgeries of a kind, tries to spend twice."""

    people: int
    relays: int
    lives: int
    pages: int
    forgeries: int
    spends: int


def by_people(sizes: Sizes, seed: int, tell: Tell) -> Iterator[Tally]:
    """Hands at the burst, the half of them typing and the other half clicking; and what they are measured against."""
    from eclosion.gate.attack.people import CLICKER, MACHINE, PRESSER, TYPIST, attack_by_hand

    half, few = max(1, sizes.people // 2), max(1, sizes.people // 20)
    for hands, tries in ((TYPIST, half), (CLICKER, half), (PRESSER, few), (MACHINE, few // 5 or 1)):
        tell(f"{hands.what} ...")
        yield attack_by_hand(hands, tries, seed)


def by_relays(sizes: Sizes, seed: int, tell: Tell) -> Iterator[Tally]:
    """People who paste rounds into a chat, at entry and through a day of probes, in both forms of rounds.

    Goals are for the usual form; the weaker one is only told.
    """
    from eclosion.gate.attack.awake import AGENT_ON, EXPERT_AWAKE, attack_by_patience
    from eclosion.gate.attack.relayed import AGENT, AVERAGE, EXPERT, THINKER, attack_by_relay
    from eclosion.gate.policy import WHOLE, Policy

    for policy in (Policy(), Policy(rounds=WHOLE)):
        aim = 0.01 if policy.rounds.are_single else None
        for reader, goal in ((AVERAGE, aim), (EXPERT, None), (AGENT, None), (THINKER, None)):
            tell(f"{reader.name} ...")
            yield attack_by_relay(reader, sizes.relays, seed, policy, goal)
        for life in (EXPERT_AWAKE, AGENT_ON):
            tell(f"{life.name} ...")
            yield attack_by_patience(life, 24, sizes.lives, seed, policy)


def by_forgeries(sizes: Sizes, seed: int, tell: Tell) -> Iterator[Tally]:
    """Forged, stolen, worn and bent credentials at a gate in a process of its own."""
    import asyncio

    from eclosion.cli.gate_serving import served, wait_for
    from eclosion.gate.attack.forgery import attack_by_forgery, set_scene
    from eclosion.gate.keys import KeyRing, new_secret

    secret = new_secret()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    with served(origin, port, secret):
        asyncio.run(wait_for(port))
        tell("forgeries ...")
        yield from attack_by_forgery(
            set_scene(origin, KeyRing.parse(secret)), seed, sizes.forgeries
        )


def by_page(sizes: Sizes, _: int, tell: Tell) -> Iterator[Tally]:
    """A page's script in Chromium, where there is one: once with an entry and a pass, once with a token in hand."""
    from eclosion.gate.attack.page import Site, Watch, attack_by_page, guard
    from eclosion.gate.bench import bench_policy
    from eclosion.gate.gate import Gate
    from eclosion.gate.keys import KeyRing, new_secret
    from eclosion.gate.stores import MemoryStore

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        tell("No Chromium here (package chromium): the page's script was not run.")
        return
    for steals, runs in ((False, sizes.pages), (True, max(4, sizes.pages // 50))):
        made: list[tuple[Gate, Watch]] = []

        def make(origin: str, made: list[tuple[Gate, Watch]] = made) -> Any:
            policy = bench_policy(scrypt_n=2, price_bits=0)
            gate = Gate(origin, KeyRing.parse(new_secret()), MemoryStore(), policy=policy)
            made.append((gate, guard(gate, _hall)))
            return made[0][1]

        with running(make) as (_origin, gate_port):
            site = Site(made[0][0], steals=steals)
            with running(_always(site)) as (_home, site_port):
                tell(f"a page's script in Chromium, {runs} runs ...")
                found = attack_by_page(program, made[0][1], site, (gate_port, site_port), runs)
        if steals:
            what = "the same, handed another's token with fresh proofs"
            found = found._replace(what=what, goal=None)
        yield found


def by_spends(places: list[str], sizes: Sizes, seed: int, tell: Tell) -> Iterator[Tally]:
    """Races for the same names with processes that are killed: SQLite, Redis if it is here, and what was named."""
    from eclosion.cli.gate_spending import own_redis, spend_twice

    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder, "spent.db"))
        yield _spent("SQLite", spend_twice(place, sizes.spends, seed, tell=tell))
    with own_redis() as found:
        if found is None:
            tell("No redis-server here (package redis-server): that store was not raced for.")
        else:
            spends = spend_twice(found[0], sizes.spends, seed, crash=found[1], tell=tell)
            yield _spent("Redis, its server killed too", spends)
    for place in places:
        name = place.partition(":")[0]
        yield _spent(name, spend_twice(place, sizes.spends, seed, tell=tell))


def _spent(name: str, spends: Any) -> Tally:
    from eclosion.gate.attack import Tally

    told = f"{spends.names:,} names, {spends.kills} kills, {spends.lost} lost, {spends.refused:,} refused"
    return Tally(f"double spends in {name}, 64 at once", spends.doubles, spends.tries, told=told)


@contextmanager
def running(make_app: Callable[[str], Any]) -> Iterator[tuple[str, int]]:
    """Serve an application that is made for its address in a thread; gives the address and the port."""
    import uvicorn

    from eclosion.gate.patience import PatientProtocol, SocketProtocol

    with socket.create_server(("127.0.0.1", 0), backlog=1_024) as listener:
        port = listener.getsockname()[1]
        origin = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(
            make_app(origin),
            http=PatientProtocol,
            ws=SocketProtocol,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started:
                if time.monotonic() > until or not thread.is_alive():
                    raise Unavailable("The gate did not start.")
                time.sleep(0.01)
            yield origin, port
        finally:
            server.should_exit = True
            thread.join()


def _always(app: Any) -> Callable[[str], Any]:
    return lambda _: app


async def _hall(scope: Any, receive: Any, send: Any) -> None:
    from eclosion.cli.gate_serving import hall

    await hall(scope, receive, send)
