"""Findings: what detectors and people have found, what was decided about it, and what it marks.

Use cases are plain functions in ``service.py`` (findings) and ``keeping.py`` (detectors, suppressions): they take the
part's ``Findings`` (its clock, ids, rules and the port ``Marker``), a unit of work, and what they need. What always
holds: a finding, the mark that it leaves on its subject, the totals and the event are written in one transaction; the
same thing found again is the same row. The part refuses to know what a subject is: it is given a kind, an id and the
agent behind it.
"""

from pathlib import Path

from eclosion.findings.model import About, By, FindingRules, Findings, Mark, Row
from eclosion.store import Source

SOURCE = Source("findings", Path(__file__).parent)

__all__ = ["SOURCE", "About", "By", "FindingRules", "Findings", "Mark", "Row"]
