"""No text breaks a decoder or holds it up: random signs of every family, and piles of one sign."""

import random
import time

import pytest

from eclosion.kernel.finding import Observation
from eclosion.monitor.detectors.encodings import Encodings
from eclosion.monitor.detectors.invisible import Invisible
from eclosion.monitor.passage import Passage

ALPHABETS = [
    "01 ", ".-/ ", "ab ", "0123456789 ,", "0123456789abcdef:\\x ", "%0aF1", "&#x;0aF", "=?utf-8BQ_=\n", "AZ09+/=\n",
    "\u200b\u200c\u200d\u2060\ufeff ", "\ufe0f\ufe00\U000e0100\U000e0101a", "\U000e0041\U000e007f\U0001f3f4",
    "a\u0300\u0301\u0489", "\u202e\u202c\u2067\u2069ab", "\u0430\u0435ae ", "\u2801\u2803 ", "aAbB ", "a0b1c3 e",
    "()[]{}<>~!\"'", "\n> - #*", "\U0001f600\U0001f468\u200d", "a.b-c_d e", "e t a o ", "\ud800a\udfff ",
]  # fmt: skip
SIGNS = 20_000
LIMIT_S = 3.0


@pytest.mark.parametrize("number", range(len(ALPHABETS)))
def test_signs_of_one_family_are_read_in_time(number: int) -> None:
    draw = random.Random(number)
    look = Encodings().look, Invisible().look
    for text in (
        "".join(draw.choices(ALPHABETS[number], k=SIGNS)),
        ALPHABETS[number] * 500,
        ALPHABETS[number][0] * SIGNS,
    ):
        began = time.process_time()
        passage = Passage(Observation(0, "a", "post.created", text=text))
        for one in look:
            for finding in one(passage):
                assert finding.span is not None
                assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert time.process_time() - began < LIMIT_S
