"""The battery: the same attacks on every side, each counted. What a side does not have is None, never a pass.

What always holds: a figure is a count of what a running server did to our requests.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.gates.house import House, housed
from benchmarks.gates.sides import Last, Side, Token
from benchmarks.gates.wire import PAGE, Refused, Who, ask

SECRET = "9f" * 8 + "c1d47be5a0632f88" + "0e6b5d29417cf3aa" + "73e80b16d95c42f4"
WEAK = ("secret", "changeme", "password12345678", "a" * 16, "a" * 32, "0123456789abcdef" * 2)
"""Short, guessable or regular; a gate that asks for a secret should start with none of them."""

AT_ONCE = 64
FRESH = 3
"""Tokens kept for each attack that needs unused ones."""

HERE, THERE = Who(), Who("127.0.0.2")


class Count(NamedTuple):
    """``won`` by the attacker, of ``tried``."""

    won: int
    tried: int


@dataclass
class Findings:
    """What the battery found of one side.

    Attributes:
        counts: how often an attack succeeded, by its name.
        expires_s: how long a token is good for; None if it never ends.
        hellos: accepted of asked, and bytes that the server grew by for each, with its default limits.
        pass_ms: the server's CPU for one pass, in milliseconds.
        refused_ms: the same for one request without a token to what is guarded, or for a challenge where nothing is.
    """

    counts: dict[str, Count] = field(default_factory=dict)
    token: bool = False
    expires_s: float | None = None
    hellos: tuple[int, int, float] | None = None
    pass_ms: float | None = None
    refused_ms: float | None = None
    remarks: list[str] = field(default_factory=list)


def run(side: Side, house: House, tries: int, found: Findings) -> list[Token]:
    """All that one server with raised limits is needed for. Gives tokens that nobody has used yet."""
    before_s = house.cpu_s()
    tokens = _script(side, house, tries, found)
    found.pass_ms = (house.cpu_s() - before_s) / tries * 1_000
    _refusals(side, house, found)
    _page(side, house, found)
    _digest(side, house, found)
    _spent(side, house, found)
    if not tokens or not tokens[0].text:
        return []
    found.token, found.expires_s = True, tokens[0].expires_s
    _stolen(side, house, tokens[: -FRESH * 2], found)
    _captured(side, house, tokens[-FRESH * 2 : -FRESH], found)
    return tokens[-FRESH:]


def _won(call: Callable[[], object]) -> bool:
    try:
        call()
    except Refused:
        return False
    return True


def _passed(
    side: Side, house: House, who: Who, *, late_s: float = 0.0, claim: bool = False
) -> bool:
    """The whole approach: it may be refused on the way as well as at the end."""

    def whole() -> Token:
        last = side.approach(house.url, who, late_s=late_s, claim=claim)
        return last()

    return _won(whole)


def _script(side: Side, house: House, tries: int, found: Findings) -> list[Token]:
    tokens, reasons = [], dict[str, int]()
    for _ in range(tries):
        try:
            tokens.append(side.approach(house.url, HERE)())
        except Refused as error:
            reasons[str(error)[:80]] = reasons.get(str(error)[:80], 0) + 1
    found.counts["script"] = Count(len(tokens), tries)
    if reasons:
        found.remarks.append(f"script refused: {reasons}")
    return tokens


def _refusals(side: Side, house: House, found: Findings) -> None:
    if not side.guarded:
        return
    before_s, tries = house.cpu_s(), 1_000
    for _ in range(tries):
        assert ask("GET", house.url + side.guarded, HERE).status >= 400
    found.refused_ms = (house.cpu_s() - before_s) / tries * 1_000


def _page(side: Side, house: House, found: Findings) -> None:
    who = Who(headers=PAGE)
    tries = 10
    won = sum(_passed(side, house, who) for _ in range(tries))
    found.counts["page"] = Count(won, tries)


def late(side: Side, house: House, tries: int, found: Findings) -> None:
    """Answers that come too late: said as it is, and with a clock of the client's own."""

    def one(claim: bool) -> bool:
        return _passed(side, house, HERE, late_s=side.late_s, claim=claim)

    with ThreadPoolExecutor(tries * 2) as pool:
        honest = [pool.submit(one, False) for _ in range(tries)]
        claimed = [pool.submit(one, True) for _ in range(tries if side.clock else 0)]
        found.counts["late"] = Count(sum(each.result() for each in honest), tries)
        if side.clock:
            found.counts["late, clock claimed"] = Count(
                sum(each.result() for each in claimed), tries
            )


