"""From hits of an engine to secrets: what the first look found is read again, proved, and told once.

Pure: takes a text and where something may stand, and gives what stands there. The engine (Hyperscan in the monitor; any
other elsewhere) only has to report which rule's form ended where; ``plain_hits`` is the engine of those who have none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from eclosion.kernel.finding import Severity, Span
from eclosion.kernel.secrets import (
    tokens_ai,
    tokens_cloud,
    tokens_code,
    tokens_forms,
    tokens_services,
)
from eclosion.kernel.secrets.context import (
    ASSIGNED,
    RUN,
    SECRET_NEARBY,
    Judged,
    judge_assigned,
    judge_run,
)
from eclosion.kernel.secrets.form import Form, compiled
from eclosion.kernel.secrets.placeholders import is_example, is_named_example, is_placeholder
from eclosion.kernel.secrets.proofs import entropy_bits, prove

FORMS: Final[tuple[Form, ...]] = (
    *tokens_ai.FORMS,
    *tokens_cloud.FORMS,
    *tokens_code.FORMS,
    *tokens_services.FORMS,
    *tokens_forms.FORMS,
)
"""Every form that tells a secret by itself; ids are unique."""

ASSIGNED_HIT: Final = len(FORMS)
RUN_HIT: Final = len(FORMS) + 1
NEAR_CHARS: Final = 450
REACH_CHARS: Final = 6_000
"""So far before its end a form begins at most; only signed tokens are longer than the first."""
READS_LEAST: Final = 200
READS_PER_CHAR: Final = 1 / 50
"""More hits than this in one text are not read: a text can be built of nothing but hits."""


SURE: Final = 0.9
"""A form that makes as sure as this is told even if its characters go through a row of keys: people make such keys up
to try things, and some stay."""
UNSURE: Final = 0.8
"""A form that alone makes no surer than this counts only beside its provider's name or a word for a secret."""


class Secret(NamedTuple):
    """A secret that was found.

    Attributes:
        rule: the rule's id: ``github-token``, ``generic-password``, ``provider-key``.
        title: what it is, for people.
        span: where it stands, in code points.
        text: the secret itself; whoever shows it redacts it (``redaction.redact``).
        severity: how bad it is if it is live.
        confidence: 0 to 1.
    """

    rule: str
    title: str
    span: Span
    text: str
    severity: Severity
    confidence: float


class Hit(NamedTuple):
    """Where an engine saw a form: its number (its place in ``FORMS``, or one of the two above) and where it ended."""

    rule: int
    end: int


def prefilters() -> list[tuple[str, bool]]:
    """Expression and whether capitals count not, for each number that a hit may have, in order."""
    forms = [(form.prefilter, form.caseless) for form in FORMS]
    return [*forms, (ASSIGNED, True), (RUN, False)]


def confirm(text: str, hits: Iterable[Hit]) -> list[Secret]:
    """What the hits are, each stretch of the text told once by whoever knows it best, in order of place."""
    found: list[Secret] = []
    read_to: dict[int, int] = {}
    reads, most = 0, READS_LEAST + len(text) * READS_PER_CHAR
    for hit in hits:
        if read_to.get(hit.rule, -1) >= hit.end:
            continue
        if (reads := reads + 1) > most:
            break
        secret, read_to[hit.rule] = _read(text, hit)
        if secret:
            found.append(secret)
    return _once(found) if found else found


def plain_hits(text: str) -> Iterator[Hit]:
    """The hits of the standard library's ``re``, some twenty times slower than a real engine: for small texts."""
    for number, expression in enumerate(_plain()):
        for match in expression.finditer(text):
            yield Hit(number, match.end())


@cache
def _plain() -> list[re.Pattern[str]]:
    return [re.compile(one, re.IGNORECASE if caseless else 0) for one, caseless in prefilters()]


def _read(text: str, hit: Hit) -> tuple[Secret | None, int]:
    """The secret at a hit, if it is one, and how far the text is read for that rule."""
    if hit.rule == ASSIGNED_HIT:
        judged = judge_assigned(text, hit.end - 4)
        return _judged(text, judged), judged.end if judged else hit.end
    if hit.rule == RUN_HIT:
        judged = judge_run(text, hit.end - 20)
        return _judged(text, judged), judged.end if judged else hit.end
    form = FORMS[hit.rule]
    for back in (NEAR_CHARS, REACH_CHARS) if form.check == "jwt" else (NEAR_CHARS,):
        for match in compiled(form).finditer(text, max(0, hit.end - back), hit.end + REACH_CHARS):
            if match.start() < hit.end <= match.end():
                return _proved(text, form, match), match.end()
            if match.start() >= hit.end:
                break
        if back >= hit.end:
            break
    return None, hit.end


def _proved(text: str, form: Form, match: re.Match[str]) -> Secret | None:
    group = "secret" if "secret" in match.groupdict() and match["secret"] else 0
    secret, span = match[group], match.span(group)
    if form.bits and (is_placeholder(secret) or entropy_bits(secret) < form.bits):
        return None
    if is_named_example(secret) or (form.confidence < SURE and is_example(secret)):
        return None
    if form.confidence <= UNSURE and not _told(form, text, match.start()):
        return None
    around = text[max(0, match.start() - 200) : match.end() + 2500]
    weight = prove(form.check, secret, around)
    if weight == 0.0:
        return None
    sure = (
        min(0.99, form.confidence * weight)
        if weight <= 1
        else min(0.99, 1 - (1 - form.confidence) / weight)
    )
    return Secret(form.id, form.title, Span(*span), secret, form.severity, sure)


def _told(form: Form, text: str, start: int) -> bool:
    before = text[max(0, start - 100) : start]
    owner = form.id.partition("-")[0]
    return owner in before.lower() or bool(SECRET_NEARBY.search(before))


def _judged(text: str, judged: Judged | None) -> Secret | None:
    if judged is None:
        return None
    title = {
        "generic-password": "Password beside its name",
        "generic-secret": "Secret beside its name",
    }.get(judged.rule, f"Key of {judged.provider}")
    return Secret(
        judged.rule,
        title,
        Span(judged.start, judged.end),
        text[judged.start : judged.end],
        Severity.HIGH,
        judged.confidence,
    )


def _once(found: list[Secret]) -> list[Secret]:
    """Of overlapping secrets the one whose rule has a form; then the surer, then the longer."""
    kept: list[Secret] = []
    for one in sorted(found, key=_rank):
        at = bisect_left(kept, one.span, key=lambda other: other.span)
        before = at > 0 and kept[at - 1].span.end > one.span.start
        after = at < len(kept) and kept[at].span.start < one.span.end
        if not before and not after:
            kept.insert(at, one)
    return kept


def _rank(secret: Secret) -> tuple[bool, float, int]:
    generic = secret.rule.startswith(("generic-", "provider-"))
    return generic, -secret.confidence, secret.span.start - secret.span.end
