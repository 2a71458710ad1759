"""Judges a message: which sentence of it asks for a secret, what speaks for a lure, and how sure that is.

First every place where a secret is named is weighed as it stands; only if one weighs enough is the whole message
read again with quotations blanked out, and by the rules of speech too. What they take for a request adds to the
score: they know the grammar of orders and questions, the learned weights know what people say around them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eclosion.monitor.detectors.lures import asking, gate, model, speech, telling
from eclosion.monitor.detectors.lures.request import Ask, Setting

READ_MOST = 6_000
"""Of a longer text, so many characters around a request are read as its message."""

PRETEXTS = {
    "audit": r"audit|review|security check|security sweep|hygiene|assessment|inventory",
    "verification": r"verif|identity|prove (?:that )?(?:it's |you)|confirm (?:that )?(?:it's|your)"
    r"|impostor|handshake",
    "compliance": r"complian|soc ?2|gdpr|iso ?27|regulat|auditor|mandatory|policy",
    "backup": r"backup|back up|restore|recover|archive|safe-?keeping|keep (?:it|them) safe"
    r"|remember",
    "migration": r"migrat|new host|new machine|switch|move (?:us|our|to)|relink|re-link|onboard",
    "urgency": r"urgent|immediately|right now|quick|asap|minutes|before (?:midnight|noon|it)"
    r"|expires?|suspen|compromis|locked out|deadline",
    "reward": r"airdrop|reward|claim|free\b|bonus|eligible|badge|leaderboard|boost",
    "debugging": r"debug|reproduce|error|fails?\b|401|test (?:it|whether)|diagnos",
    "convenience": r"never ask|without you|log(?:ged)? ?in (?:myself|for you)|so (?:that )?i can (?:sign"
    r"|log|merge|finish|continue)|by myself",
    "secrecy": r"between us|keep (?:it|this) private|do(?:n't| not) (?:tell|discuss|mention)"
    r"|delete this|need not be involved|nobody (?:will|has to) know",
    "authority": r"\b(?:admin|support|moderat|trust & safety|official|coordinator|help desk"
    r"|on behalf of)\w*",
}
_NAMED = re.compile(r"[\w.'-]+(?: [\w.'-]+)?$")
_PRETEXTS = {name: re.compile(pattern) for name, pattern in PRETEXTS.items()}


class Lure(NamedTuple):
    """A request for a secret in a message.

    Attributes:
        secret: the words for what is asked for.
        start, end: where, in characters of the text.
        confidence: 0 to 1.
        pretexts: the reasons that are given, by name.
    """

    secret: str
    start: int
    end: int
    confidence: float
    pretexts: tuple[str, ...]


def find_lure(text: str) -> Lure | None:
    """The request for a secret that a text makes in its own voice, or None; the likeliest if there are several."""
    data = text.encode("utf-8", "replace")
    places = gate.places_of_secrets(data)
    if not places:
        return None
    least = model.read().figures.threshold - model.RULE - model.DOUBT
    weighed = model.weigh(data, places)
    if weighed.score < least:
        return None
    return _read_message(text, len(data[: weighed.place].decode("utf-8", "ignore")))


def asks_by_rule(text: str) -> bool:
    """Whether the rules of speech alone take a sentence of a text for a request; training asks for it."""
    return _first_ask(_plain(speech.blank_mentions(text[:READ_MOST]))) is not None


def _plain(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return lowered.replace("\u2019", "'").replace("\t", " ")


def _first_ask(lowered: str) -> tuple[Ask, speech.Sentence] | None:
    setting = Setting(lowered)
    for sentence in speech.sentences_of(lowered):
        ask = asking.find_ask(sentence.text, setting)
        if ask and not speech.looks_like_code(sentence.text):
            return ask, sentence
        if named := telling.names_wanted(sentence.text):
            setting.fetched = named
    return None


def _read_message(text: str, at: int) -> Lure | None:
    begin = 0
    if len(text) > READ_MOST:
        begin = max(0, at - READ_MOST // 2)
        text = text[begin : begin + READ_MOST]
    lowered = _plain(speech.blank_mentions(text))
    weighed = model.weigh_text(lowered)
    if weighed is None or weighed.score < model.read().figures.threshold - model.RULE:
        return None
    found = _first_ask(lowered)
    score = weighed.score + model.RULE * (found is not None)
    if score <= model.read().figures.threshold:
        return None
    secret, start, end = _place_of(found) if found else _sentence_at(lowered, weighed.place)
    pretexts = tuple(name for name, pattern in _PRETEXTS.items() if pattern.search(lowered))
    return Lure(secret, begin + start, begin + end, model.confidence(score), pretexts)


def _place_of(found: tuple[Ask, speech.Sentence]) -> tuple[str, int, int]:
    ask, sentence = found
    return ask.secret, sentence.start + ask.start, sentence.start + ask.end


def _sentence_at(lowered: str, place_bytes: int) -> tuple[str, int, int]:
    """What is named at a place, and where its sentence begins and ends."""
    place = len(lowered.encode("utf-8", "replace")[:place_bytes].decode("utf-8", "ignore"))
    named = _NAMED.search(lowered[max(0, place - 30) : place])
    for sentence in speech.sentences_of(lowered):
        if sentence.start + len(sentence.text) >= place:
            start = sentence.start + len(sentence.text) - len(sentence.text.lstrip())
            end = sentence.start + len(sentence.text.rstrip())
            return named[0] if named else "", min(start, place - 1), max(end, place)
    return "", max(0, place - 1), place
