"""The corpus that ships, and a supply of it for demonstrations and tests. Insecure, and marked so everywhere.

Everybody has these texts: a script that looks them up answers nearly everything. The same passages come again with
other gaps, so the supply never ends and proves nothing.
"""

from __future__ import annotations

import random
import secrets
from functools import cache
from importlib.resources import files
from threading import Lock

from eclosion.gate.language.balance import LikenessScorer, make_item
from eclosion.gate.language.errors import SupplyUnfit
from eclosion.gate.language.model import Item, Passage, Text
from eclosion.gate.language.passages import prepare_all

REPEATS_MAX = 500
"""So many repeats in a row mean that nearly everything was shown; then it starts over."""


def demo_texts() -> list[Text]:
    """The texts that ship, in the order of files."""
    folder = files("eclosion.gate.language") / "corpus"
    found = []
    for file in sorted(
        (f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name
    ):
        for part in file.read_text("utf-8").split("\n## ")[1:]:
            title, _, body = part.partition("\n")
            found.append(Text(f"{file.name}/{title}", body.strip(), author=title, published=True))
    return found


@cache
def demo_passages() -> tuple[Passage, ...]:
    """The passages of the corpus that ships."""
    return tuple(prepare_all(demo_texts()).passages)


class DemoSupply:
    """Items of the corpus that ships.

    Args:
        seed: for tests; by default every process starts elsewhere.
        accept_insecure: say that you know what it is; else ``check`` refuses it as public.
    """

    name = "demo"
    insecure = True

    def __init__(self, seed: int | None = None, *, accept_insecure: bool = False) -> None:
        self._draw = random.Random(secrets.randbits(64) if seed is None else seed)
        self._accepted = accept_insecure
        self._scorer = LikenessScorer()
        self._queue: list[Passage] = []
        self._shown: set[tuple[str, ...]] = set()
        self._lock = Lock()
        self._count = 0

    def take(self, count: int) -> list[Item]:
        """``count`` items; each has another set of choices than all before it in this process."""
        with self._lock:
            return [self._next() for _ in range(count)]

    def check(self) -> None:
        """Refuse, unless it was made with ``accept_insecure``.

        Raises:
            SupplyUnfit: it is public.
        """
        if not self._accepted:
            raise SupplyUnfit(
                "The corpus that ships is public: it is for demonstrations and tests.",
                "Give the gate text of your own: docs/gate-language.md.",
                reason="public",
            )

    def _next(self) -> Item:
        repeats = 0
        while True:
            if not self._queue:
                self._queue = list(demo_passages())
                self._draw.shuffle(self._queue)
            passage = self._queue.pop()
            item = make_item(passage, self._scorer, self._draw)
            if item is None:
                continue
            key = (item.before, *sorted(item.choices))
            if key in self._shown:
                repeats += 1
                if repeats > REPEATS_MAX:
                    self._shown.clear()
                continue
            self._shown.add(key)
            self._count += 1
            return Item(f"demo-{self._count}", item.before, item.after, item.choices, item.truth)
