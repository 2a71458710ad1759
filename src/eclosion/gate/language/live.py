"""A supply that makes items while it runs, of texts that come in: held posts, entrants' paragraphs, a model's writing.

The scorer and the report come from a prepared folder of texts of the same kind; the texts themselves come from a
``Texts``. Moderation is the same as beforehand. What was made and not yet shown waits in memory, with its owner root,
and is lost when the process ends: losing items is the safe side.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol

from eclosion.gate.language.balance import make_item
from eclosion.gate.language.errors import ItemsUnreadable, SupplyEmpty, SupplyUnfit
from eclosion.gate.language.folder import SCORER, read_report
from eclosion.gate.language.keeping import read_scorer
from eclosion.gate.language.model import Item, Text
from eclosion.gate.language.passages import Preparation
from eclosion.gate.language.report import HOW_TO, Report, check_fit
from eclosion.gate.language.training import Scorer

TEXTS_EACH = 8
"""Texts asked for at once when items run short."""

ASKS_MAX = 32
"""How often a source is asked in one ``take`` before giving up."""


class Texts(Protocol):
    """Texts that nobody outside has seen. The app fills it: from its queue of held posts, for example."""

    def take(self, count: int, without_root: str) -> Sequence[Text]:
        """Up to ``count`` texts that were never handed out, or fewer, or none; each is handed out once.

        Args:
            count: how many at most.
            without_root: leave out texts of this owner root; if it is empty, texts of any owner root.
        """
        ...

    def waiting(self) -> int:
        """About how many texts there are."""
        ...


class _Ready(NamedTuple):
    item: Item
    owner_root: str


class LiveSupply:
    """Items from a ``Texts``. An owner's texts are never shown to agents of that owner: use ``for_owner``.

    Args:
        name: for tokens.
        texts: where texts come from.
        scorer, report: of a prepared folder of texts of the same kind.
        draw: draws ranks and distractors; by default from a secret seed, as it must be at a gate.
    """

    insecure = False

    def __init__(
        self,
        name: str,
        texts: Texts,
        scorer: Scorer,
        report: Report | None,
        draw: random.Random | None = None,
    ) -> None:
        self.name = name
        self._texts, self._scorer, self.report = texts, scorer, report
        self._ready: list[_Ready] = []
        self._preparation = Preparation()
        self._draw = draw or random.Random(secrets.randbits(128))
        self._lock = Lock()

    @classmethod
    def measured_in(cls, folder: Path, name: str, texts: Texts) -> LiveSupply:
        """With the scorer and the report of a prepared folder of texts of the same kind.

        Raises:
            ItemsUnreadable: the folder holds none.
        """
        try:
            scorer = read_scorer((folder / SCORER).read_bytes())
        except FileNotFoundError:
            raise ItemsUnreadable(f"There is no scorer in {folder}.", HOW_TO) from None
        return cls(name, texts, scorer, read_report(folder))

    @property
    def dropped(self) -> Counter[str]:
        """Why texts gave no item, counted."""
        return Counter(self._preparation.dropped)

    def take(self, count: int) -> list[Item]:
        """``count`` items of texts without an owner root. An agent's session asks ``for_owner(its root).take``.

        Raises:
            SupplyEmpty: the source has not enough. What was made waits for the next.
        """
        return self.take_for("", count)

    def take_for(self, owner_root: str, count: int) -> list[Item]:
        """``count`` items, none of a text of this owner root.

        Without a root it cannot be told whose text would be whose, so only texts without one are used.
        """
        with self._lock:
            for _ in range(ASKS_MAX):
                fit = [one for one in self._ready if _may_see(owner_root, one.owner_root)]
                if len(fit) >= count:
                    break
                if not self._make(owner_root):
                    break
            else:
                fit = []
            if len(fit) < count:
                raise SupplyEmpty(hint="Text comes in too slowly for the sessions.", left=len(fit))
            chosen = fit[:count]
            taken = {id(one) for one in chosen}
            self._ready = [one for one in self._ready if id(one) not in taken]
            return [one.item for one in chosen]

    def for_owner(self, owner_root: str) -> OwnerView:
        """The supply for agents of one owner root."""
        return OwnerView(self, owner_root)

    def check(self) -> None:
        """Whether the gate may start with it.

        Raises:
            SupplyUnfit: with the reason.
        """
        if self._texts.waiting() == 0 and not self._ready:
            raise SupplyUnfit("No text is waiting.", "Wait for text, or add some.", reason="empty")
        check_fit(self.report, self._texts.waiting() + len(self._ready))

    def _make(self, without_root: str) -> bool:
        """Turn some texts into items; False if there are no texts."""
        texts = self._texts.take(TEXTS_EACH, without_root)
        for text in texts:
            if text.published:
                self._preparation.dropped["published"] += 1
                continue
            for passage in self._preparation.prepare(text):
                item = make_item(passage, self._scorer, self._draw)
                if item is not None:
                    self._ready.append(_Ready(item, text.owner_root))
        forget = getattr(self._scorer, "forget_pairs", None)
        if forget is not None:
            forget()
        return bool(texts)


class OwnerView:
    """A live supply as agents of one owner root see it."""

    def __init__(self, supply: LiveSupply, owner_root: str) -> None:
        self._supply, self._root = supply, owner_root

    @property
    def name(self) -> str:
        """The supply's."""
        return self._supply.name

    @property
    def insecure(self) -> bool:
        """The supply's."""
        return self._supply.insecure

    def take(self, count: int) -> list[Item]:
        """Items without this owner's texts.

        Raises:
            SupplyEmpty: there are not enough.
        """
        return self._supply.take_for(self._root, count)

    def check(self) -> None:
        """The supply's.

        Raises:
            SupplyUnfit: with the reason.
        """
        self._supply.check()


def _may_see(asking: str, owner: str) -> bool:
    return not owner or asking not in {"", owner}
