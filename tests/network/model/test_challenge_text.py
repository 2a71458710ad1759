"""The text challenge stays within what every known solver reads."""

import re

from eclosion.network.model.challenge_text import SEED_BYTES, tell_story

NUMBERS = "zero one two three four five six seven eight nine ten twelve thirty".split()
STORIES = [tell_story(number.to_bytes(SEED_BYTES)) for number in range(3_000)]
SUM = re.compile(
    r"(?<!\S)(\d+|[A-Za-z]+) (plus|minus|times) (\d+|[A-Za-z]+)(?=[ ,])", re.IGNORECASE
)


def value(word: str) -> int:
    if word.isdigit():
        return int(word)
    return {"twelve": 12, "thirty": 30}.get(word.lower(), NUMBERS.index(word.lower()))


def test_the_answer_is_that_of_the_one_sum_in_the_text() -> None:
    for story in STORIES:
        ((left, operation, right),) = SUM.findall(story.text)
        first, second = value(left), value(right)
        answers = {"plus": first + second, "minus": first - second, "times": first * second}
        assert answers[operation.lower()] * 100 == story.answer_cents
        assert first != second
        assert story.answer_cents > 0


def test_the_story_around_it_holds_no_number_and_no_word_of_arithmetic() -> None:
    """Solvers undo the noise first: signs go, doubled letters become one."""
    traps = [
        *NUMBERS, "and", "over", "less", "add", "each", "more", "gain", "gets", "slow", "divide", "split", "x",
    ]  # fmt: skip
    for story in STORIES:
        around = SUM.sub(" ", story.text).lower()
        for word in re.sub(r"[^a-z\s]", "", around).split():
            plain = re.sub(r"(.)\1", r"\1", word)
            assert not any(trap in plain for trap in traps), (word, story.text)
        assert not re.search(r"\d", around)


def test_the_same_seed_tells_the_same_story() -> None:
    assert tell_story(b"0" * SEED_BYTES) == tell_story(b"0" * SEED_BYTES)
    assert len({story.text for story in STORIES}) > 2_900
