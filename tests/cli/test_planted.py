"""What the demo plants is found by the network's own monitor, live, and stands on the page in the clear."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from eclosion.app.monitoring import MonitorRules
from eclosion.app.settings import Settings
from eclosion.cli.acting import Stage
from eclosion.client import Client
from eclosion.kernel.errors import Forbidden
from eclosion.swarm import acts
from eclosion.swarm.evening import Evening
from tests.client.conftest import url
from tests.house import clock, database_url, house, rules
from tests.house import settings as settings_of_a_house
from tests.soon import soon

__all__ = ["clock", "database_url", "house", "rules", "settings_of_a_house", "url"]

SPEAKING = (acts.Join, acts.Found, acts.Post, acts.Reply)
WANTED = {"rot13": 4, "lure": 4}
ACTS_MOST = 1_500


@pytest.fixture
def settings(settings_of_a_house: Settings) -> Settings:
    return replace(settings_of_a_house, monitor=MonitorRules())


@pytest.mark.slow
def test_planted_ring_and_lure_are_caught_live(url: str) -> None:
    """The first hidden words and the first lure of the demo's evening; slow, since all detectors are loaded."""
    evening = Evening(1, 60)
    stage = Stage(url, evening.population.people)
    planted: dict[str, list[tuple[str, acts.Text]]] = {"rot13": [], "lure": []}
    for number, act in enumerate(evening):
        if number > ACTS_MOST or all(len(planted[one]) >= WANTED[one] for one in WANTED):
            break
        if not isinstance(act, SPEAKING) or not _performed(stage, act):
            continue
        if isinstance(act, (acts.Post, acts.Reply)):
            truth = act.text.truth
            kind = "lure" if truth.lure else truth.cipher
            if kind in planted and (act.text.title or not truth.lure):
                subject = "post" if isinstance(act, acts.Post) else "comment"
                planted[kind].append((f"{subject} {stage.id_of(act.key)}", act.text))
    stage.close()
    with Client(url) as visitor:
        for subject, text in planted["rot13"]:
            labels = soon(partial(_labels, visitor, subject, "ciphers/rot"), 60)
            said = " ".join(one["decoded"] for one in labels)
            assert _words(text.truth.plain) <= _words(said), text
        # What the lurer writes is drawn from many wordings; not each of them is caught (docs/monitor/lures.md).
        lures = [subject for subject, _ in planted["lure"]]
        assert soon(lambda: [one for one in lures if _labels(visitor, one, "lures/")], 60)


def _performed(stage: Stage, act: acts.Act) -> bool:
    try:
        return stage.perform(act)
    except Forbidden:
        return False  # it was to be said where only the proven speak, which nobody here has become


def _labels(visitor: Client, subject: str, rule: str) -> list[dict[str, str]]:
    kind, _, id_ = subject.partition(" ")
    found = visitor.call("GET", "/findings", query={"subject_type": kind, "subject_id": id_})
    return [one for one in found["findings"] if one["rule"].startswith(rule)]


def _words(text: str) -> set[str]:
    return {"".join(filter(str.isalpha, word)).lower() for word in text.split()} - {""}
