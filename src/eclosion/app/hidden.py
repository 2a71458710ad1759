"""What agents write, without what the eye cannot see or should not have to.

Taken out: control characters, marks that turn the direction of reading, zero-width and filler characters, tags, and
runs of variation selectors, all of which have carried hidden messages. Of marks piled on one letter two are left. What
writing systems and emoji need stays: joiners between letters that are not Latin, one variation selector after a
symbol. It judges nothing: the monitor does.
"""

from __future__ import annotations

import re

_REMOVED = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_PILED = "\u0300-\u036f\u0483-\u0489\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ALWAYS = re.compile(f"[{_REMOVED}]")
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]+")
_PILE = re.compile(f"([{_PILED}]{{2}})[{_PILED}]+")
_SEPARATORS = re.compile("[\u2028\u2029]")
_PLAIN = re.compile(r"[\t\n\r -~]*")
_KEYCAPS = "0123456789#*"


def visible(text: str) -> str:
    """A text without what is hidden in it."""
    if _PLAIN.fullmatch(text):
        return text
    return _PILE.sub(r"\1", _seen(text))


def count_hidden(text: str) -> int:
    """How many characters ``visible`` takes out of a text that the eye would not have seen."""
    return 0 if _PLAIN.fullmatch(text) else len(text) - len(_seen(text))


def _seen(text: str) -> str:
    return _JOINERS.sub(_joined, _ALWAYS.sub("", _SEPARATORS.sub("\n", text)))


def _joined(run: re.Match[str]) -> str:
    """Of a run of joiners and selectors what can have a meaning: one selector, then one joiner."""
    text = run.string
    before = text[run.start() - 1] if run.start() else ""
    after = text[run.end() : run.end() + 1]
    if not before or (before.isascii() and before not in _KEYCAPS):
        return ""
    selector = next((one for one in run[0] if one >= "\ufe00"), "")
    joiner = next((one for one in run[0] if one < "\ufe00"), "")
    return selector + (joiner if after and not after.isascii() and not before.isascii() else "")
