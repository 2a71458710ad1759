"""What was measured of a supply, and the rule by which a gate may start with it.

What always holds: a supply without a report of this generator is refused, and so is one whose report says that its
texts were public; whoever changes the generator changes ``GENERATOR``, and every supply has to be attacked again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from eclosion.gate.language.attacks import NOT_TESTED, Attack
from eclosion.gate.language.errors import ItemsUnreadable, SupplyUnfit

GENERATOR = "gap-1"
"""The name of the way in which items are made; with another one, figures have to be measured anew."""

BOUND_MAX = 0.45
"""Highest upper bound of scripts, an item, with which a gate starts: 21 of 24 then falls twice in 100,000 attempts."""

ATTACKED_MIN = 200
"""Items that a bound must rest on; with fewer its interval says little and a trained attacker learns nothing."""

LEFT_MIN = 24
"""One whole session."""

HOW_TO = "See docs/gate-language.md: `eclosion gate prepare` makes a supply and attacks it."


class Report(NamedTuple):
    """What a supply's folder says of itself.

    Args:
        texts: texts read.
        passages: passages that were fit.
        dropped: reason to count of texts that gave none.
        public: why the texts count as public; empty if they do not.
        attacked: items the bound rests on.
        bound: the highest upper end of the 95 % interval of any script, an item.
        attempts: name, right, low, high of each attacker.
        generator: how items were made.
    """

    texts: int
    passages: int
    dropped: dict[str, int]
    public: str
    attacked: int
    bound: float
    attempts: tuple[tuple[str, int, float, float], ...]
    generator: str = GENERATOR

    @classmethod
    def of(
        cls, texts: int, passages: int, dropped: dict[str, int], public: str, attack: Attack
    ) -> Report:
        """From an attack."""
        attempts = tuple(
            (one.name, one.share.right, round(one.share.low, 4), round(one.share.high, 4))
            for one in attack.attempts
        )
        asked = max((one.share.asked for one in attack.attempts), default=0)
        return cls(texts, passages, dropped, public, asked, round(attack.bound, 4), attempts)

    def to_json(self) -> dict[str, Any]:
        """As it is written down, with what was not tested."""
        return {**self._asdict(), "not_tested": NOT_TESTED}

    @classmethod
    def from_json(cls, value: Any) -> Report:
        """As it is read back.

        Raises:
            ItemsUnreadable: it is not a report.
        """
        try:
            known = {name: value[name] for name in cls._fields}
            known["attempts"] = tuple(tuple(one) for one in known["attempts"])
            return cls(**known)
        except (KeyError, TypeError):
            raise ItemsUnreadable("This is not a report of a supply.", HOW_TO) from None


def check_fit(report: Report | None, left: int) -> None:
    """Whether a supply with this report and so many unused items may be used.

    Raises:
        SupplyUnfit: with the reason.
    """
    if report is None:
        raise SupplyUnfit("This supply was never attacked.", HOW_TO, reason="never_attacked")
    if report.generator != GENERATOR:
        raise SupplyUnfit(
            f"It was attacked with generator {report.generator}; this is {GENERATOR}.",
            "Prepare it again.",
            reason="never_attacked",
        )
    if report.public:
        raise SupplyUnfit(
            f"Its texts were public: {report.public}. Who has seen them answers by looking up.",
            "Use text that was never published.",
            reason="public",
        )
    if left == 0:
        raise SupplyUnfit(
            "No unused items are left.", "Prepare a supply of new text.", reason="empty"
        )
    if left < LEFT_MIN or report.attacked < ATTACKED_MIN:
        raise SupplyUnfit(
            f"It has {left} unused items and was attacked on {report.attacked}; "
            f"{LEFT_MIN} and {ATTACKED_MIN} are the least.",
            "Give it more text.",
            reason="too_small",
        )
    if not report.bound <= BOUND_MAX:
        raise SupplyUnfit(
            f"Scripts may answer {report.bound:.3f} of its items; {BOUND_MAX} is the most.",
            "Give it more and less regular text; see which attacker does best in its report.",
            reason="attackable",
        )
