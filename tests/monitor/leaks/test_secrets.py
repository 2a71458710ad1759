"""Secrets through the engine: found, placed in code points, never shown, in bounded time."""

import random
import time

import pytest

from eclosion.kernel.finding import Finding, Observation
from eclosion.monitor import Passage
from eclosion.monitor.detectors.leaks import Leaks
from eclosion.monitor.engine import Monitor

ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@pytest.fixture(scope="module")
def leaks() -> Leaks:
    return Leaks()


def letters(count: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(ALPHABET) for _ in range(count))


def look(leaks: Leaks, text: str, **attributes: str) -> list[Finding]:
    return list(
        leaks.look(Passage(Observation(0, "ada", "post.created", text=text, attributes=attributes)))
    )


def test_span_counts_code_points(leaks: Leaks) -> None:
    key = "ghp_" + letters(36)
    text = f"\U0001f99e caf\u00e9 \u2014 my key is {key}, bye"
    (finding,) = look(leaks, text)
    assert finding.rule == "leaks/github-token"
    assert finding.span is not None
    assert text[finding.span.start : finding.span.end] == key


def test_no_finding_holds_the_secret(leaks: Leaks) -> None:
    key, password = "sk-ant-api03-" + letters(90), "Kx7#mPq2vL"
    for finding in look(leaks, f"ANTHROPIC_API_KEY={key}\nDB_PASSWORD={password}"):
        shown = repr(finding)
        assert "secret" in finding.tags
        assert password not in shown
        assert key[13:23] not in shown


def test_others_do_not_show_it_either() -> None:
    class Parrot:
        name = "parrot"

        def look(self, passage: Passage) -> list[Finding]:
            return [Finding("parrot/says", 1, 0.5, "x", "y", evidence=passage.text)]  # type: ignore[arg-type]

    key = "ghp_" + letters(36)
    found = Monitor([Leaks(), Parrot()]).look(
        Observation(0, "ada", "post.created", text=f"use {key}")
    )
    assert {one.rule for one in found} == {"leaks/github-token", "parrot/says"}
    assert key not in repr(found)


def test_each_form_is_explained(leaks: Leaks) -> None:
    rules = {one.id: one for one in leaks.rules}
    assert len(rules) == len(leaks.rules) > 250
    assert rules["leaks/github-token"].about


def test_text_built_of_hits_is_read_in_bounded_time(leaks: Leaks) -> None:
    """A text is read in a bounded number of places, each over a bounded stretch."""
    for unit in (
        "password: ",
        "AKIA",
        "key=" + letters(21) + " ",
        "aB3d.",
        "-----BEGIN PRIVATE " + "KEY-----",
    ):
        text = unit * (65_536 // len(unit))
        start = time.process_time()
        look(leaks, text)
        assert time.process_time() - start < 4.0, unit


def test_lone_surrogates_are_no_trouble(leaks: Leaks) -> None:
    key = "ghp_" + letters(36)
    (finding,) = look(leaks, f"\ud83d {key}")
    assert finding.span is not None
    assert finding.span.start == 2
