"""Learns what English looks like, for ``decoders/english``: three-letter odds and common words.

From the February 2026 posts of the Moltbook observatory (CC BY 4.0, rafalwronapl/moltbook-observatory), the texts of
the s-labs training split (MIT) and BIPIA's training mails (MIT); nothing else, so that every other post is unseen.
Run ``python -m eclosion.monitor.bench.letters DATA`` to write both tables anew.
"""

from __future__ import annotations

import csv
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

TABLES = Path(__file__).parent.parent / "decoders"
STEPS = 8
"""Parts of a bit that the table of odds counts in."""

PAIRS = 4_000

_PLAIN = re.compile(r"[a-z]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ADDRESS = re.compile(r"\S*(?:://|/|@|[a-z]\.[a-z])\S*|\b\w*\d\w*\b")
_KNOWN_SHORT = frozenset(
    "a i am an as at be by do go he if in is it me my no of on or so to up us we ok ai".split()
)


def texts(data: Path) -> Iterator[str]:
    """Every text that may be learned from, in lower case and without addresses."""
    with lzma.open(data / "moltbook" / "feb2026_posts.jsonl.xz", "rt") as lines:
        for line in lines:
            post = json.loads(line)
            yield _cleaned(f"{post['title']}. {post['content'] or ''}")
    with (data / "monitor" / "s-labs_train.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield _cleaned(row["text"])
    with (data / "monitor" / "email_train.jsonl").open() as lines:
        for line in lines:
            yield _cleaned(json.loads(line)["context"])


def learn(data: Path) -> tuple[bytes, list[str], list[str]]:
    """The table of odds (27 * 27 * 27 signed bytes), the words, the most common first, and pairs of them."""
    triples = np.zeros(27**3)
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for text in set(texts(data)):
        ascii_share = sum(one.isascii() for one in text) / max(1, len(text))
        if ascii_share < 0.95:
            continue
        found = _WORD.findall(text)
        words.update(set(found))
        pairs.update({f"{one} {other}" for one, other in pairwise(found)})
        flat = np.frombuffer(f" {' '.join(_PLAIN.findall(text))} ".encode(), np.uint8)
        codes = np.where(flat == 32, 0, flat - 96).astype(np.int64)
        np.add.at(triples, (codes[:-2] * 27 + codes[1:-1]) * 27 + codes[2:], 1)
    return (
        _odds(triples).tobytes(),
        _common(words),
        sorted(pair for pair, _ in pairs.most_common(PAIRS)),
    )


def _cleaned(text: str) -> str:
    return _ADDRESS.sub(" ", text.lower().replace("\u2019", "'"))


def _odds(triples: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Log2 of how much likelier a letter is after the two before it than a letter drawn evenly."""
    cube = triples.reshape(27, 27, 27)
    pairs, single = cube.sum(axis=0), cube.sum(axis=(0, 1))
    single_share = (single + 1) / (single + 1).sum()
    pair_share = (pairs + 20 * single_share) / (pairs.sum(axis=1, keepdims=True) + 20)
    share = (cube + 12 * pair_share) / (cube.sum(axis=2, keepdims=True) + 12)
    rounded: npt.NDArray[np.int8] = np.clip(
        np.round(np.log2(share * 27) * STEPS), -127, 127
    ).astype(np.int8)
    return rounded


def _common(words: Counter[str]) -> list[str]:
    kept = [
        word
        for word, count in words.most_common()
        if count >= (3 if len(word) > 3 else 40) and (len(word) > 2 or word in _KNOWN_SHORT)
    ]
    return kept[:12000]


if __name__ == "__main__":
    odds, common, following = learn(Path(sys.argv[1]))
    (TABLES / "letters.bin").write_bytes(odds)
    (TABLES / "words.txt").write_text("\n".join(common) + "\n")
    (TABLES / "pairs.txt").write_text("\n".join(following) + "\n")
