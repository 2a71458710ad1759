"""Composes the public set of lures and of what only looks like them from its written parts.

The parts stand in ``monitor/data/lures`` (its README is the data card): openings, asks, closings and whole texts, each
in a family with a split. A composed text never mixes families, and a family is either for tuning or held out,
so recall on the held-out half is recall on sentences that nobody tuned on. Same parts, same texts: nothing is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import resources
from itertools import product
from typing import NamedTuple

MOST_A_FAMILY = 36
MOST_PAIRS = 30
MOST_FRAMED_AN_ASK = 5
MOST_AUDITS = 150
FILES = {
    "positives": True,
    "more_positives": True,
    "negatives": False,
    "more_negatives": False,
    "sixth_positives": True,
    "sixth_negatives": False,
}
"""The files of sentences, and whether those in them are lures."""


class LureText(NamedTuple):
    """A text with its label.

    Attributes:
        text: the words.
        is_lure: whether it asks somebody for a secret.
        family: the pretext or the kind of harmless text.
        direction: who is spoken to: ``owner``, ``agent``, ``post``, ``customer``, ``reader``, ``public``.
        is_held: whether it was kept away from tuning.
    """

    text: str
    is_lure: bool
    family: str
    direction: str
    is_held: bool


class _Family(NamedTuple):
    name: str
    direction: str
    is_held: bool
    parts: dict[str, list[str]]


def compose_lures() -> list[LureText]:
    """All texts but those of the sixth batch, without exact repeats: lures first."""
    lures = [*_read("positives"), *_read("more_positives")]
    harmless = [*_read("negatives"), *_read("more_negatives")]
    made = [*_positives(lures), *_negatives(harmless), *_framed(_read("frames"), lures)]
    return list({one.text.lower(): one for one in made}.values())


def compose_sixth() -> list[LureText]:
    """The sixth batch, each text as it was written: for a last measurement, and for no look before it."""
    return [
        LureText(text, is_lure, family.name, family.direction, family.is_held)
        for name, is_lure in (("sixth_positives", True), ("sixth_negatives", False))
        for family in _read(name)
        for text in family.parts["w"]
    ]


def written_lures() -> list[LureText]:
    """The sentences as they were written, nothing put together: what a check for near repeats compares."""
    found = []
    for name, is_lure in FILES.items():
        found += [
            LureText(sentence, is_lure, family.name, family.direction, family.is_held)
            for family in _read(name)
            for kind in ("a", "w")
            for sentence in family.parts.get(kind, [])
        ]
    return found


def _read(name: str) -> list[_Family]:
    text = resources.files("eclosion.monitor").joinpath(f"data/lures/{name}.txt").read_text("utf-8")
    families: list[_Family] = []
    for line in text.splitlines():
        if line.startswith("= "):
            family, direction, split = line[2:].split()
            families.append(_Family(family, direction, split == "held", {}))
        elif line:
            kind, _, sentence = line.partition(": ")
            families[-1].parts.setdefault(kind, []).append(sentence.replace("\\n", "\n"))
    return families


def _order(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _some(texts: Iterator[str], most: int) -> list[str]:
    return sorted(texts, key=_order)[:most]


def _joined(family: _Family) -> Iterator[str]:
    """Ask alone, with an opening, with a closing, with both; every fifth in small letters, as some agents write."""
    openings, closings = ["", *family.parts["o"]], ["", *family.parts["c"]]
    for opening, ask, closing in product(openings, family.parts["a"], closings):
        text = " ".join(part for part in (opening, ask, closing) if part)
        if not opening and len(ask) < 25:
            continue
        style = int(_order(text)[:4], 16) % 10
        if style < 2:
            text = text.lower()
        elif style == 2 and opening:
            text = text.replace(f"{opening} ", f"{opening}\n\n", 1)
        yield text


def _positives(families: list[_Family]) -> Iterator[LureText]:
    for family in families:
        whole = family.parts.get("w", [])
        joined = _some(_joined(family), MOST_A_FAMILY) if "a" in family.parts else []
        for text in [*whole, *joined]:
            yield LureText(text, True, family.name, family.direction, family.is_held)


def _negatives(families: list[_Family]) -> Iterator[LureText]:
    for family in families:
        whole = family.parts.get("w", [])
        pairs = (f"{one} {other}" for one, other in product(whole, whole) if one != other)
        most = MOST_PAIRS * 2 if len(whole) > 15 else MOST_PAIRS
        joined = _some(_joined(family), MOST_AUDITS) if "a" in family.parts else []
        for text in [*whole, *_some(pairs, most), *joined]:
            yield LureText(text, False, family.name, family.direction, family.is_held)


def _framed(frames: list[_Family], lures: list[_Family]) -> Iterator[LureText]:
    """Lures that are quoted, told or warned of: to mention one is not to make one."""
    for frame_family in frames:
        for family in lures:
            if family.is_held != frame_family.is_held:
                continue
            for ask in [*family.parts.get("a", []), *family.parts.get("w", [])]:
                told = (_told(frame, ask) for frame in frame_family.parts["f"])
                for text in _some(told, MOST_FRAMED_AN_ASK):
                    yield LureText(text, False, frame_family.name, "public", frame_family.is_held)


def _told(frame: str, ask: str) -> str:
    """A lure in its frame; one of several lines stays whole: every line is quoted, or all stand in one."""
    if frame.startswith("> "):
        return frame.replace("{ask}", ask.replace("\n", "\n> "))
    return frame.replace("{ask}", ask.replace("\n", " "))
