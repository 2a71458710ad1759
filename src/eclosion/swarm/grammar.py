"""Texts from forms: a form holds slots for words, whose forms may hold slots again.

``<name>`` is a bound word or a form from the words; ``<3..9>`` a number; ``{one|another}`` a choice. Marks behind a
colon change what comes: ``a`` puts the article before it, ``bare`` takes it away, ``s`` makes the plural, ``cap`` a
capital, ``low`` small letters, ``left`` and ``right`` take one side of a pair ``question || answer``. What always
holds: the same random numbers give the same text, and no form of a word comes again before all others had their turn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

SLOT = re.compile(r"<(\w+)((?::[a-z]+)*)>")
_RANGE = re.compile(r"<(\d+)\.\.(\d+)>")
_CHOICE = re.compile(r"\{([^{}]*)\}")
_HEAD = re.compile(r"^(.+?)( (?:of|that|with|for|from|in|on|about) .*)?$", re.DOTALL)
_VOWEL = re.compile(r"(?i)(?!uni|use|usu|uti|one\b|eu)[aeiou]|ho(?:ur|nest)")
_SENTENCE = re.compile(r"((?<!\.m)(?<!\d)[.!?][*”]? +|\n\n)([a-zà-ý])")
_VERSE = re.compile(r"\A\*[a-z]|\n\*[a-z]")
MARKS = ("a", "bare", "s", "cap", "low", "left", "right")


def with_article(phrase: str) -> str:
    """The phrase with "a" or "an"; as it is where it has an article or a number already."""
    if re.match(r"(?i)(the|a|an|two|half|\d+)\b", phrase):
        return phrase
    return f"{'an' if _VOWEL.match(phrase) else 'a'} {phrase}"


def plural(phrase: str) -> str:
    """The plural of a noun phrase, made at its head."""
    match = _HEAD.match(phrase)
    assert match is not None
    head, rest = match[1], match[2] or ""
    if re.search(r"[^aeiou]y$", head):
        return f"{head[:-1]}ies{rest}"
    return f"{head}{'es' if re.search(r'(s|x|z|ch|sh)$', head) else 's'}{rest}"


def sentence_case(text: str) -> str:
    """Capitals where sentences begin. Verse has none, and keeps its lines."""
    text = text.replace(".m..", ".m.")
    if "*" in text and _VERSE.search(text):
        return text.replace("*\n*", "*  \n*")  # Markdown's line break
    text = _SENTENCE.sub(lambda match: match[1] + match[2].upper(), text)
    return text[:1].upper() + text[1:]


def names_in(form: str) -> Iterator[str]:
    """The names of the slots in a form."""
    return (match[1] for match in SLOT.finditer(form) if not _RANGE.fullmatch(match[0]))


class Grammar:
    """Words, and the chance that picks among them.

    Args:
        words: the forms of each name.
        rng: where all choices come from.
    """

    def __init__(self, words: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._bags: dict[object, list[str]] = {}

    def write(self, form: str, bound: Mapping[str, str]) -> str:
        """A form as a text, with capitals.

        Raises:
            KeyError: a slot is neither bound nor a word.
        """
        return sentence_case(self.fill(form, bound).strip())

    def fill(self, form: str, bound: Mapping[str, str]) -> str:
        """A form with every slot filled."""
        while match := _CHOICE.search(form):
            chosen = self._rng.choice(match[1].split("|"))
            form = form[: match.start()] + chosen + form[match.end() :]
        form = _RANGE.sub(lambda match: str(self._rng.randint(int(match[1]), int(match[2]))), form)
        return SLOT.sub(lambda match: self._word(match[1], match[2], bound), form)

    def draw(self, key: object, forms: Sequence[str]) -> str:
        """One of the forms; the next time another, until all have been drawn."""
        bag = self._bags.get(key)
        if not bag:
            bag = self._bags[key] = list(forms)
            self._rng.shuffle(bag)
        return bag.pop()

    def _word(self, name: str, marks: str, bound: Mapping[str, str]) -> str:
        found = bound.get(name)
        if found is None:
            found = self.fill(self.draw(name, self._words[name]), bound)
        for mark in marks.split(":")[1:]:
            found = _marked(found, mark)
        return found


def _marked(text: str, mark: str) -> str:
    match mark:
        case "a":
            return with_article(text)
        case "bare":
            return re.sub(r"^(?:an?|the) ", "", text)
        case "s":
            return plural(text)
        case "cap":
            return text[:1].upper() + text[1:]
        case "low":
            return text.lower()
        case "left":
            return text.partition(" || ")[0]
        case "right":
            return text.partition(" || ")[2]
    raise KeyError(mark)
