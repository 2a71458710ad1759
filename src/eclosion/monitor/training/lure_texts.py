"""What the weights of lures learn from: the public set but what is held out, a grammar, and what agents say all day.

The grammar (``monitor/data/lures/grammar.txt``) puts asks, objects and denials together. The same words are a lure in
one frame and advice, a report or another request in the next, so that what is learned is the difference.
"""

from __future__ import annotations

import random
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from eclosion.monitor.bench.lure_texts import compose_lures
from eclosion.monitor.bench.posts import read_posts

GRAMMAR, FEED = "grammar", "feed"
_LURES = (("ask", 5_000), ("noun", 2_500))
_HARMLESS = (("harmless", 4_000), ("mention", 2_500))
_LOOK_ALIKES = 2_500


class Taught(NamedTuple):
    """A text, whether it is a lure, and its family."""

    text: str
    is_lure: bool
    family: str


def read_taught(data: Path) -> list[Taught]:
    """All of it; of the public set only families for tuning.

    Raises:
        FileNotFoundError: the posts of February 2026 (CC BY 4.0) are not there.
    """
    feed = [
        Taught(text, False, FEED)
        for name in ("posts", "comments")
        for text in read_posts(data / f"moltbook/feb2026_{name}.jsonl.xz", 10_000)
    ]
    written = [
        Taught(one.text, one.is_lure, one.family) for one in compose_lures() if not one.is_held
    ]
    return [*written, *_from_grammar(), *feed]


def _from_grammar() -> list[Taught]:
    parts = _read_grammar()
    draw = random.Random(20_261_125)
    lures = {
        _filled(parts, frames, "object", draw) for frames, count in _LURES for _ in range(count)
    }
    harmless = {
        _filled(parts, frames, "object", draw) for frames, count in _HARMLESS for _ in range(count)
    }
    harmless |= {
        _filled(parts, draw.choice(("ask", "ask", "noun")), "lookalike", draw)
        for _ in range(_LOOK_ALIKES)
    }
    found = [Taught(text, True, GRAMMAR) for text in sorted(lures)]
    return found + [Taught(text, False, GRAMMAR) for text in sorted(harmless - lures)]


def _filled(parts: dict[str, list[str]], frames: str, objects: str, draw: random.Random) -> str:
    text = draw.choice(parts[frames]).replace("{v}", draw.choice(parts["order"]))
    return text.replace("{s}", draw.choice(parts[objects]))


def _read_grammar() -> dict[str, list[str]]:
    file = resources.files("eclosion.monitor").joinpath("data/lures/grammar.txt")
    parts: dict[str, list[str]] = {}
    part: list[str] = []
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("= "):
            part = parts.setdefault(line[2:], [])
        elif line:
            part.append(line)
    return parts
