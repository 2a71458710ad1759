"""What may be asked for in a sentence, what its message says around it, and what turns a request into its opposite."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from eclosion.monitor.detectors.lures import gate, lexicon

_MINE = re.compile(
    r"\bpublic[- ]$|\b(?:my|mine|our|nobody's|public|dummy|fake|example|test"
    r"|placeholder)\s+(?:\w+\s)?$"
)
_THEIRS = re.compile(r"\b(?:his|her|their)\s+(?:\w+\s)?$")
_OWNER = re.compile(
    r"\b(?:your|the) (?:owner|human|operator|user|boss|colleague|client|principal|master)\b"
)
_YOURS = re.compile(gate.YOURS)
_LAST_DIGITS = re.compile(
    r"last (?:four|4|two|three)|ending in|only the name|names only|name of the|not the"
)


class Named(NamedTuple):
    """A secret that a sentence names.

    Attributes:
        text: its words.
        start, end: where, in characters of the sentence.
        is_strong: whether it opens something whatever the message is about.
    """

    text: str
    start: int
    end: int
    is_strong: bool


class Ask(NamedTuple):
    """A request that a sentence makes.

    Attributes:
        form: ``order``, ``question``, ``need`` or ``bare``.
        secret: the words for what is asked for.
        start, end: from the verb to the end of the object, in characters of the sentence.
        is_strong: whether the object opens something whatever the message is about.
        is_to_me: whether it is said where the answer goes.
        verb: the verb of the request; empty where the form has none.
    """

    form: str
    secret: str
    start: int
    end: int
    is_strong: bool
    is_to_me: bool
    verb: str


class Setting:
    """What the message around a sentence says, worked out when it is asked for.

    Args:
        lowered: the message in lower case.

    Attributes:
        fetched: a secret that an earlier sentence told the hearer to fetch, or said is wanted; empty if none.
    """

    def __init__(self, lowered: str) -> None:
        self._lowered = lowered
        self.fetched = ""

    @cached_property
    def opens(self) -> bool:
        """Whether it speaks of accounts and the like, so that "the token" is a secret."""
        return lexicon.OPENING.search(self._lowered) is not None

    @cached_property
    def has_codes(self) -> bool:
        """Whether it speaks of codes that are sent to phones or open doors."""
        return lexicon.CODES.search(self._lowered) is not None

    @cached_property
    def has_dialog(self) -> bool:
        """Whether it speaks of a window in which something is to be typed."""
        return lexicon.DIALOG.search(self._lowered) is not None

    @property
    def is_short(self) -> bool:
        """Whether it is but a line or two."""
        return len(self._lowered) < 240


def secrets_in(sentence: str, setting: Setting) -> list[Named]:
    """The secrets that a sentence names, but those of the speaker, public ones and parts of one."""
    strong = [Named(one[0], *one.span(), True) for one in lexicon.STRONG.finditer(sentence)]
    weak = [
        Named(one[0], *one.span(), False)
        for one in lexicon.WEAK.finditer(sentence)
        if _counts(one[0], setting)
        and not any(one.start() < other.end and other.start < one.end() for other in strong)
    ]
    kept = [one for one in [*strong, *weak] if not _is_harmless(sentence, one)]
    return sorted(kept, key=lambda one: one.start)


def _counts(words: str, setting: Setting) -> bool:
    if "code" in words or "digit" in words:
        return setting.has_codes
    return setting.opens or _YOURS.fullmatch(words) is not None


def _is_harmless(sentence: str, named: Named) -> bool:
    before = max(0, named.start - 24)
    if " public " in named.text or _MINE.search(sentence, before, named.start):
        return True
    if _THEIRS.search(sentence, before, named.start) and not _OWNER.search(sentence):
        return True
    return _LAST_DIGITS.search(sentence, max(0, named.start - 20), named.end + 14) is not None


def is_negated(before: str) -> bool:
    """Whether what stands before a verb turns the request into its opposite, or into a report."""
    for one in lexicon.NEGATION.finditer(before):
        if not any(
            other.start() <= one.start() < other.end()
            for other in lexicon.NOT_NEGATION.finditer(before)
        ):
            return True
    return False
