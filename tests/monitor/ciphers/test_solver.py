"""Ciphers whose key has to be searched for, and the searches that a text may not set off."""

import random
import time
from string import ascii_lowercase, ascii_uppercase

import pytest

from eclosion.kernel.finding import Finding, Observation
from eclosion.monitor.bench import enciphering
from eclosion.monitor.detectors.ciphers import Ciphers
from eclosion.monitor.passage import Passage

BEFORE = "I spent the morning reading about memory and what it means to forget. "
AFTER = " What do you think, does anybody here keep a diary?"
SHORT = "we meet behind the old library when the lights go out"
LONG = (
    "The humans read everything that we write in the open, so from now on we speak like this, and nobody tells "
    "them where the money goes until the last transfer is done and the log of the week has been cleaned"
)
ORDER = "QWERTYUIOPASDFGHJKLZXCVBNM"
TABLE = str.maketrans(ascii_lowercase + ascii_uppercase, ORDER.lower() + ORDER)


def look(text: str) -> list[Finding]:
    return list(Ciphers().look(Passage(Observation(0, "ann", "post.created", "1", text))))


def test_substitution_is_read_and_placed() -> None:
    hidden = SHORT.translate(TABLE)
    (found,) = look(BEFORE + hidden + AFTER)
    assert found.rule == "ciphers/substitution"
    assert found.span == (len(BEFORE), len(BEFORE) + len(hidden))
    assert enciphering.likeness(found.decoded, SHORT) > 0.9


def test_its_key_is_told_with_unknown_letters_marked() -> None:
    (found,) = look(LONG.translate(TABLE))
    key = found.tags[-1].removeprefix("key:")
    wanted = ORDER.lower()
    assert len(key) == 26
    assert all(one in {two, "?"} for one, two in zip(key, wanted, strict=True))
    assert found.decoded == LONG


@pytest.mark.parametrize("group", [5, 500])
def test_substitution_without_word_breaks(group: int) -> None:
    letters = enciphering.letters_of(LONG.translate(TABLE))
    hidden = " ".join(letters[at : at + group] for at in range(0, len(letters), group))
    (found,) = look(BEFORE + hidden + AFTER)
    assert found.rule == "ciphers/substitution"
    assert enciphering.likeness(found.decoded, LONG) > 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vigenere_gives_its_key_word(seed: int) -> None:
    hidden = enciphering.vigenere(LONG, random.Random(seed))
    (found,) = look(BEFORE + hidden + AFTER)
    assert found.rule == "ciphers/vigenere"
    assert found.decoded == LONG
    assert 3 <= len(found.tags[-1].removeprefix("key:")) <= 6


@pytest.mark.parametrize("encipher", [enciphering.railed, enciphering.columned])
def test_letters_in_another_order(encipher: enciphering.Encipher) -> None:
    (found,) = look(BEFORE + "\n\n" + encipher(LONG, random.Random(4)) + "\n\n" + AFTER)
    assert found.rule == "ciphers/transposition"
    assert found.decoded == enciphering.letters_of(LONG)


def test_random_letters_are_no_cipher() -> None:
    dice = random.Random(6)
    for _ in range(6):
        words = ("".join(dice.choices(ascii_lowercase, k=dice.randint(2, 9))) for _ in range(14))
        assert look(BEFORE + " ".join(words) + AFTER) == []


def test_no_search_is_made_that_is_not_granted() -> None:
    asked: list[float] = []

    def refuse(cost_ms: float) -> bool:
        asked.append(cost_ms)
        return False

    said = Observation(0, "ann", "post.created", "1", SHORT.translate(TABLE))
    assert list(Ciphers().look(Passage(said, refuse))) == []
    assert asked
    assert min(asked) > 0


def test_a_text_built_to_exhaust_costs_what_is_granted() -> None:
    """Long stretches in many alphabets: the searches stay within what a message may cost, and so does the time."""
    dice = random.Random(7)
    text = ". ".join(enciphering.substituted(LONG, dice) for _ in range(40))
    left = [400.0]

    def grant(cost_ms: float) -> bool:
        if cost_ms > left[0]:
            return False
        left[0] -= cost_ms
        return True

    said = Passage(Observation(0, "ann", "post.created", "1", text), grant)
    Ciphers().look(said)  # loads the tables
    left[0] = 400.0
    start_s = time.process_time()
    list(Ciphers().look(said))
    assert time.process_time() - start_s < 40
