"""A gate, an agent and a line between them, all in memory and in time that tests turn by hand."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from eclosion.gate import Asker, Gate, KeyRing, Policy
from eclosion.gate.policy import Rounds
from eclosion.gate.ports import ReadingVerdict, Store
from eclosion.gate.session import Session
from eclosion.gate.solver import Key, Player, pay, to_json, to_text
from eclosion.gate.stores import MemoryStore
from eclosion.kernel.errors import Unavailable

AUDIENCE = "https://api.example.org"
TOKEN_URI = f"{AUDIENCE}/gate/token"
HOME = Asker("192.0.2.0/24")
CHEAP = Policy(scrypt_n=2, price_bits=1, stamp_bits=1)
MS = 1_000_000
S = 1_000 * MS
NOON_MS = 1_767_268_800_000


@dataclass
class HandClock:
    """Both clocks, turned by hand."""

    wall_ms: int = NOON_MS
    mono_ns: int = 10 * S

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic_ns(self) -> int:
        return self.mono_ns

    def pass_ms(self, by_ms: int) -> None:
        """Both go on."""
        self.wall_ms += by_ms
        self.mono_ns += by_ms * MS


class Dice:
    """Randomness that is the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def __call__(self, size: int) -> bytes:
        return self._random.randbytes(size)


def ring(seed: int = 7, name: str = "k1") -> KeyRing:
    return KeyRing({name: random.Random(seed).randbytes(32)})


def key(seed: int = 3) -> Key:
    return Key(random.Random(seed).randbytes(32))


def make_gate(
    *,
    store: Store | None = None,
    policy: Policy = CHEAP,
    clock: HandClock | None = None,
    **more: Any,
) -> Gate:
    more = {"audience": AUDIENCE, "ring": ring(), "randomness": Dice(), **more}
    return Gate(store=store or MemoryStore(), policy=policy, clock=clock or HandClock(), **more)


def hello(gate: Gate, agent: Key, asker: Asker = HOME, purpose: str = "entry") -> dict[str, Any]:
    return gate.hello(asker, to_json({"jwk": agent.jwk, "for": purpose}))


def entry_text(found: dict[str, Any], agent: Key, audience: str = AUDIENCE, nonce: str = "") -> str:
    """Pay for a challenge, unless a nonce is given, and sign."""
    challenge = found["challenge"]
    nonce = nonce or pay(challenge, found["price"])
    message = f"eclosion-gate entry\n{audience}\n{challenge}\n{nonce}".encode()
    return f"Gate {challenge}~{nonce}~{to_text(agent.sign(message))}"


def begin(gate: Gate, agent: Key, asker: Asker = HOME, purpose: str = "entry") -> Session:
    return gate.admit(gate.read_entry(entry_text(hello(gate, agent, asker, purpose), agent)), asker)


Delay = Callable[[], float]
Think = Callable[[dict[str, Any]], tuple[float, Sequence[int]]]
"""What a round shows, to seconds of thought and answers."""


@dataclass
class Line:
    """Carries frames between a session and a player, each way with its delay in milliseconds, in order.

    ``bend`` may change what the client sends, drop it (None) or add to it.
    """

    session: Session
    clock: HandClock
    delay: Delay = lambda: 0.5
    think: Think | None = None
    bend: Callable[[bytes], list[bytes]] = lambda frame: [frame]
    player: Player = field(default_factory=Player)
    outcome: dict[str, Any] | None = None
    seen: list[bytes] = field(default_factory=list)

    def run(self, longest_s: float = 200.0) -> dict[str, Any]:
        """Play it through; the last frame's JSON, with its kind under ``frame``."""
        order, events, arrived = count(), list[tuple[int, int, bool, bytes]](), {True: 0, False: 0}
        end_ns = self.clock.mono_ns + int(longest_s * S)

        def post(frame: bytes, *, up: bool, after_s: float = 0.0) -> None:
            at = self.clock.mono_ns + int(self.delay() * MS) + int(after_s * S)
            if not after_s:  # a thought does not hold up the line
                at = arrived[up] = max(at, arrived[up])
            heapq.heappush(events, (at, next(order), up, frame))

        while self.outcome is None or events:
            for frame in self.session.due(self.clock.mono_ns):
                post(frame, up=False)
            if self.session.over and not events:
                break
            wake_ns = self.session.wake_ns() if not self.session.over else end_ns
            if events and events[0][0] <= wake_ns:
                at, _, up, frame = heapq.heappop(events)
                self._go_to(at)
                if up:
                    self.session.receive(frame, self.clock.mono_ns)
                else:
                    self._deliver(frame, post)
            else:
                self._go_to(wake_ns)
            assert self.clock.mono_ns < end_ns, "it never ends"
        assert self.outcome is not None
        return self.outcome

    def _go_to(self, at_ns: int) -> None:
        if at_ns > self.clock.mono_ns:
            self.clock.wall_ms += (at_ns - self.clock.mono_ns) // MS
            self.clock.mono_ns = at_ns

    def _deliver(self, frame: bytes, post: Callable[..., None]) -> None:
        self.seen.append(frame)
        if frame[:1] == b"R":
            assert self.think is not None
            self.player.on(frame)
            seconds, answers = self.think(json.loads(frame[2:]))
            post(b"!" + frame[1:2] + bytes(answers), up=False, after_s=seconds)
        elif frame[:1] == b"!":
            self._say(self.player.reply(frame[1], frame[2:]), post)
        elif frame[:1] in (b"D", b"X"):
            self.outcome = {"frame": frame[:1].decode(), **json.loads(frame[1:])}
        else:
            answer = self.player.on(frame)
            if answer:
                self._say(answer, post)

    def _say(self, frame: bytes, post: Callable[..., None]) -> None:
        for one in self.bend(frame):
            post(one, up=True)


