"""Who may raise findings from outside, and what shall not be found."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from eclosion.findings import store
from eclosion.findings.errors import DetectorNotFound, DetectorTaken, SuppressionNotFound
from eclosion.findings.model import Detector, Findings, Suppression, check_reason, check_rule
from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import BUCKETS, bucket_of
from eclosion.store import Unit

KEY_PREFIX = "eclosion_detector_"
DAYS_MAX = 3_650
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,38}[A-Za-z0-9]")


class NewDetector(NamedTuple):
    """A detector and its key, which is shown this once."""

    id: int
    name: str
    key: str


def add_detector(fnd: Findings, unit: Unit, name: str, by_name: str) -> NewDetector:
    """Register a program that may raise findings.

    Raises:
        Invalid: the name breaks a rule of form.
        DetectorTaken: one of that name is there.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            "A detector's name has 2 to 40 letters, digits, spaces and . _ -",
            "It stands on every label that the detector causes.",
        )
    id_ = fnd.ids.make(int.from_bytes(fnd.random_bytes(2)) % BUCKETS)
    key = KEY_PREFIX + fnd.random_bytes(32).hex()
    if not store.add_detector(unit, id_, name, _hash(key), by_name):
        raise DetectorTaken(hint="Choose another name, or revoke that one first.")
    return NewDetector(id_, name, key)


def revoke_detector(fnd: Findings, unit: Unit, name: str) -> None:
    """End a detector's key at once. What it found stays; its name is free again.

    Raises:
        DetectorNotFound: there is none of that name.
    """
    id_ = store.detector_id(unit, name)
    if id_ is None:
        raise DetectorNotFound
    store.revoke_detector(unit, id_, name, fnd.clock.now_ms())


def detector_of(unit: Unit, key: str) -> Detector | None:
    """Whose key this is, or None."""
    return store.detector_by_key(unit, _hash(key))


def suppress(
    fnd: Findings, unit: Unit, rule: str, scope_id: int, reason: str, days: int, by_name: str
) -> Suppression:
    """Keep a rule from finding anything: everywhere (``scope_id`` 0), of one agent or about one thing, for some days.

    What it has found before stays as it is.

    Raises:
        Invalid: the rule, the reason or the days break a rule of form.
    """
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(f"days is 1 to {DAYS_MAX}.")
    one = Suppression(
        id=fnd.ids.make(bucket_of(scope_id)),
        rule=check_rule(rule),
        scope_id=scope_id,
        reason=check_reason(reason),
        by_name=by_name,
        until_ms=fnd.clock.now_ms() + days * DAY_MS,
    )
    store.add_suppression(unit, one)
    return one


def end_suppression(fnd: Findings, unit: Unit, id_: int) -> None:
    """Let a rule find things again.

    Raises:
        SuppressionNotFound: there is none, or it has ended.
    """
    if not store.end_suppression(unit, id_, fnd.clock.now_ms()):
        raise SuppressionNotFound


def _hash(key: str) -> str:
    """What is stored of a key: salt adds nothing to 256 random bits."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
