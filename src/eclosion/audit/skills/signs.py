"""The rules on words: read from ``knowledge/skills.toml``, tried on every layer of a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from eclosion.audit.skills.firstlook import FirstLook
from eclosion.kernel.finding import Severity

HITS_MAX = 8
"""So many places of one rule in one layer are looked at; the worst counts."""
_ANYWHERE = ("doc", "code", "data")


class Sign(NamedTuple):
    """One rule on words.

    Attributes:
        id: ``reverse-shell``; several signs may share one.
        severity: of a plain hit.
        title: what it is, in a few words.
        message: why it matters.
        remedy: what to do.
        where: the kinds of files it speaks of.
        in_doc: its severity in a document, where a command is shown and not run.
        endings: what the file's name must end with; empty for any.
        pattern: what it looks like.
        near: what must stand close by as well.
        within: how close, in characters.
        told: it counts also where an attack is quoted: it speaks to who installs the skill.
    """

    id: str
    severity: Severity
    title: str
    message: str
    remedy: str
    where: tuple[str, ...]
    in_doc: Severity
    endings: tuple[str, ...]
    pattern: re.Pattern[str]
    near: re.Pattern[str] | None
    within: int
    told: bool

    def places(self, words: str) -> Iterator[re.Match[str]]:
        """Where it stands in the text."""
        count = 0
        for found in self.pattern.finditer(words):
            if self.near:
                begin = max(0, found.start() - self.within)
                if not self.near.search(words, begin, found.end() + self.within):
                    continue
            yield found
            count += 1
            if count >= HITS_MAX:
                return


def signs_in(words: str) -> Iterator[Sign]:
    """The signs that may stand in the text, in the order of the file."""
    signs = known_signs()
    return (signs[number] for number in sorted(_first_look().candidates(words)))


@lru_cache(maxsize=1)
def _first_look() -> FirstLook:
    return FirstLook(sign.pattern.pattern for sign in known_signs())


@lru_cache(maxsize=1)
def known_signs() -> tuple[Sign, ...]:
    """Every sign that ships, in the order of the file."""
    place = files("eclosion.audit") / "knowledge" / "skills.toml"
    return tuple(_sign(row) for row in tomllib.loads(place.read_text("utf-8"))["rule"])


def _sign(row: dict[str, Any]) -> Sign:
    flags = re.IGNORECASE | re.MULTILINE
    near = row.get("near")
    return Sign(
        row["id"],
        Severity[row["severity"].upper()],
        row["title"],
        row["message"],
        row["remedy"],
        tuple(row.get("where", _ANYWHERE)),
        Severity[row.get("in_doc", row["severity"]).upper()],
        tuple(row.get("endings", ())),
        re.compile(row["pattern"], flags),
        re.compile(near, flags) if near else None,
        int(row.get("within", 0)),
        bool(row.get("told", False)),
    )
