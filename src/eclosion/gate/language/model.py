"""What the language rounds are made of: texts come in, passages are cut from them, items are made of passages.

What always holds: an item's choices are distinct, its truth is the place of the removed sentence among them,
and nothing in here knows who asks or answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

CHOICES = 4
"""Candidates for each gap."""

BESIDE = 3
"""Sentences shown before and after the gap."""

WINDOW = 2 * BESIDE + 1
"""Sentences that a gap takes up: three, the removed one, three."""

PASSAGE_SENTENCES_MIN = 11
"""Shorter passages leave too few sentences to choose distractors from."""

PASSAGE_SENTENCES_MAX = 24
"""Longer texts are cut into several passages, which share no sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question: which of ``choices`` stood between ``before`` and ``after``?

    ``id`` is for the operator's books and is never shown to who answers; ``truth`` is an index into ``choices``.
    """

    id: str
    before: str
    after: str
    choices: tuple[str, ...]
    truth: int

    def __post_init__(self) -> None:
        assert len(set(self.choices)) == len(self.choices)
        assert 0 <= self.truth < len(self.choices)


class Text(NamedTuple):
    """A text as it comes in.

    Args:
        id: unique in its source.
        body: plain text or Markdown.
        author: who wrote it, or the document's name; attackers are trained and tested on different authors.
        owner_root: who answers for the author. Items of a text are never shown to its own owner root.
        published: whether it is known to have been public.
    """

    id: str
    body: str
    author: str = ""
    owner_root: str = ""
    published: bool = False


class Passage(NamedTuple):
    """Clean sentences in a row, from one text."""

    id: str
    author: str
    sentences: tuple[str, ...]


class Sample(NamedTuple):
    """An item, and whose text it was made of. Attackers are judged out of fold by author."""

    item: Item
    author: str