def take_token(
    gate: Gate, agent: Key, passed: dict[str, Any], asker: Asker = HOME
) -> dict[str, Any]:
    form = {"grant_type": passed["grant_type"], "pass": passed["pass"]}
    return gate.exchange(form, proof(gate, agent, "POST", TOKEN_URI), TOKEN_URI, asker)


def enter(gate: Gate, agent: Key, clock: HandClock, asker: Asker = HOME) -> dict[str, Any]:
    """All stages; the token's reply."""
    session = begin(gate, agent, asker)
    passed = Line(session, clock).run()
    gate.leave()
    assert passed["frame"] == "D", passed
    return take_token(gate, agent, passed, asker)


def proof(
    gate: Gate,
    agent: Key,
    method: str,
    uri: str,
    token: str | None = None,
    **changed: Any,
) -> str:
    """A proof at the gate's time, with some claims or headers changed (``header_...``)."""
    import hashlib

    claims = {
        "jti": to_text(random.randbytes(12)),
        "htm": method,
        "htu": uri,
        "iat": gate.clock.now_ms() // 1000,
        "nonce": gate.nonce(),
    }
    if token is not None:
        claims["ath"] = to_text(hashlib.sha256(token.encode()).digest())
    header: dict[str, Any] = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": agent.jwk}
    for name, value in changed.items():
        target, short = (
            (header, name.removeprefix("header_")) if name.startswith("header_") else (claims, name)
        )
        if value is None:
            target.pop(short, None)
        else:
            target[short] = value
    return sign(agent, header, claims)


def sign(agent: Key, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{to_text(to_json(header))}.{to_text(to_json(claims))}"
    return f"{signed}.{to_text(agent.sign(signed.encode()))}"


class Quiz:
    """Language rounds in miniature, for the core's tests: a few sheets of sums are enough to see what binds them."""

    def __init__(self, rounds_count: int, pass_at: int) -> None:
        self._left, self._pass_at = rounds_count, pass_at
        self._right = self._asked = 0

    def ask(self, now_ms: int) -> bytes:
        return to_json({"items": [{"sum": [one, 1]} for one in range(4)], "answer": {"length": 4}})

    def answer(self, answers: Sequence[int] | None, now_ms: int) -> None:
        self._left -= 1
        self._asked += 4
        self._right += sum(one == at + 1 for at, one in enumerate(answers or ()))

    def verdict(self) -> ReadingVerdict | None:
        if self._left:
            return None
        return ReadingVerdict(
            self._right, self._asked, self._right >= self._pass_at, {"supply": "quiz"}
        )


@dataclass
class QuizRoom:
    """Where such rounds come from."""

    trouble: str = ""
    insecure: bool = False
    opened: list[tuple[int, str | None]] = field(default_factory=list)

    def check(self) -> None:
        if self.trouble:
            raise Unavailable(self.trouble)

    def open(self, rounds: Rounds, owner: str | None) -> Quiz:
        self.opened.append((rounds.number, owner))
        return Quiz(rounds.number, 4 * rounds.number - 1)


def answers_after(seconds: float, answers: Sequence[int] = (1, 2, 3, 4)) -> Think:
    return lambda _: (seconds, answers)
