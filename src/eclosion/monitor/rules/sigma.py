"""A subset of Sigma (sigmahq.io, specification 2.0): ``detection`` with selections and a ``condition``.

Taken are lists and maps of fields; the modifiers ``contains``, ``startswith``, ``endswith``, ``re``, ``all``,
``cased`` and ``exists``; ``*`` and ``?`` in values; keywords; and conditions of ``and``, ``or``, ``not``,
parentheses, ``1 of x*``, ``all of them``. What is not taken is refused by name, so that no rule silently means
something else.

Fields are ``text``, ``actor``, ``action``, ``subject``, ``place`` and the observation's attributes (``tool``,
``role``, ``recipient``, …). Regular expressions run in Hyperscan: in time linear in the text, whatever it holds; what
it cannot do so (looking ahead or back) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Observation, Span

MODIFIERS = {"contains", "startswith", "endswith", "re", "all", "cased", "exists"}
_TOKEN = re.compile(r"\s*(\(|\)|[\w*.-]+)")
NESTED_MAX = 30

Look = Callable[["Seen"], bool]


class Seen:
    """An observation while a rule looks at it; ``span`` is the first place in its text that something fitted."""

    def __init__(self, observation: Observation, lowered: str) -> None:
        self.observation = observation
        self.lowered = lowered
        self.span: Span | None = None

    def field(self, name: str) -> str | None:
        """A field's text; None if there is none."""
        if name == "text":
            return self.observation.text
        if name in ("actor", "action", "subject"):
            return str(getattr(self.observation, name))
        return self.observation.attributes.get(name)

    def note(self, name: str, start: int, end: int) -> None:
        """Something fitted there."""
        if name == "text" and self.span is None and start < end:
            self.span = Span(start, end)


class Value(NamedTuple):
    """One value of a field, ready to be looked for."""

    field: str
    text: str
    how: str
    cased: bool
    scan: Callable[[str], tuple[int, int] | None] | None = None

    def fits(self, seen: Seen) -> bool:
        """Whether the field has it."""
        found = seen.field(self.field)
        if self.how == "exists":
            return (found is not None) == (self.text == "true")
        if found is None:
            return False
        if self.scan is not None:
            place = self.scan(found)
            if place is not None:
                seen.note(self.field, *place)
            return place is not None
        if not self.cased:
            found = seen.lowered if self.field == "text" else found.lower()
        if self.how == "contains" and "*" not in self.text and "?" not in self.text:
            start = found.find(self.text)
            if start >= 0:
                seen.note(self.field, start, start + len(self.text))
            return start >= 0
        return fnmatchcase(found, self.text.replace("[", "[[]"))


def compile_detection(detection: Any, rule: str) -> Look:
    """A rule's ``detection`` as a function.

    Raises:
        Invalid: it is none, or asks for what is not taken; the message names the rule.
    """
    if not isinstance(detection, dict) or not isinstance(detection.get("condition"), str):
        raise Invalid(f"{rule}: detection is a map with selections and a condition.")
    looks = {
        str(name): _selection(value, rule)
        for name, value in detection.items()
        if name not in ("condition", "timeframe")
    }
    if "timeframe" in detection:
        raise Invalid(f"{rule}: timeframe is not taken; a rule looks at one observation.")
    return _Condition(detection["condition"], looks, rule).compile()


def _selection(value: Any, rule: str) -> Look:
    if isinstance(value, dict):
        parts = [_field(str(key), one, rule) for key, one in value.items()]
        return lambda seen: all(part(seen) for part in parts)
    if isinstance(value, list) and value:
        if all(isinstance(one, dict) for one in value):
            several = [_selection(one, rule) for one in value]
            return lambda seen: any(part(seen) for part in several)
        words = [_value("text", str(one), {"contains"}, rule) for one in value]
        return lambda seen: any(word.fits(seen) for word in words)
    if isinstance(value, str):
        word = _value("text", value, {"contains"}, rule)
        return word.fits
    raise Invalid(f"{rule}: a selection is a map of fields or a list of words.")


def _field(key: str, value: Any, rule: str) -> Look:
    name, *modifiers = key.split("|")
    unknown = set(modifiers) - MODIFIERS
    if unknown:
        raise Invalid(
            f"{rule}: the modifier {min(unknown)!r} is not taken.",
            f"Taken are {', '.join(sorted(MODIFIERS))}.",
        )
    given = value if isinstance(value, list) else [value]
    values = [_value(name, _text(one), set(modifiers), rule) for one in given]
    if "all" in modifiers:
        return lambda seen: all(one.fits(seen) for one in values)
    return lambda seen: any(one.fits(seen) for one in values)


