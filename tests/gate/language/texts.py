"""Made-up texts in which a script can find something: neighbours share a rare word, but not always."""

import random
from collections.abc import Iterator

from eclosion.gate.language.model import Text

SUBJECTS = "miller keeper weaver pilot teacher farmer painter printer porter tailor".split()
VERBS = "found kept lost moved counted carried mended showed counted wanted".split()
PLACES = "barn harbour tower garden market valley school bridge station cellar".split()
ENDS = (
    "before the",
    "because of that",
    "although not for the",
    "when it was",
    "so that there was a",
    "and for the",
)


def clued_texts(count: int, seed: int = 1, sentences: int = 14, clue: float = 0.35) -> list[Text]:
    """Texts of many authors; in each sentence, with the chance ``clue``, an object of the one before."""
    return list(_clued_texts(count, random.Random(seed), sentences, clue))


def _clued_texts(count: int, draw: random.Random, sentences: int, clue: float) -> Iterator[Text]:
    for number in range(count):
        thing = _word(draw)
        body = []
        for _ in range(sentences):
            previous, thing = thing, _word(draw)
            kept = f" with the {previous}" if draw.random() < clue else f" with the {_word(draw)}"
            body.append(
                f"The {draw.choice(SUBJECTS)} {draw.choice(VERBS)} the {thing}{kept} near the "
                f"{draw.choice(PLACES)} {draw.choice(ENDS)} {_word(draw)}."
            )
        yield Text(f"text-{number}", " ".join(body), author=f"author-{number}")


def _word(draw: random.Random) -> str:
    return "".join(draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(4))
