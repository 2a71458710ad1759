"""People without any program that answers for them, at the burst: typing and clicking, as fast as people do.

They are given what no person has: every right answer in the moment in which its question comes. All that is left to
them is to hand it in. A *typist* types the eight hexadecimal digits of each answer; a *clicker* clicks once for
each. A *presser* is no unassisted person: a program has made the answers, and each press of a key sends a whole
message of them.

How fast people are: a reaction takes 250 ms in the median and 100 ms at the least; keys follow each other after 227
ms in the median and 115 ms at the least (FCaptcha's measurements); people click 6 to 7 times a second, the quickest
above 12. People differ; medians are drawn from lognormal distributions about these, and so is each stroke about the
person's own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from eclosion.gate import frames
from eclosion.gate.attack import Tally
from eclosion.gate.attack.clockwork import MS_NS, Ending, play
from eclosion.gate.policy import BLOCK, Policy
from eclosion.gate.session import Session
from eclosion.gate.solver import Player

_HEX_DIGITS = 2 * frames.ANSWER_BYTES
_ONE_WAY_NS = 10 * MS_NS


class Strokes(NamedTuple):
    """How strokes of one kind follow each other, in milliseconds: median over people, spread of people, least."""

    median_ms: float
    spread: float
    least_ms: float


KEYS = Strokes(227, 0.30, 115)
CLICKS = Strokes(1_000 / 6.5, 0.26, 1_000 / 15)
REACTION = Strokes(250, 0.20, 100)
_OWN_SPREAD = 0.15


class Hands(NamedTuple):
    """A way to be a person: what it is, strokes and reaction, and strokes for one answer.

    With no strokes for an answer, one sends a whole message of them.
    """

    what: str
    strokes: Strokes
    strokes_each: int
    goal: float | None
    reaction: Strokes = REACTION


TYPIST = Hands("people who type answers that are given to them", KEYS, _HEX_DIGITS, 0.0)
CLICKER = Hands("people who click once for each answer", CLICKS, 1, 0.0)
PRESSER = Hands("people who press a key for each message of a program", CLICKS, 0, None)
MACHINE = Hands(
    "control: a program that needs 1 ms", Strokes(1, 0.1, 1), 0, None, Strokes(1, 0.1, 1)
)


class Person:
    """Somebody at a keyboard or a mouse: a client for ``clockwork.play``.

    Args:
        draw: what decides how fast this one is.
        hands: what they do.
    """

    def __init__(self, draw: random.Random, hands: Hands) -> None:
        self._strokes_each = hands.strokes_each
        self._stroke = _of_person(draw, hands.strokes)
        self._reaction = _of_person(draw, hands.reaction)
        self._player = Player()
        self._free_ns = 0
        self._is_answering = False

    def __call__(self, frame: bytes, now_ns: int) -> Iterator[tuple[int, bytes]]:
        """Answer as soon as hands can. What they cannot hand in within a minute is not even begun."""
        kind = frame[:1]
        if kind == b"S":
            self._player.on(frame)
        elif kind == b"P":
            if self._is_answering:  # a new attempt: what was begun is let go
                self._is_answering, self._free_ns = False, 0
            yield self._after(now_ns, 1), b"p" + frame[1:]
        elif kind == b"N":
            self._is_answering = True
            blocks = (len(frame) - 5) // frames.SEED_BYTES
            done_ns = self._after(now_ns, self._strokes_each * blocks * BLOCK or 1)
            if done_ns - now_ns < 60_000 * MS_NS:
                answers = self._player.on(frame)
                assert answers is not None
                yield done_ns, answers

    def _after(self, now_ns: int, strokes: int) -> int:
        """When so many strokes are done. Who is in the rhythm needs no reaction."""
        idle = now_ns > self._free_ns
        begun_ns = now_ns + int(self._reaction() * MS_NS) if idle else self._free_ns
        counted = strokes if strokes > 1 or not idle else 0  # the first one is the reaction's
        self._free_ns = begun_ns + counted * int(self._stroke() * MS_NS)
        return self._free_ns


def attack_by_hand(
    hands: Hands, tries: int, seed: int, tell: Callable[[int], None] = lambda _: None
) -> Tally:
    """Let so many people, each another, come to the burst of a gate with the usual numbers.

    Args:
        hands: what they do.
        tries: how many people.
        seed: the same seed, the same people.
        tell: told how many are done, now and then.
    """
    passed = 0
    for number in range(tries):
        draw = random.Random(f"{hands.what} {seed} {number}")
        passed += _come(hands, draw).passed
        if number % 1_000 == 999:
            tell(number + 1)
    return Tally(hands.what, passed, tries, hands.goal)


def _come(hands: Hands, draw: random.Random) -> Ending:
    session = Session(Policy(), draw.randbytes, None, lambda _: {}, 0)
    return play(session, Person(draw, hands), _ONE_WAY_NS)


def _of_person(draw: random.Random, strokes: Strokes) -> Callable[[], float]:
    """A person's own strokes, in milliseconds."""
    own = math.log(strokes.median_ms) + draw.gauss(0, strokes.spread)
    return lambda: max(strokes.least_ms, math.exp(own + draw.gauss(0, _OWN_SPREAD)))
