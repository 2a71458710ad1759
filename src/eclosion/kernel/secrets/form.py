"""What a form of secrets is: how a provider writes its keys, as data.

A form says how the secret itself is written and what proves it; it never says how texts are searched. The expression
keeps to what both ``re`` and Hyperscan understand alike (no look-around, no references), so that any engine may look
first and ``eclosion.kernel.secrets.confirming`` decides.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from eclosion.kernel.finding import Severity

_OPTIONAL_TAIL = re.compile(r"(?:\[[^\]]*\]|(?<!\\)[0-9A-Za-z=/:])(?:[*?]|\{0,\d*\})$")
_OPEN_TAIL = re.compile(r"(?:(\{[1-9]\d*),\d*\}|(?<=[\]0-9A-Za-z])\+)$")


class Form(NamedTuple):
    """The form of one kind of secret.

    Attributes:
        id: ``github-token``; with the part's name before it, the id of a rule.
        title: what it is, for people.
        pattern: a regular expression of the secret with what belongs to it; a group ``secret`` narrows what is hidden.
        check: the name of a proof in ``eclosion.kernel.secrets.proofs``, or ``""``.
        severity: how bad it is if it is live.
        confidence: how sure the form alone makes us, 0 to 1.
        caseless: whether capitals count.
        edge: whether no letter or digit may stand right before or after it.
        bits: the least Shannon entropy a character of the secret must have.
    """

    id: str
    title: str
    pattern: str
    check: str = ""
    severity: Severity = Severity.HIGH
    confidence: float = 0.9
    caseless: bool = False
    edge: bool = True
    bits: float = 2.2

    @property
    def prefilter(self) -> str:
        """The form for an engine that reports where a match ends: cut where the first match can end.

        Without the open end, ``ghp_[0-9A-Za-z]{36,}`` is reported once and not once a character.
        """
        kept = self.pattern.replace("?P<secret>", "?:")
        return "|".join(_cut(one) for one in _alternatives(kept))


def _cut(pattern: str) -> str:
    """An alternative without its open end."""
    while True:
        shorter = _OPTIONAL_TAIL.sub("", pattern)
        shorter = _OPEN_TAIL.sub(lambda tail: f"{tail[1]}}}" if tail[1] else "", shorter)
        if shorter == pattern:
            return pattern
        pattern = shorter


def _alternatives(pattern: str) -> list[str]:
    """The outermost alternatives of an expression."""
    parts, depth, in_class, at = [""], 0, False, 0
    while at < len(pattern):
        one = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        at += len(one)
        if in_class:
            in_class = one != "]"
        elif one == "[":
            in_class = True
        elif one in "()":
            depth += 1 if one == "(" else -1
        elif one == "|" and depth == 0:
            parts.append("")
            continue
        parts[-1] += one
    return parts


@cache
def compiled(form: Form) -> re.Pattern[str]:
    """The form with its edges, for ``re``; made when first asked for, since most rules never are."""
    before, after = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])") if form.edge else ("", "")
    return re.compile(f"{before}(?:{form.pattern}){after}", re.IGNORECASE if form.caseless else 0)
