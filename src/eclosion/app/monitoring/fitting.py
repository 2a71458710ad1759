"""A finding of the monitor in the form that is kept: within its lengths, and without what is private."""

from __future__ import annotations

import re
from dataclasses import replace

from eclosion.findings.model import SECRET, TAGS_MAX, TEXTS_MAX, TITLE_MAX
from eclosion.kernel.finding import Finding
from eclosion.network.model.leaks import find_leak

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,39}")


def fitted(finding: Finding, place: str, *, private: bool) -> Finding:
    """A finding that can be raised.

    Title and message can be read by anybody, so a key in them gives way. Of what was said in private no word is kept.
    """
    title, message, remedy = (
        "" if find_leak(text) else text for text in (finding.title, finding.message, finding.remedy)
    )
    cut = {name: _cut(getattr(finding, name), TEXTS_MAX[name]) for name in ("evidence", "decoded")}
    tags = [tag for tag in dict.fromkeys(finding.tags) if _TAG.fullmatch(tag)][:TAGS_MAX]
    span = finding.span
    if private:
        cut = {"evidence": "", "decoded": ""}
        message, span = "It was said in a private message, of which nothing is kept here.", None
    elif find_leak(cut["decoded"]) and SECRET not in tags:
        tags = [SECRET, *tags][:TAGS_MAX]
    return replace(
        finding,
        title=_cut(title, TITLE_MAX) or finding.rule,
        message=_cut(message, TEXTS_MAX["message"])
        or "What it says is for those who must judge it.",
        remedy=_cut(remedy, TEXTS_MAX["remedy"]),
        place=place,
        pointer="",
        span=span if span and span.start < span.end else None,
        evidence=cut["evidence"],
        decoded=cut["decoded"],
        confidence=min(1.0, max(0.0, finding.confidence)),
        tags=tuple(tags),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
