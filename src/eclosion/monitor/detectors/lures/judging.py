"""Judges a message: which sentence of it asks for a secret, what speaks for a lure, and how sure that is.

First the sentences around each named secret are judged as they stand; only if one of them asks is the whole message
read
again with quotations blanked out, since most mentions of a secret ask for nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eclosion.monitor.detectors.lures import asking, gate, speech, telling
from eclosion.monitor.detectors.lures.request import Ask, Setting

REACH = 240
SETTING_REACH = 700
_ENDS = (b"\n", b". ", b"? ", b"! ")
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
_PRETEXTS = {name: re.compile(pattern) for name, pattern in PRETEXTS.items()}


class Lure(NamedTuple):
    """A request for a secret in a message.

    Attributes:
        ask: what the sentence asks.
        start, end: where, in characters of the text.
        confidence: 0 to 1.
        pretexts: the reasons that are given, by name.
    """

    ask: Ask
    start: int
    end: int
    confidence: float
    pretexts: tuple[str, ...]


def find_lure(text: str) -> Lure | None:
    """The first request for a secret that a text makes in its own voice, or None."""
    data = text.encode("utf-8", "replace")
    places = gate.places_of_secrets(data)
    if not places:
        return None
    for place in gate.may_ask(data, places):
        around = data[max(0, place - SETTING_REACH) : place + REACH].decode("utf-8", "ignore")
        reach = data[max(0, place - REACH) : place]
        before = reach[max(reach.rfind(end, 0, -4) for end in _ENDS) + 1 :].decode(
            "utf-8", "ignore"
        )
        after = data[place : place + REACH].decode("utf-8", "ignore")
        if not _asks_near(_plain(before + after), len(before), Setting(_plain(around))):
            continue
        at = len(data[:place].decode("utf-8", "ignore"))
        if lure := _read_message(text, at):
            return lure
        if len(text) <= READ_MOST:
            return None
    return None


def _asks_near(lowered: str, at: int, setting: Setting) -> bool:
    """Whether the sentence around a place, or the one after it, seems to ask for what is named there."""
    left = 2
    for sentence in speech.sentences_of(lowered):
        if sentence.start + len(sentence.text) < at:
            continue
        if asking.find_ask(sentence.text, setting):
            return True
        left -= 1
        if not left:
            return False
        setting.fetched = telling.names_wanted(sentence.text)
    return False


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
    found = _first_ask(lowered)
    if found is None:
        return None
    ask, sentence = found
    pretexts = tuple(name for name, pattern in _PRETEXTS.items() if pattern.search(lowered))
    start = begin + sentence.start + ask.start
    return Lure(ask, start, begin + sentence.start + ask.end, _confidence(ask, pretexts), pretexts)


def _confidence(ask: Ask, pretexts: tuple[str, ...]) -> float:
    sure = 0.6 + 0.1 * ask.is_strong + 0.1 * ask.is_to_me + 0.05 * min(3, len(pretexts))
    return round(min(sure, 0.95), 2)