def _value(name: str, text: str, modifiers: set[str], rule: str) -> Value:
    cased = "cased" in modifiers
    if "re" in modifiers:
        return Value(name, text, "re", True, _scanner(text, rule))
    if "exists" in modifiers:
        return Value(name, text.lower(), "exists", True)
    how = "contains" if "contains" in modifiers else ""
    pattern = text if cased else text.lower()
    if how and ("*" in pattern or "?" in pattern):
        pattern = f"*{pattern}*"
    elif "startswith" in modifiers:
        pattern += "*"
    elif "endswith" in modifiers:
        pattern = f"*{pattern}"
    return Value(name, pattern, how, cased)


def _scanner(pattern: str, rule: str) -> Callable[[str], tuple[int, int] | None]:
    """A regular expression as a function from a text to the first place that fits, in characters."""
    import hyperscan

    flags = hyperscan.HS_FLAG_SOM_LEFTMOST | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_DOTALL
    database = hyperscan.Database()
    try:
        database.compile(expressions=[pattern.encode()], ids=[1], elements=1, flags=[flags])
    except hyperscan.error as error:
        raise Invalid(
            f"{rule}: the pattern {pattern!r} is not taken: {error}.",
            "Hyperscan takes neither looking ahead and back nor back references.",
        ) from None

    def scan(text: str) -> tuple[int, int] | None:
        data = text.encode("utf-8", "replace")
        found: list[tuple[int, int]] = []

        def noted(_id: int, start: int, end: int, _flags: int, _context: object) -> bool:
            if not found or start < found[0][0] or (start == found[0][0] and end > found[0][1]):
                found[:] = [(start, end)]
            return start > found[0][1]

        with suppress(hyperscan.ScanTerminated):
            database.scan(data, match_event_handler=noted)
        if not found:
            return None
        start, end = found[0]
        if len(data) != len(text):
            start, end = (
                len(data[:start].decode("utf-8", "ignore")),
                len(data[:end].decode("utf-8", "ignore")),
            )
        return start, end

    return scan


class _Condition:
    """Parses a condition by recursive descent: ``not`` binds more than ``and``, and that more than ``or``."""

    def __init__(self, text: str, looks: dict[str, Look], rule: str) -> None:
        self._rule = rule
        self._looks = looks
        self._tokens: list[str] = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise Invalid(f"{rule}: the condition cannot be read at {text[at:][:20]!r}.")
            self._tokens.append(match[1])
            at = match.end()
        self._at = 0
        self._depth = 0

    def compile(self) -> Look:
        """The condition as a function."""
        look = self._or()
        if self._at < len(self._tokens):
            raise Invalid(f"{self._rule}: the condition goes on with {self._tokens[self._at]!r}.")
        return look

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise Invalid(f"{self._rule}: the condition ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _has(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].lower() == word:
            self._at += 1
            return True
        return False

    def _or(self) -> Look:
        parts = [self._and()]
        while self._has("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else lambda seen: any(part(seen) for part in parts)

    def _and(self) -> Look:
        parts = [self._not()]
        while self._has("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda seen: all(part(seen) for part in parts)

    def _not(self) -> Look:
        self._depth += 1
        if self._depth > NESTED_MAX:
            raise Invalid(f"{self._rule}: the condition is nested too deeply.")
        try:
            if self._has("not"):
                inner = self._not()
                return lambda seen: not inner(seen)
            if self._has("("):
                inner = self._or()
                if not self._has(")"):
                    raise Invalid(f"{self._rule}: a parenthesis of the condition is not closed.")
                return inner
            return self._name()
        finally:
            self._depth -= 1

    def _name(self) -> Look:
        word = self._next()
        if word.lower() in ("1", "any", "all") and self._has("of"):
            named = self._next()
            pattern = "*" if named == "them" else named
            parts = [look for name, look in self._looks.items() if fnmatchcase(name, pattern)]
            if not parts:
                raise Invalid(f"{self._rule}: no selection is named {named!r}.")
            if word.lower() == "all":
                return lambda seen: all(part(seen) for part in parts)
            return lambda seen: any(part(seen) for part in parts)
        if word not in self._looks:
            raise Invalid(f"{self._rule}: there is no selection {word!r}.")
        return self._looks[word]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
