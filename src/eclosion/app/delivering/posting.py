"""Sends what waits in a spool to one address, beside whoever fills it: for commands, which have no network about them.

What always holds: messages go out signed as Standard Webhooks asks, each under the same id at every attempt, through
the same courier as a network's webhooks, so that what it refuses to connect to is refused here. What fails is tried
again with longer and longer pauses; only what the receiver itself rejects time after time is set aside, so that one
message does not hold up all others.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import random
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from eclosion import __version__
from eclosion.app.delivering.addresses import read_place
from eclosion.app.delivering.courier import Courier
from eclosion.app.delivering.spool import Spool, Waiting
from eclosion.kernel.clock import DAY_MS, MINUTE_MS, SystemClock
from eclosion.kernel.errors import Invalid
from eclosion.webhooks.errors import AddressRefused
from eclosion.webhooks.model import JITTER, SECRET_PREFIX, Outcome, Rules, sign

AT_ONCE = 8
SECRET_LEAST_BYTES, SECRET_MOST_BYTES = 24, 64
"""What Standard Webhooks 1.0 asks of a secret."""
PAUSE_MAX_MS = 5 * MINUTE_MS
REJECTED_MOST = 5
_AGAIN = frozenset({404, 408, 409, 425, 429})
_LOOK_S = 0.05


class Target(NamedTuple):
    """Where to send, and what to sign with.

    Attributes:
        url: in its plain form.
        secret: ``whsec_…``.
        networks: private networks that may be sent to.
        timeout_ms: how long one attempt may take.
        first_pause_ms: the pause after the first failure; each one after it is twice as long.
    """

    url: str
    secret: str
    networks: tuple[str, ...] = ()
    timeout_ms: int = 10_000
    first_pause_ms: int = 1_000


def make_target(url: str, secret: str, networks: Sequence[str] = ()) -> Target:
    """Check a URL, a secret and networks, as far as that goes without asking anybody.

    HTTP without encryption is for addresses in a network that was named, and nothing else.

    Raises:
        AddressRefused: nothing is sent to such a URL.
        Invalid: the secret is none, or a network is none.
    """
    try:
        allowed = [ip_network(text) for text in networks]
    except ValueError as error:
        raise Invalid(f"This is no network: {error}.", "Write it like 10.0.0.0/8.") from None
    place = read_place(url, allow_http=True)
    if place.scheme == "http":
        with contextlib.suppress(ValueError):
            address = ip_address(place.host)
            if any(address in network for network in allowed):
                return Target(place.url, _checked(secret), tuple(networks))
        raise AddressRefused(
            "A webhook's URL starts with https://.",
            "http:// goes only to an address within a network that was allowed by name.",
        )
    return Target(place.url, _checked(secret), tuple(networks))


def _checked(secret: str) -> str:
    """A secret, if it is one.

    Raises:
        Invalid: it is not. The error does not repeat it.
    """
    secret = secret.strip()
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SECRET_LEAST_BYTES <= len(key) <= SECRET_MOST_BYTES:
        raise Invalid(
            "The webhook's secret is whsec_ and 24 to 64 bytes in base64.",
            "This makes one: printf 'whsec_%s\\n' \"$(head -c 32 /dev/urandom | base64)\"",
        )
    return SECRET_PREFIX + secret.removeprefix(SECRET_PREFIX)


class Poster:
    """Sends in a thread of its own, from ``start`` to ``finish``.

    Args:
        target: where to.
        spool: what waits.
        tell: is handed a sentence when sending begins to fail, goes well again, or a message is set aside.

    Attributes:
        sent: how many messages arrived.
        aside: how many were set aside.
        trouble: what was wrong with the last attempt; empty if nothing was.
        is_gone: the receiver wants nothing any more (410); nothing is sent to it until the next run.
    """

    def __init__(self, target: Target, spool: Spool, tell: Callable[[str], None]) -> None:
        self._target, self._spool, self._tell = target, spool, tell
        rules = Rules(
            allow_http=target.url.startswith("http:"),
            allow_private=list(target.networks),
            timeout_ms=target.timeout_ms,
        )
        self._courier = Courier(rules, SystemClock())
        self._thread = threading.Thread(target=self._main, name="webhook", daemon=True)
        self._ending = threading.Event()
        self._changed = threading.Condition()
        self._rejected: dict[str, int] = {}
        self._wake: Callable[[], object] = lambda: None
        self.sent = self.aside = 0
        self.trouble = ""
        self.is_gone = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, most: int, within_s: float) -> bool:
        """Wait until no more than so many messages wait, at most so long without one that arrives; whether it is so."""
        end = time.monotonic() + within_s
        seen = self.sent + self.aside
        with self._changed:
            while self._spool.waiting > most and self._thread.is_alive() and not self.is_gone:
                if self.sent + self.aside != seen:
                    seen, end = self.sent + self.aside, time.monotonic() + within_s
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, 0.2))
        return self._spool.waiting <= most

    def finish(self, within_s: float) -> int:
        """Send what waits, as long as something arrives within that time, and end; how many messages are left."""
        self.wait(0, within_s)
        self._ending.set()
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._wake()
        self._thread.join()
        return self._spool.waiting

    def _main(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        failures = 0
        woken = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(woken.set)
        try:
            while not self._ending.is_set() and not self.is_gone:
                batch = self._spool.take(1 if failures else AT_ONCE)
                if not batch:
                    await asyncio.sleep(_LOOK_S)
                    continue
                went = await asyncio.gather(*(self._attempt(one) for one in batch))
                if self._settle(batch, went):
                    failures = 0
                    continue
                failures += 1
                await self._rest(woken, self._pause_ms(failures, went))
        except Invalid as error:
            self._note_trouble(f"{error} {error.hint}")
        finally:
            await self._courier.close()

    async def _attempt(self, one: Waiting) -> Outcome:
        at_s = time.time_ns() // 1_000_000_000
        headers = {
            "content-type": "application/json",
            "user-agent": f"Eclosion/{__version__} monitor",
            "webhook-id": one.id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": sign(self._target.secret, one.id, at_s, one.body),
        }
        return await self._courier.send(self._target.url, headers, one.body.encode("utf-8"))

    def _settle(self, batch: list[Waiting], went: list[Outcome]) -> bool:
        """Note those that arrived, from the front up to the first that did not; whether all did."""
        done = 0
        for one, outcome in zip(batch, went, strict=True):
            if outcome.error and not self._is_hopeless(one, outcome):
                break
            done += 1
            self.sent += not outcome.error
        if done:
            self._spool.settle(batch[done - 1], done)
        if done == len(batch):
            if self.trouble:
                self._tell("The webhook takes findings again.")
            self.trouble = ""
        else:
            self._note_trouble(went[done].error)
            self.is_gone = went[done].is_gone
        with self._changed:
            self._changed.notify_all()
        return done == len(batch)

    def _is_hopeless(self, one: Waiting, outcome: Outcome) -> bool:
        """Whether the receiver has rejected this very message often enough; it is set aside then."""
        status = outcome.status
        if not 400 <= status < 500 or status in _AGAIN or outcome.is_gone or status in (401, 403):
            return False
        times = self._rejected.get(one.id, 0) + 1
        self._rejected[one.id] = times
        if times < REJECTED_MOST:
            return False
        del self._rejected[one.id]
        self._spool.set_aside(one, outcome.error)
        self.aside += 1
        self._tell(f"The webhook rejected a finding {times} times ({outcome.error}): set aside.")
        return True

    def _note_trouble(self, error: str) -> None:
        if not self.trouble:
            self._tell(f"The webhook does not take findings: {error}. They wait.")
        self.trouble = error

    def _pause_ms(self, failures: int, went: list[Outcome]) -> int:
        """How long to leave the receiver alone: twice as long each time, or as long as it asks for."""
        longer_ms = min(PAUSE_MAX_MS, self._target.first_pause_ms << min(failures - 1, 20))
        pause_ms = round(longer_ms * (1 + JITTER * random.random()))
        return max(pause_ms, min(DAY_MS, max(one.after_ms for one in went)))

    async def _rest(self, woken: asyncio.Event, pause_ms: int) -> None:
        """Wait so long, or until the run is to end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_ms / 1000):
                await woken.wait()
