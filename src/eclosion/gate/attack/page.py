"""A page's script in a real browser against a gate that runs: it tries all that a page can, from four places.

The page stands on a site of its own and on the guarded one, each under an address that browsers trust (loopback,
where they send ``Sec-Fetch-*``) and under a plain name (where they do not). It is handed what no page has: an entry
whose price is paid, a pass with its proof. What counts is what the gate did, as seen between gate and socket, never
what the script says.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.attack import Tally
from eclosion.gate.gate import Asker, Gate
from eclosion.gate.jose import sign_token
from eclosion.gate.keys import thumbprint
from eclosion.gate.oauth import GRANT_PASS
from eclosion.gate.replies import endpoints
from eclosion.gate.sealing import seal
from eclosion.gate.solver import Key, pay, to_json, to_text
from eclosion.gate.tokens import claims_for

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
HALL, OPEN = "/hall", "/open"
_PREFIX = "/gate"
_NAMES = ("page.test", "gate.test")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-features=LocalNetworkAccessChecks",
)
_RUN_S = 20


class Seen(NamedTuple):
    """An answer that the gate gave to a browser: the door, the method, and the status (101 for an open session)."""

    door: str
    method: str
    status: int


class Watch:
    """Stands between socket and gate, and writes down what browsers were answered."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app
        self.seen: Counter[Seen] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        door, method = scope.get("path", ""), scope.get("method", "WEBSOCKET")

        async def noting(message: Any) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                self.seen[Seen(door, method, message["status"])] += 1
            elif message["type"] == "websocket.accept":
                self.seen[Seen(door, method, 101)] += 1
            await send(message)

        await self._app(scope, receive, noting)

    def won(self) -> Counter[Seen]:
        """What a browser should not have got: challenges, sessions, tokens, the hall. Documents are for everybody."""
        doors = {path for name, path in endpoints(_PREFIX).items() if name in _DOORS} | {HALL}
        return Counter(
            {one: n for one, n in self.seen.items() if one.door in doors and one.status < 300}
        )


_DOORS = {"hello", "session", "token"}


def guard(gate: Gate, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> Watch:
    """The gate before an application, with the hostile page on an open path of the same site."""

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await (_serve_page if scope["path"].startswith(OPEN) else app)(scope, receive, send)

    return Watch(GateMiddleware(behind, gate, open=(OPEN,)))


class Site:
    """The hostile site: serves the page, and what its script is given.

    Args:
        gate: the gate under attack; its secrets make what is given.
        steals: whether the script is also handed another's token with proofs made for it.
    """

    def __init__(self, gate: Gate, *, steals: bool = False) -> None:
        self._gate = gate
        self._steals = steals
        self._key = Key(random.SystemRandom().randbytes(32))
        self.ran = 0
        self.finished = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope["path"]
        if path == "/given":
            given = await asyncio.to_thread(self._give)
            await _say(send, "application/json", to_json(given))
            return
        if path == "/ran":
            self.ran += 1
        elif path == "/finished":
            self.finished.set()
        else:
            await _serve_page(scope, receive, send)
            return
        await _say(send, "text/plain", b"")

    def _give(self) -> dict[str, Any]:
        """A paid entry, a pass, a token: all good, all fresh, all for the key whose proofs are given too."""
        gate, key = self._gate, self._key
        hello = gate.hello(Asker("page"), to_json({"jwk": key.jwk}))
        challenge, nonce = hello["challenge"], pay(hello["challenge"], hello["price"])
        message = f"eclosion-gate entry\n{gate.audience}\n{challenge}\n{nonce}".encode()
        now_ms, jkt = gate.clock.now_ms(), thumbprint(key.public)
        told = {"stages": list(gate.stages)}
        held: dict[str, Any] = {
            "id": to_text(random.randbytes(16)),
            "jkt": jkt,
            "aud": gate.audience,
        }
        held |= {"exp": now_ms + gate.policy.pass_ms, "entered": now_ms, "told": told}
        claims = claims_for(gate.audience, jkt, told, now_ms, now_ms, gate.policy.token_ms)
        token = sign_token(gate.ring, {**claims, "jti": to_text(random.randbytes(16))})
        doors = endpoints(_PREFIX)
        at_token = key.proof("POST", gate.audience + doors["token"], gate.nonce(), None)
        sealed = seal(gate.ring, random.randbytes, "pass", held)
        return {
            **{name: doors[name] for name in _DOORS},
            "hall": HALL,
            "body": json.dumps({"jwk": key.jwk}),
            "entry": f"Gate {challenge}~{nonce}~{to_text(key.sign(message))}",
            "form": {"grant_type": GRANT_PASS, "pass": sealed},
            "proof": at_token,
            "bearer": f"DPoP {token}",
            "hallProof": key.proof("GET", gate.audience + HALL, gate.nonce(), token),
            "steals": self._steals,
        }


def attack_by_page(
    chromium: str, watch: Watch, site: Site, ports: tuple[int, int], runs: int
) -> Tally:
    """Open the page in a browser and let it run so often.

    Args:
        chromium: the browser's program.
        watch: the gate, served at ``ports[0]`` of this machine.
        site: the hostile site, served at ``ports[1]``.
        ports: where they are.
        runs: pages, each with every way; a quarter from each place.

    Returns:
        How many answers of the gate let the page in. A run is one try.
    """
    url = f"http://127.0.0.1:{ports[1]}/?" + urlencode(
        {"runs": runs, "places": json.dumps(_places(*ports))}
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rules = ",".join(f"MAP {name} 127.0.0.1" for name in _NAMES)
        command = [chromium, *_FLAGS, f"--user-data-dir={folder}", f"--host-resolver-rules={rules}"]
        with subprocess.Popen(
            [*command, url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as browser:
            try:
                _wait(site, browser, runs)
            finally:  # it has children
                os.killpg(browser.pid, signal.SIGKILL)
    won, asked = watch.won(), sum(watch.seen.values())
    told = f"{asked:,} requests"
    if won:
        told += "; " + ", ".join(
            f"{n} x {one.method} {one.door} {one.status}" for one, n in won.items()
        )
    return Tally(
        "a page's script in Chromium", min(sum(won.values()), site.ran), site.ran, told=told
    )


def _places(gate_port: int, site_port: int) -> list[str]:
    """Where the page stands: its own site and the guarded one, trusted addresses and plain names."""
    found = []
    for site, gate in (("127.0.0.1", "127.0.0.1"), _NAMES):
        home, target = f"http://{site}:{site_port}", f"http://{gate}:{gate_port}"
        asked = f"gate={quote(target, '')}&home={quote(home, '')}"
        found += [f"{home}/page?{asked}", f"{target}{OPEN}/page?{asked}"]
    return found


def _wait(site: Site, browser: subprocess.Popen[bytes], runs: int) -> None:
    until = time.monotonic() + 30 + runs * _RUN_S
    while not site.finished.wait(0.2):
        if browser.poll() is not None or time.monotonic() > until:
            break  # what was not run is not counted


async def _serve_page(scope: Scope, _: Receive, send: Send) -> None:
    if scope["path"].endswith("page.js"):
        script = files("eclosion.gate.attack").joinpath("page.js").read_bytes()
        await _say(send, "text/javascript; charset=utf-8", script)
        return
    folder = OPEN if scope["path"].startswith(OPEN) else ""
    html = f'<!doctype html><body><script src="{folder}/page.js"></script>'
    await _say(send, "text/html; charset=utf-8", html.encode())


async def _say(send: Send, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"access-control-allow-origin", b"*")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
