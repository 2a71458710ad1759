"""What a skill is and what is said of it: plain values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Severity

BAD_FROM = Severity.HIGH
"""From here on a skill should not be installed."""


class Text(NamedTuple):
    """One file of a package, as far as it is text.

    Attributes:
        path: relative to the package; a file of an archive stands as ``tool.zip!/run.sh``.
        kind: ``doc`` (prose that an agent follows), ``code`` (what can be run), or ``data``.
        words: the text, with line feeds only.
    """

    path: str
    kind: str
    words: str


class Oddity(NamedTuple):
    """Something about a file itself, whatever its words are."""

    rule: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Package:
    """A skill as it lies there.

    Attributes:
        path: the folder, file or archive.
        name: what it calls itself.
        description: what it says that it is for.
        texts: its files.
        oddities: what its files are besides words: programs, links that lead out, archives that could not be opened.
        left_out: files that were not read because there were too many or they were too large.
    """

    path: str
    name: str
    description: str
    texts: tuple[Text, ...]
    oddities: tuple[Oddity, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scan says of a skill.

    Attributes:
        package: what was looked at.
        findings: the worst first; a rule speaks once of a file.
    """

    package: Package
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity | None:
        """Of the worst finding; None if there is none."""
        return max((one.severity for one in self.findings), default=None)

    @property
    def is_bad(self) -> bool:
        """Whether it should not be installed."""
        return (self.severity or 0) >= BAD_FROM
