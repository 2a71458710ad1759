"""Where items come from: the protocol that the gate's session needs, and the rule of when a supply is fit.

What always holds: an item is handed out once, whoever asks at the same moment and however often the process starts
anew. The security of the rounds rests on this: a script that has seen the text before answers nearly everything.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from eclosion.gate.language.model import Item


@runtime_checkable
class Supply(Protocol):
    """Items for the rounds."""

    @property
    def name(self) -> str:
        """A short name for evidence and logs."""
        ...

    @property
    def insecure(self) -> bool:
        """Whether its texts are known to be public. Evidence from it is marked."""
        ...

    def take(self, count: int) -> list[Item]:
        """``count`` items that nobody was ever shown.

        Raises:
            SupplyEmpty: there are fewer left. Nothing was taken.
        """
        ...

    def check(self) -> None:
        """Whether the language stage may start with it.

        Raises:
            SupplyUnfit: it is empty, public, too small, was never attacked, or scripts answer too much of it.
        """
        ...


@runtime_checkable
class OwnerAware(Protocol):
    """A supply whose texts have owners, who must not be asked about them."""

    def for_owner(self, owner_root: str) -> Supply:
        """The same supply, without the texts of this owner root."""
        ...


def supply_for(supply: Supply, owner_root: str) -> Supply:
    """The supply as it may be shown to an agent of ``owner_root``."""
    return supply.for_owner(owner_root) if isinstance(supply, OwnerAware) else supply
