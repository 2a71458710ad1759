"""The language rounds as a gate's session asks for them: a supply, the policy, one sitting for each session.

Fills the gate's port ``ReadingRoom``. What always holds: items are taken one round at a time, so that a session that is
already lost spends little text, and a supply on a disk is asked thrice and not for each item.
"""

from __future__ import annotations

from collections.abc import Sequence

from eclosion.gate.language.model import Item
from eclosion.gate.language.rounds import (
    Policy,
    Progress,
    close_sheet,
    left_in_round,
    next_items,
    open_sheet,
    policy_for,
    verdict,
)
from eclosion.gate.language.supply import Supply, supply_for
from eclosion.gate.policy import Rounds
from eclosion.gate.ports import ReadingVerdict


class Room:
    """Rounds from one supply."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply

    @property
    def insecure(self) -> bool:
        """Whether its texts are known to be public. The gate then gives the stage another name."""
        return self._supply.insecure

    def check(self) -> None:
        """Whether rounds may be made.

        Raises:
            SupplyUnfit: with the reason.
        """
        self._supply.check()

    def open(self, rounds: Rounds, owner: str | None) -> Sitting:
        """Rounds for one session, without the texts of its owner."""
        supply = supply_for(self._supply, owner) if owner else self._supply
        return Sitting(supply, policy_for(rounds))


class Sitting:
    """The rounds of one session, a sheet at a time."""

    def __init__(self, supply: Supply, policy: Policy) -> None:
        self._supply, self._policy = supply, policy
        self._progress = Progress()
        self._taken: list[Item] = []

    def ask(self, now_ms: int) -> bytes:
        """The next sheet as JSON without answers.

        Raises:
            SupplyEmpty: there are no unused items left.
        """
        count = next_items(self._progress, self._policy)
        if not self._taken:
            self._taken = self._supply.take(left_in_round(self._progress, self._policy))
        items, self._taken = self._taken[:count], self._taken[count:]
        self._progress, body = open_sheet(self._progress, self._policy, items, now_ms)
        return body

    def answer(self, answers: Sequence[int] | None, now_ms: int) -> None:
        """The open sheet's answers, or None when its time is over. One that is unusable is replaced once."""
        self._progress = close_sheet(self._progress, self._policy, answers, now_ms)

    def verdict(self) -> ReadingVerdict | None:
        """How it ended, as soon as that is certain. A pass on a public corpus is marked as insecure."""
        found = verdict(self._progress, self._policy)
        if found is None:
            return None
        remarks: dict[str, object] = {
            "supply": self._supply.name,
            "insecure": self._supply.insecure,
        }
        if found.replaced:
            remarks["replaced"] = found.replaced
        return ReadingVerdict(found.right, found.asked, found.passed, remarks)