def _digest(side: Side, house: House, found: Findings) -> None:
    tries, won = 20, 0
    for _ in range(tries):
        shown = side.shown(house.url, HERE)
        if shown is None:
            return
        won += any(_holds(shown[0], answer) for answer in shown[1])
    found.counts["digest"] = Count(won, tries)


def _holds(body: bytes, answer: str) -> bool:
    """Whether a plain digest of the answer can be read in what is shown, base64 opened."""
    seen = body
    for part in re.findall(rb"[A-Za-z0-9_\-+/]{24,}", body):
        raw = part.replace(b"-", b"+").replace(b"_", b"/")
        seen += b"\n" + base64.b64decode(raw + b"=" * (-len(raw) % 4))
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s"):
        for text in {answer, answer.lower(), answer.upper()}:
            digest = hashlib.new(name, text.encode()).digest()
            if digest in seen or digest.hex().encode() in seen:
                return True
    return False


def _spent(side: Side, house: House, found: Findings) -> None:
    """What may be spent once, spent 64 times at once and ten times more: how often beyond the first it worked."""
    rounds, again, tried = 3, 0, 0
    for _ in range(rounds):
        try:
            spends = side.spends(house.url, HERE)
        except Refused:
            continue
        for last in spends.values():
            with ThreadPoolExecutor(AT_ONCE) as pool:
                won = list(pool.map(lambda _, last=last: _text(last), range(AT_ONCE)))
            won += [_text(last) for _ in range(10)]
            # A reply that repeats the one token is no second one; without tokens every yes counts.
            got = [text for text in won if text is not None]
            again += max(0, (len(set(got)) if any(got) else len(got)) - 1)
            tried += AT_ONCE + 10 - 1
    if tried:
        found.counts["spent again"] = Count(again, tried)


def _text(last: Last) -> str | None:
    try:
        return last().text
    except Refused:
        return None


def _stolen(side: Side, house: House, tokens: list[Token], found: Findings) -> None:
    where = house.url + side.guarded
    some = tokens[:20]
    thefts = [(theft, token) for token in some for theft in side.steal(house.url, token)]
    won = sum(ask("GET", where, THERE, None, theft).status == 200 for theft, _ in thefts)
    found.counts["stolen token"] = Count(won, len(thefts))


def _captured(side: Side, house: House, tokens: list[Token], found: Findings) -> None:
    """A whole request as it went over the wire, sent again from another address, and by 64 at once."""
    where, again, tried = house.url + side.guarded, 0, 0
    for token in tokens:
        headers = side.dress(house.url, token)

        def send(_: object, headers: dict[str, str] = headers) -> bool:
            return ask("GET", where, THERE, None, headers).status == 200

        with ThreadPoolExecutor(AT_ONCE) as pool:
            good = sum(pool.map(send, range(AT_ONCE)))
        again += max(0, good + send(None) - 1)
        tried += AT_ONCE
    found.counts["captured request"] = Count(again, tried)


def elsewhere(side: Side, other: str, tokens: list[Token], found: Findings) -> None:
    """Tokens at another service that trusts the same secret."""
    if tokens and side.guarded:
        won = sum(side.elsewhere(other, token) for token in tokens)
        found.counts["other audience"] = Count(won, len(tokens))


def flood(side: Side, house: House, tries: int, found: Findings) -> None:
    """Challenges that nobody answers, from one address, with the limits that the side has by default."""
    warm = sum(_won(lambda: side.hello(house.url, HERE)) for _ in range(20))
    before = house.rss_bytes()
    with ThreadPoolExecutor(4) as pool:
        good = sum(pool.map(lambda _: _won(lambda: side.hello(house.url, HERE)), range(tries)))
    time.sleep(0.5)
    found.hellos = (good + warm, tries + 20, (house.rss_bytes() - before) / tries)


def weak(side: Side, found: Findings) -> None:
    """Which of the weak secrets it starts with."""
    if not side.secret:
        return
    won = 0
    for secret in WEAK:
        with housed(side.name, secret) as house:
            won += house is not None
    found.counts["weak secret"] = Count(won, len(WEAK))
