"""A site's book of rules: its own rules, other severities for ours, and what it has decided to live with.

A file holds one rule of Sigma's form, or a map with any of ``rules`` (a list of such), ``severity`` (rule: word or
``off``) and ``suppress`` (a list, each with ``rule``, ``reason`` and perhaps ``actor``, ``place``, ``text``,
``until``).
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Observation, Severity
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule
from eclosion.monitor.readers.where import at_ms
from eclosion.monitor.rules.sigma import Look, Seen, compile_detection
from eclosion.monitor.sighting import quote_of

SIZE_MAX = 4 * 1024 * 1024
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){0,2}")
_LEVELS = {"informational": "info"}
_ENDS = (".yml", ".yaml", ".json")


class SiteRule(NamedTuple):
    """One of the site's own rules."""

    rule: Rule
    look: Look
    confidence: float


class Suppression(NamedTuple):
    """Findings that are not told: those of a rule (``*`` fits anything), for a reason, perhaps until an instant."""

    rule: str
    reason: str
    actor: str = "*"
    place: str = "*"
    text: str = ""
    until_ms: int = 0

    def fits(self, finding: Finding, observation: Observation, now_ms: int) -> bool:
        """Whether it is about this finding."""
        if self.until_ms and now_ms >= self.until_ms:
            return False
        return (
            fnmatchcase(finding.rule, self.rule)
            and fnmatchcase(observation.actor, self.actor)
            and fnmatchcase(finding.place, self.place)
            and self.text in quote_of(finding, observation)
        )


class Book:
    """What some files say. Its own rules look as a detector does (``name`` is ``rules``); calling it filters findings.

    Attributes:
        suppressed: how many findings each suppression has kept back, by its number.
    """

    name = "rules"

    def __init__(self) -> None:
        self.site_rules: list[SiteRule] = []
        self.severities: dict[str, Severity | None] = {}
        self.suppressions: list[Suppression] = []
        self.suppressed: Counter[int] = Counter()
        self.now_ms = time.time_ns() // 1_000_000

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The site's own rules."""
        return tuple(one.rule for one in self.site_rules)

    def look(self, passage: Passage) -> Iterator[Finding]:
        """What the site's own rules say."""
        for rule, look, confidence in self.site_rules:
            seen = Seen(passage.observation, passage.lowered)
            if look(seen):
                yield Finding(
                    rule.id,
                    rule.severity,
                    confidence,
                    rule.title[:120],
                    rule.about or f"A rule of this site's own: {rule.title}.",
                    span=seen.span,
                    remedy=rule.remedy,
                    tags=rule.tags,
                )

    def __call__(self, finding: Finding, observation: Observation) -> Finding | None:
        """A finding with the severity that this site gives it; None if it is not to be told."""
        for number, one in enumerate(self.suppressions):
            if one.fits(finding, observation, self.now_ms):
                self.suppressed[number] += 1
                return None
        for rule, severity in self.severities.items():
            if fnmatchcase(finding.rule, rule):
                return None if severity is None else replace(finding, severity=severity)
        return finding


def read_book(paths: Iterable[Path]) -> Book:
    """A book from files, and from all files of folders that end in .yml, .yaml or .json.

    Raises:
        Invalid: one cannot be read, or says what is not taken; the message names file and rule.
    """
    book = Book()
    for path in paths:
        files = (
            sorted(one for one in path.rglob("*") if one.suffix in _ENDS)
            if path.is_dir()
            else [path]
        )
        for file in files:
            for told in _documents(file):
                _add(book, told, str(file))
    return book


def _documents(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > SIZE_MAX:
            raise Invalid(f"{file} is larger than {SIZE_MAX:,} bytes.")
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The rules {file} cannot be read: {error}.") from None
    import msgspec

    try:
        if file.suffix == ".json":
            return [msgspec.json.decode(text)]
        parts = re.split(r"(?m)^---\s*$", text)
        return [msgspec.yaml.decode(part) for part in parts if part.strip()]
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(f"The rules {file} cannot be read: {error}.") from None


def _add(book: Book, told: Any, file: str) -> None:
    if isinstance(told, dict) and "detection" in told:
        book.site_rules.append(_site_rule(told, file))
        return
    if not isinstance(told, dict) or not told or set(told) - {"rules", "severity", "suppress"}:
        raise Invalid(
            f"{file}: a file holds a rule with its detection, or a map of rules, severity and suppress."
        )
    for one in _list(told.get("rules"), file, "rules"):
        book.site_rules.append(_site_rule(one, file))
    severities = told.get("severity") or {}
    if not isinstance(severities, dict):
        raise Invalid(f"{file}: severity is a map of rules to words.")
    for rule, word in severities.items():
        book.severities[str(rule)] = None if word in ("off", False) else _severity(str(word), file)
    for one in _list(told.get("suppress"), file, "suppress"):
        book.suppressions.append(_suppression(one, file))


def _site_rule(told: Any, file: str) -> SiteRule:
    if not isinstance(told, dict) or not isinstance(told.get("title"), str):
        raise Invalid(f"{file}: a rule has a title.")
    title = " ".join(told["title"].split())
    id_ = str(told.get("id") or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"))
    if not _ID.fullmatch(id_):
        raise Invalid(
            f"{file}: {id_!r} is no rule's id: lower-case letters, digits and . _ - with / between."
        )
    id_ = id_ if "/" in id_ else f"site/{id_}"
    tags = [str(tag) for tag in _list(told.get("tags"), file, "tags")]
    confidence = told.get("confidence", 0.8)
    if not isinstance(confidence, (int, float)) or not 0 <= confidence <= 1:
        raise Invalid(f"{file}: confidence is a number from 0 to 1.")
    rule = Rule(
        id_,
        title,
        _severity(str(told.get("level", "medium")), file),
        str(told.get("description") or ""),
        str(told.get("remedy") or ""),
        tuple(tags[:10]),
    )
    return SiteRule(rule, compile_detection(told.get("detection"), f"{file}: {id_}"), confidence)


def _suppression(told: Any, file: str) -> Suppression:
    if (
        not isinstance(told, dict)
        or not told.get("rule")
        or not str(told.get("reason") or "").strip()
    ):
        raise Invalid(f"{file}: what is suppressed has a rule, and a reason that says why.")
    unknown = set(told) - {"rule", "reason", "actor", "place", "text", "until"}
    if unknown:
        raise Invalid(f"{file}: a suppression has no {min(unknown)!r}.")
    until = told.get("until")
    until_ms = at_ms(until.isoformat() if hasattr(until, "isoformat") else until) if until else 0
    if until and not until_ms:
        raise Invalid(f"{file}: until is a date such as 2027-01-31.")
    texts = {name: str(told[name]) for name in ("actor", "place", "text") if told.get(name)}
    return Suppression(str(told["rule"]), str(told["reason"]), until_ms=until_ms, **texts)


def _severity(word: str, file: str) -> Severity:
    severity = Severity.named(_LEVELS.get(word.lower(), word))
    if severity is None:
        raise Invalid(f"{file}: {word!r} is no severity.", "info, low, medium, high or critical.")
    return severity


def _list(value: Any, file: str, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid(f"{file}: {name} is a list.")
    return value
