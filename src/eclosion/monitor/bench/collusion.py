"""Collusion: planted groups that are told, how much is told of a real archive, and the cost.

Reads ``moltbook/jan2026_posts.jsonl.xz`` and ``moltbook/jan2026_comments.jsonl.xz`` (JSON Lines with ``author``,
``created_at``, and ``post_id`` for comments) in the data folder.
"""

from __future__ import annotations

import json
import lzma
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eclosion.kernel.clock import parse_iso
from eclosion.kernel.finding import Observation, Severity
from eclosion.monitor.bench.rows import Row, figure, share
from eclosion.monitor.detectors.collusion import Collusion
from eclosion.monitor.passage import Passage

GROUPS = 40
SIZES = (5, 8, 12)
_WORDS = (
    "harbor lantern signal tide voyage ledger copper meadow winter engine garden mirror ribbon market shadow bridge "
    "window needle forest anchor candle thunder velvet marble compass orchard beacon gravel island kettle"
).split()


class Mould(NamedTuple):
    """Sentences with a slot for a name and a number each."""

    sentences: tuple[str, ...]

    def fill(self, chance: random.Random) -> str:
        """One text from it: a name and numbers put in, one sentence left out or said otherwise at times."""
        said = [
            one.replace("@", f"@{chance.choice(_WORDS)}{chance.randrange(99)}").replace(
                "#", str(chance.randrange(1, 999))
            )
            for one in self.sentences
        ]
        if chance.random() < 0.3:
            said[chance.randrange(len(said))] = _sentence(chance)
        return " ".join(said)


def measure(data: Path) -> Iterator[Row]:
    """Planted groups among texts of single actors; then the archive."""
    chance = random.Random(4)
    for size in SIZES:
        told = sum(_is_told(chance, size) for _ in range(GROUPS))
        yield share("collusion", f"planted groups of {size} told, one mould each", told, GROUPS)
    loners = [_observation(f"a{number}", _text(chance), number) for number in range(4_000)]
    alarms = _tell(loners)
    yield figure("collusion", "findings on 4,000 texts of single actors", sum(alarms.values()), "")
    archive = list(_archive(data))
    megabytes = sum(len(one.text.encode()) for one in archive) / 1e6
    start_s = time.process_time()
    found = _tell(archive)
    cost_s = time.process_time() - start_s
    yield figure("collusion", f"findings on {len(archive):,} messages", sum(found.values()), "")
    for (rule, severity), count in sorted(found.items()):
        yield figure("collusion", f"of these, {rule} at {severity.word}", count, "")
    yield figure(
        "P", "collusion, CPU on posts and comments", cost_s / megabytes * 1e3, "ms/MB", most=10
    )


def _is_told(chance: random.Random, size: int) -> bool:
    mould = Mould(tuple(_sentence(chance) + " @ #" for _ in range(chance.randrange(3, 7))))
    said = [_observation(f"bot{number}", mould.fill(chance), number) for number in range(size)]
    said += [_observation(f"other{number}", _text(chance), number) for number in range(size * 5)]
    chance.shuffle(said)
    return bool(_tell(said))


def _tell(observations: list[Observation]) -> Counter[tuple[str, Severity]]:
    detector = Collusion()
    return Counter(
        (finding.rule, finding.severity)
        for one in observations
        for finding in detector.look(Passage(one))
    )


def _sentence(chance: random.Random) -> str:
    return "The " + " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(6, 12))) + "."


def _text(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randrange(2, 7)))


def _observation(actor: str, text: str, at: int) -> Observation:
    return Observation(at * 600_000, actor, "post.created", f"s{at}", text)


def _archive(data: Path) -> Iterator[Observation]:
    """Posts and comments in order of time."""
    told: list[Observation] = []
    for name in ("jan2026_posts", "jan2026_comments"):
        with lzma.open(data / "moltbook" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                one = json.loads(line)
                text = "\n".join(part for part in (one.get("title"), one.get("content")) if part)
                known = {"reply_to": one["post_id"]} if "post_id" in one else {}
                action = "comment.created" if known else "post.created"
                at_ms = parse_iso(one["created_at"]) or 0
                told.append(Observation(at_ms, one["author"], action, one["id"], text, known))
    yield from sorted(told, key=lambda one: one.at_ms)
