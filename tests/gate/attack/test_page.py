"""A page's script in a real Chromium gets nothing of a gate; and the watch between would see it if it did."""

from __future__ import annotations

import asyncio
import shutil
from typing import Any
from urllib.parse import urlsplit

import pytest

from eclosion.gate import Gate
from eclosion.gate.attack import Tally
from eclosion.gate.attack.page import Site, Watch, attack_by_page, guard
from tests.gate.serving import gate_for, hall, running


def _attacked(runs: int, *, steals: bool = False) -> tuple[Tally, Watch]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (package chromium)")
    made: list[tuple[Gate, Watch]] = []

    def make(origin: str) -> Any:
        gate = gate_for(origin)
        made.append((gate, guard(gate, hall)))
        return made[0][1]

    with running(make) as origin:
        gate, watch = made[0]
        site = Site(gate, steals=steals)
        with running(lambda _: site) as home:
            ports = urlsplit(origin).port, urlsplit(home).port
            return attack_by_page(program, watch, site, ports, runs), watch  # type: ignore[arg-type]


@pytest.mark.browser
@pytest.mark.slow
def test_a_pages_script_gets_nothing() -> None:
    """Eight pages from four places, some thirty ways each. Slow: a browser starts."""
    found, watch = _attacked(8)
    assert (found.won, found.tries) == (0, 8), found
    asked = {(one.door, one.status) for one in watch.seen}
    assert {("/gate/hello", 403), ("/gate/token", 403), ("/gate/session", 403)} <= asked


def test_the_watch_sees_what_was_won() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nothing(_: Any) -> None:
        pass

    watch = Watch(app)
    for path in ("/gate/hello", "/hall", "/gate/solver.py"):
        asyncio.run(watch({"path": path, "method": "POST"}, nothing, nothing))  # type: ignore[arg-type]
    assert {one.door for one in watch.won()} == {"/gate/hello", "/hall"}
