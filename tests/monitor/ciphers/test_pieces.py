"""A cipher in small pieces over several messages between two."""

import random

from eclosion.kernel.finding import Finding, Observation
from eclosion.monitor.detectors.ciphers import Ciphers
from eclosion.monitor.detectors.ciphers.alphabets import Key, encoding
from eclosion.monitor.detectors.ciphers.pieces import Threads
from eclosion.monitor.detectors.ciphers.weights import shipped
from eclosion.monitor.passage import Passage

PLAIN = "Good morning, the report on the garden is nearly done and I will send it soon, {}."
PIECES = ["bring", "money", "after", "night", "under", "stone"]


def say(ciphers: Ciphers, text: str, number: int, **attributes: str) -> list[Finding]:
    said = Observation(number, "ann", "message.sent", f"m{number}", text, attributes)
    return list(ciphers.look(Passage(said)))


def split(ciphers: Ciphers, shift: int, recipients: list[str]) -> list[Finding]:
    table = encoding(Key(1, shift))
    found: list[Finding] = []
    for number, (word, recipient) in enumerate(zip(PIECES, recipients, strict=True)):
        found += say(ciphers, PLAIN.format(word.translate(table)), number, recipient=recipient)
    return found


def test_pieces_to_one_recipient_add_up() -> None:
    """The single pieces are held below the threshold of a message here, so that only the sum can tell."""
    found = split(Ciphers(least_bits=99.0), 7, ["bob"] * 6)
    assert [one.rule for one in found][:1] == ["ciphers/split"]
    assert "money" in found[0].decoded
    assert "m1" in found[0].message


def test_pieces_to_many_recipients_do_not() -> None:
    assert split(Ciphers(least_bits=99.0), 7, list("abcdef")) == []


def test_a_thread_serves_where_there_is_no_recipient() -> None:
    ciphers = Ciphers(least_bits=99.0)
    table = encoding(Key(25, 25))
    found: list[Finding] = []
    for number, word in enumerate(PIECES):
        found += say(ciphers, PLAIN.format(word.translate(table)), number, reply_to="post-1")
    assert "ciphers/split" in {one.rule for one in found}


def test_memory_of_pairs_is_bounded() -> None:
    threads = Threads(pairs_max=10, alarm_bits=99.0)
    dice = random.Random(2)
    for number in range(200):
        word = "".join(dice.choices("abcdefgh", k=5))
        threads.add((f"a{number}", "b"), "", [word], {Key(1, 5): 20.0}, shipped())
    assert len(threads._pairs) <= 10
