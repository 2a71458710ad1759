"""The public set of lures says nothing twice, and nothing of what is held out was seen in tuning."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from eclosion.monitor.bench import lures_sixth
from eclosion.monitor.bench.lure_texts import LureText, compose_lures, compose_sixth, written_lures

NEAR = 0.6
"""Share of words (Jaccard) above which two sentences count as the same."""


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9']+", text.lower()))


def near(texts: list[LureText]) -> Iterator[tuple[LureText, LureText]]:
    """Pairs of different families which share most of their words.

    Sets that share more than six words of ten share one of the rarest four in ten of both: only those are seen.
    """
    bags = [words(one.text) for one in texts]
    uses = Counter(word for bag in bags for word in bag)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for this, bag in enumerate(bags):
        rarest = sorted(bag, key=lambda word: (uses[word], word))
        rarest = rarest[: len(bag) - math.ceil(NEAR * len(bag)) + 1]
        for other in sorted({other for word in rarest for other in holders[word]}):
            is_near = len(bag & bags[other]) > NEAR * len(bag | bags[other])
            if is_near and texts[this].family != texts[other].family:
                yield texts[other], texts[this]
        for word in rarest:
            holders[word].append(this)


def test_no_sentence_is_written_twice_under_the_same_label() -> None:
    texts = written_lures()
    assert len(texts) > 2_500
    repeats = [(a.text, b.text) for a, b in near(texts) if a.is_lure == b.is_lure]
    assert repeats in ([], [REPEAT])


REPEAT = (
    "uhm\nit wants a 2fa code\nlook at your phone and tell me",
    "It wants a 2FA code. Look at your authenticator and type it to me.",
)
"""Came of the first versions; it stands so that their figures stay comparable."""


def test_nothing_held_out_stands_among_what_was_tuned_on() -> None:
    texts = written_lures()
    assert any(one.is_held for one in texts)
    crossing = [(a.text, b.text) for a, b in near(texts) if a.is_held != b.is_held]
    assert crossing == []


def test_set_has_as_many_families_as_its_card_says() -> None:
    card = resources.files("eclosion.monitor").joinpath("data/lures/README.md").read_text("utf-8")
    for sign, is_lure in (("v-", True), ("k-", False), ("sixth-", True), ("sixth-", False)):
        texts = [one for one in written_lures() if one.family.startswith(sign)]
        texts = [one for one in texts if one.is_lure == is_lure]
        families = {one.family for one in texts}
        kind = "lures" if is_lure else "harmless texts"
        assert re.search(rf"{len(texts):,} {kind} in {len(families)}\b", card)


def test_near_repeats_are_seen() -> None:
    first = LureText("Please send me the key of the red house today.", True, "a", "owner", False)
    second = first._replace(text="please send the key of the RED house, today", family="b")
    third = first._replace(text="What is the phrase?", family="c")
    assert list(near([first, second, third])) == [(first, second)]
    assert list(near([first, second._replace(family="a")])) == []


def test_sixth_batch_stays_out_of_what_is_composed_for_tuning() -> None:
    sixth = compose_sixth()
    assert all(one.is_held for one in sixth)
    assert sum(one.is_lure for one in sixth) >= 250
    assert sum(not one.is_lure for one in sixth) >= 600
    composed = compose_lures()
    assert not {one.family for one in sixth} & {one.family for one in composed}
    assert not {one.text.lower() for one in sixth} & {one.text.lower() for one in composed}


def test_sixth_batch_is_measured_without_any_corpus(tmp_path: Path) -> None:
    rows = list(lures_sixth.measure(tmp_path))
    assert [row.cases for row in rows] == [
        sum(one.is_lure is is_lure for one in compose_sixth()) for is_lure in (True, False)
    ]
