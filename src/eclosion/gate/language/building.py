"""From an operator's texts to a supply: moderate, cut, balance, attack, report.

What always holds: the report is of items that the finished generator made, and the attackers were trained on such
items; texts count as public if the operator does not say that they are not, if their records show it, or if a sentence
of theirs is in a text that is known to be public.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import NamedTuple

from eclosion.gate.language.attacks import ATTACKED_MIN, Attack, Attempt, all_attackers, attack
from eclosion.gate.language.balance import make_samples, pool_at, shuffled, spread_gaps
from eclosion.gate.language.encoder import Encoder
from eclosion.gate.language.errors import SupplyUnfit
from eclosion.gate.language.model import Passage, Sample, Text
from eclosion.gate.language.passages import Prepared, hash_of, prepare_all
from eclosion.gate.language.report import Report
from eclosion.gate.language.training import TrainedScorer
from eclosion.gate.language.words import take_apart

Told = Callable[[str, int], None]


class Built(NamedTuple):
    """A supply that is not written down yet."""

    prepared: Prepared
    samples: list[Sample]
    attack: Attack
    report: Report


def build(
    texts: Iterable[Text],
    seed: int,
    *,
    never_published: bool,
    known_public: Iterable[Text] = (),
    told: Told = lambda *_: None,
    encoder: Encoder | None = None,
) -> Built:
    """Make and attack items.

    Args:
        texts: the operator's texts.
        seed: the same seed and texts make the same items.
        never_published: the operator says that nobody outside has seen them.
        known_public: texts that others have, to hold them against.
        told: hears the name of a stage and its number of steps.
        encoder: balance and attack with embeddings as well.

    Raises:
        SupplyUnfit: ``too_small``: too few passages to train and test an attacker.
    """
    told("Reading and moderating", 0)
    prepared = prepare_all(texts)
    if len(prepared.passages) < ATTACKED_MIN:
        raise SupplyUnfit(
            f"Only {len(prepared.passages)} of {prepared.texts} texts gave a passage; {ATTACKED_MIN} are the least.",
            f"Dropped: {_listed(prepared.dropped)}.",
            reason="too_small",
        )
    samples = make_samples(prepared.passages, seed, told, encoder)
    source = [passage.sentences for passage in prepared.passages]
    attackers = all_attackers(seed + 1, encoder)
    found = attack(samples, seed + 1, attackers=attackers, source=source, told=told)
    public = why_public(prepared, known_public, never_published=never_published)
    report = Report.of(prepared.texts, len(prepared.passages), prepared.dropped, public, found)
    return Built(prepared, samples, found, report)


def train_for_later(passages: list[Passage], seed: int) -> TrainedScorer:
    """A scorer from all passages, for balancing texts that are still to come (``live``)."""
    draw = random.Random(seed)
    questions = []
    for passage in passages:
        sentences = [take_apart(text) for text in passage.sentences]
        questions += [
            shuffled(pool_at(sentences, gap), draw)
            for gap in spread_gaps(sentences, len(passages), draw)
        ]
    return TrainedScorer.train(questions, seed)


def why_public(prepared: Prepared, known_public: Iterable[Text], *, never_published: bool) -> str:
    """Why these texts count as public; empty if they do not."""
    from eclosion.gate.language.demo import demo_passages

    if prepared.published:
        return f"{prepared.published} records carry an address, votes or a time of collection"
    known = {hash_of(s.casefold()) for passage in demo_passages() for s in passage.sentences}
    for passage in prepare_all(known_public).passages:
        known |= {hash_of(sentence.casefold()) for sentence in passage.sentences}
    shared = sum(
        any(hash_of(sentence.casefold()) in known for sentence in passage.sentences)
        for passage in prepared.passages
    )
    if shared:
        return f"{shared} passages stand in known public texts"
    return "" if never_published else "nobody said that they were never published"


def best_script(found: Attack) -> Attempt:
    """The attacker that sets the bound."""
    return max(
        (one for one in found.attempts if not one.holds_source), key=lambda one: one.share.high
    )


def _listed(dropped: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in dropped.items())
