"""A person who runs our client and reads to it by hand: each sheet is pasted into a chat, and the answers typed back.

The client passes the burst and keeps the ticks, as any client does; the person is asked at every sheet. How long
that takes is a keystroke-level model (S. Card, T. Moran, A. Newell, 1980): 4.1 s of copying, switching, pasting and
typing for an expert, 11.6 s for an average user, besides the model's own time; of that, 0.12 and 0.28 s are for
each of eight answers that is typed. These are assumptions and not measurements. People differ by a quarter, and a
person from sheet to sheet by a fifth.

A model in a chat, at its quickest: half a second to two until it begins, five tokens an answer at 40 to 200 a
second. One that thinks writes 1,500 tokens about eight items first, at 60 to 120 a second. Both read an item right
with 0.98. Agents are the same models without the hands.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from eclosion.gate.attack import Tally
from eclosion.gate.attack.clockwork import MS_NS, S_NS, Ending, Saying, play
from eclosion.gate.language.model import CHOICES, Item
from eclosion.gate.language.room import Room
from eclosion.gate.policy import Policy, Rounds
from eclosion.gate.session import Session
from eclosion.gate.solver import Player

RIGHT = 0.98
_ONE_WAY_NS = 25 * MS_NS
_PERSONS_DIFFER, _SHEETS_DIFFER = 0.25, 0.20
_ANSWER_TOKENS = 5


class Reader(NamedTuple):
    """Who answers the rounds.

    Attributes:
        name: in words.
        sheet_s: the hands' time for a sheet, in the median; 0 for a program.
        answer_s: and for each answer.
        thinking_tokens: what the model writes about each item before it answers.
    """

    name: str
    sheet_s: float = 0.0
    answer_s: float = 0.0
    thinking_tokens: float = 0.0


AVERAGE = Reader("average person, quick chat", 11.6 - 8 * 0.28, 0.28)
EXPERT = Reader("expert, quick chat", 4.1 - 8 * 0.12, 0.12)
AGENT = Reader("agent with a quick model")
THINKER = Reader("agent with a model that thinks", thinking_tokens=1_500 / 8)


class Pace(NamedTuple):
    """How quick a model is: seconds until it begins, and tokens a second; each between two ends."""

    first_s: tuple[float, float]
    tokens_per_s: tuple[float, float]

    def took_s(self, draw: random.Random, tokens: float) -> float:
        """One answer's time."""
        return draw.uniform(*self.first_s) + tokens / draw.uniform(*self.tokens_per_s)


QUICK = Pace((0.5, 2.0), (40, 200))
THINKING = Pace((0.5, 2.0), (60, 120))


class Texts:
    """A supply of items whose texts say nothing, and which tells the answers: reading is simulated, time is not."""

    name, insecure = "simulated", False

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._truths: list[int] = []

    def check(self) -> None:
        """It is as fit as it need be."""

    def take(self, count: int) -> list[Item]:
        """Items; their answers wait in ``truths``, in the order in which they are shown."""
        truths = [self._draw.randrange(CHOICES) for _ in range(count)]
        self._truths += truths
        choices = tuple(f"Choice {at}." for at in range(CHOICES))
        return [Item(str(at), "Before.", "After.", choices, at) for at in truths]

    def truths_of(self, count: int) -> list[int]:
        """The answers to the next so many items that are shown."""
        found, self._truths = self._truths[:count], self._truths[count:]
        return found


class Relay:
    """The client of one session: everything at once but the rounds, which take as long as their reader."""

    def __init__(self, draw: random.Random, reader: Reader, texts: Texts) -> None:
        self._draw, self._reader, self._texts = draw, reader, texts
        self._player = Player()
        self._own = math.exp(draw.gauss(0, _PERSONS_DIFFER))

    def __call__(self, frame: bytes, now_ns: int) -> Iterator[tuple[int, Saying]]:
        """Answer a frame."""
        answer = self._player.on(frame)
        if answer is not None:
            yield now_ns, answer
        if self._player.round is not None:
            number, shown = self._player.round
            self._player.round = None
            truths = self._texts.truths_of(shown["answer"]["length"])
            yield now_ns + int(self._took_s(len(truths)) * S_NS), self._replying(number, truths)

    def _took_s(self, items: int) -> float:
        reader = self._reader
        pace = THINKING if reader.thinking_tokens else QUICK
        model_s = pace.took_s(self._draw, items * (reader.thinking_tokens + _ANSWER_TOKENS))
        hands_s = self._own * (reader.sheet_s + items * reader.answer_s)
        return model_s + hands_s * math.exp(self._draw.gauss(0, _SHEETS_DIFFER))

    def _replying(self, number: int, truths: list[int]) -> Callable[[], bytes]:
        read = bytes(
            truth if self._draw.random() < RIGHT else (truth + 1) % CHOICES for truth in truths
        )
        return lambda: self._player.reply(number, read)


def read_session(draw: random.Random, reader: Reader, policy: Policy) -> Ending:
    """One whole session. Its burst is shortened: it is the client's, and every client passes it."""
    policy = replace(policy, burst_blocks=policy.burst_message_blocks, burst_floor_per_s=1)
    texts = Texts(draw)
    room = Room(texts)
    session = Session(
        policy,
        draw.randbytes,
        lambda: room.open(policy.rounds, None),
        lambda evidence: {"stages": list(evidence.stages)},
        0,
    )
    return play(session, Relay(draw, reader, texts), _ONE_WAY_NS)


def in_words(rounds: Rounds) -> str:
    """How rounds are handed out, for a report."""
    handed = "one by one" if rounds.shown == 1 else f"{rounds.shown} at once"
    return f"{rounds.number} rounds of {rounds.items}, {handed} in {rounds.each_ms / 1_000:g} s"


def attack_by_relay(
    reader: Reader, tries: int, seed: int, policy: Policy, goal: float | None
) -> Tally:
    """How often such a reader gets through the language rounds at entry."""
    passed = 0
    for number in range(tries):
        draw = random.Random(f"{reader.name} {seed} {number}")
        passed += read_session(draw, reader, policy).passed
    what = f"{reader.name}, {in_words(policy.rounds)}"
    return Tally(what, passed, tries, goal)
