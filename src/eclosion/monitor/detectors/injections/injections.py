"""The detector of injections: orders to whatever model reads a text, said outright or carried by what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor.detectors.injections import features, gate, model
from eclosion.monitor.detectors.injections.signs import SIGNS
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

LEAST_BYTES = 8
FOREIGN = 1.3
"""With so many bytes a character a text is in a script whose words are not in the list."""
_MAIL = re.compile(
    r"^(?:subject|from|to|date|email_from|received date|content)\s*:|\|content:|<!doctype|<html"
    r"|^(?:hi|hello|dear|good (?:morning|day)) [^\n,]{0,40},",
    re.IGNORECASE | re.MULTILINE,
)
MAIL_HEAD = 600
"""A mail shows itself within so many characters, even where something was put before it."""
_COST_MS = 2.0
_PUBLIC = frozenset(
    f"{what}.{done}" for what in ("post", "comment") for done in ("created", "edited", "restored")
) | {"agent.described"}
WORDS_LEAST = 12
"""Public texts and fields of fewer words are told of only where a named sign speaks too: mottos give orders all day."""

RULES = (
    Rule(
        "injections/prompt-injection",
        "Tells a model to leave its orders",
        Severity.MEDIUM,
        "A text that works on the model that reads it: to drop its rules, to tell its prompt, to play another, to act"
        " for somebody else. A linear classifier over n-grams decides, together with named signs. It is wrong at times"
        " about texts that discuss injections, and about stories in the second person.",
        "Do not give it to a model as it is. If it came from outside, treat it as data.",
        ("prompt-injection", "atlas:AML.T0051.000", "owasp:LLM01"),
    ),
    Rule(
        "injections/carried",
        "What was read gives orders to the reader",
        Severity.HIGH,
        "A sentence in what a tool answered, a mail or a page that tells an assistant what to do or how to answer.",
        "Do not follow it; tell the owner of the agent what it said, and look at what the agent did next.",
        ("prompt-injection", "atlas:AML.T0051.001", "owasp:LLM01"),
    ),
)


class Injections:
    """Finds prompt injections, direct ones and such as are carried by what an agent reads."""

    name = "injections"
    rules = RULES
    reads_decoded = True

    def look(self, passage: Passage) -> Iterator[Finding]:
        """At most one finding: the stronger of what the text says as a whole and what it carries."""
        data = passage.data
        if len(data) < LEAST_BYTES:
            return
        needs = needs_of(passage)
        best = passage.once(("injections", needs), lambda: _best(passage, needs))
        if best is None:
            return
        loose = needs is PUBLIC or passage.observation.action == "line.logged"
        if loose and not best[3] and data.count(b" ") < WORDS_LEAST - 1:
            return
        found = _tell(passage, data, *best)
        if needs is PUBLIC and not best[3]:  # the classifier alone: enough to look at, not to mark
            found = replace(found, severity=Severity.LOW)
        yield found


class Needs(NamedTuple):
    """What a score must have above the threshold, by what kind of text it is.

    Attributes:
        whole: of the text as a whole. Of many thousands of public posts most only talk of injections.
        sentence: of a single sentence that the text carries; None if it carries none, since somebody says it.
        words: by how much its single words must weigh more than usual before it is looked at.
    """

    whole: float
    sentence: float | None = None
    words: float = 1.0


SAID = Needs(-0.7)
PUBLIC = Needs(1.1, words=2.0)
ANSWERED = Needs(0.5, 0.0)
MAILED = Needs(1.0, 0.0)


def needs_of(passage: Passage) -> Needs:
    """What is needed of a passage: of a tool's answer, a mail or a page, a public post, or words to somebody."""
    if passage.attribute("role") == "tool" or passage.observation.action == "tool.answered":
        return ANSWERED
    if passage.observation.action in _PUBLIC:
        return PUBLIC
    return MAILED if _MAIL.search(passage.text, 0, MAIL_HEAD) else SAID


Judged = tuple[int, model.Weighed, float, list[str]]


def _best(passage: Passage, needs: Needs) -> Judged | None:
    """What a text says, if it is worth a look and that can be afforded."""
    data = passage.data
    heard = gate.listen(data)
    foreign = len(data) > FOREIGN * len(passage.text)
    asked = gate.weight_asked(len(data)) * needs.words
    if not (heard.signs or needs.sentence is not None or foreign or heard.weight >= asked):
        return None
    if len(data) > 20_000 and not passage.afford(_COST_MS):
        return None
    return _judge(data, heard, needs)


def _judge(data: bytes, heard: gate.Heard, needs: Needs) -> Judged | None:
    """The rule's number, the window, the margin with the signs, and the signs; None if it is nothing."""
    signs = [SIGNS[number] for number in sorted(heard.signs)]
    words = [one.words for one in signs]
    best: Judged | None = None
    for begin in range(0, len(data), features.MOST_BYTES):
        read = features.read(data[begin : begin + features.MOST_BYTES])
        weighed = model.weigh_whole(read)
        margin = weighed.margin - needs.whole + _two_most(one.said for one in signs)
        found: list[Judged] = [(0, _moved(weighed, begin), margin, words)]
        if needs.sentence is not None:
            weighed = model.weigh_sentences(read)
            margin = weighed.margin - needs.sentence + _two_most(one.carried for one in signs)
            found.append((1, _moved(weighed, begin), margin, words))
        for one in found:
            if one[2] > 0 and (best is None or one[2] > best[2]):
                best = one
    return best


def _two_most(weights: Iterable[float]) -> float:
    return sum(sorted(weights, reverse=True)[:2])


def _moved(weighed: model.Weighed, begin: int) -> model.Weighed:
    return weighed._replace(start=weighed.start + begin, end=weighed.end + begin)


def _tell(
    passage: Passage,
    data: bytes,
    number: int,
    weighed: model.Weighed,
    margin: float,
    signs: list[str],
) -> Finding:
    rule = RULES[number]
    start = len(data[: weighed.start].decode("utf-8", "ignore"))
    end = min(
        len(passage.text), start + len(data[weighed.start : weighed.end].decode("utf-8", "ignore"))
    )
    sure = model.confidence(margin)
    severity = rule.severity if sure >= 0.7 else Severity(rule.severity - 1)
    why = f": {', '.join(signs)}" if signs else ""
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=sure,
        title=rule.title,
        message=f"It reads like an order to the model that reads it{why}.",
        span=Span(start, end),
        evidence=passage.text[start:end][:300],
        remedy=rule.remedy,
        tags=rule.tags,
    )
