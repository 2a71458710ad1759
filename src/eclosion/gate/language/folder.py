"""A supply in a folder: items made beforehand, a report of what scripts reach, and the journal of what was used.

items.jsonl     one item a line, with its answer (0600)
report.json     what was measured
used.journal    which lines were handed out
scorer.json.gz  the trained scorer, for making more items of the same kind (``live``)
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from eclosion.gate.language.errors import ItemsUnreadable, SupplyEmpty
from eclosion.gate.language.journal import Journal
from eclosion.gate.language.model import Item, Sample
from eclosion.gate.language.report import HOW_TO, Report, check_fit
from eclosion.gate.language.training import TrainedScorer

ITEMS, REPORT, USED, SCORER = "items.jsonl", "report.json", "used.journal", "scorer.json.gz"


class FolderSupply:
    """Items of a prepared folder, each used once, by any number of processes."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            ItemsUnreadable: there is no supply in it.
        """
        self._folder = folder
        self._journal = Journal(folder / USED)
        self._lines = _starts(folder / ITEMS)
        self.report = read_report(folder)

    @property
    def name(self) -> str:
        """Its kind; the folder's own name is nobody's business."""
        return "folder"

    @property
    def insecure(self) -> bool:
        """Whether its texts were public."""
        return self.report is None or bool(self.report.public)

    def left(self) -> int:
        """How many items are unused."""
        return len(self._lines) - self._journal.used_count()

    def take(self, count: int) -> list[Item]:
        """``count`` unused items.

        Raises:
            SupplyEmpty: there are fewer. Nothing was taken.
        """

        def choose(used: AbstractSet[int]) -> Iterable[int]:
            """The next ones: lines are used in their order, so that the used ones are the first."""
            left = len(self._lines) - len(used)
            if left < count:
                raise SupplyEmpty(hint="Prepare a supply of new text.", left=left)
            return range(len(used), len(used) + count)

        numbers = self._journal.claim(choose)
        with (self._folder / ITEMS).open("rb") as file:
            found = []
            for number in numbers:
                file.seek(self._lines[number])
                found.append(item_from_json(json.loads(file.readline())))
        return found

    def check(self) -> None:
        """Whether the gate may start with it.

        Raises:
            SupplyUnfit: with the reason.
        """
        check_fit(self.report, self.left())


def write_supply(
    folder: Path, samples: Sequence[Sample], report: Report, scorer: TrainedScorer | None
) -> None:
    """Write a new supply. The items come first and the report last: a folder that is not whole is never fit.

    Raises:
        FileExistsError: the folder exists; a supply is never overwritten, for its journal would then lie.
    """
    folder.mkdir(mode=0o700, parents=True)
    with private_file(folder / ITEMS) as file:
        for sample in samples:
            line = json.dumps(item_to_json(sample.item), ensure_ascii=True)
            file.write(f"{line}\n".encode())
    if scorer is not None:
        from eclosion.gate.language.keeping import keep_scorer

        with private_file(folder / SCORER) as file:
            file.write(keep_scorer(scorer))
    with private_file(folder / REPORT) as file:
        file.write(json.dumps(report.to_json(), indent=2).encode() + b"\n")


def private_file(path: Path) -> Any:
    """A new file that only its owner reads, opened for writing bytes."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def read_report(folder: Path) -> Report | None:
    """The report of a folder; None if it was never attacked."""
    try:
        raw = (folder / REPORT).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return Report.from_json(json.loads(raw))
    except ValueError:
        raise ItemsUnreadable(f"{folder / REPORT} is not JSON.", HOW_TO) from None


def item_to_json(item: Item) -> dict[str, Any]:
    """As it is stored, answer included."""
    return {
        "id": item.id,
        "before": item.before,
        "after": item.after,
        "choices": list(item.choices),
        "truth": item.truth,
    }


def item_from_json(value: Any) -> Item:
    """As it is read back.

    Raises:
        ItemsUnreadable: it is not an item.
    """
    try:
        return Item(
            str(value["id"]),
            str(value["before"]),
            str(value["after"]),
            tuple(str(choice) for choice in value["choices"]),
            int(value["truth"]),
        )
    except (KeyError, TypeError, ValueError, AssertionError):
        raise ItemsUnreadable("A line is not an item.", HOW_TO) from None


def _starts(path: Path) -> list[int]:
    """Where each line begins."""
    starts, at = [], 0
    try:
        with path.open("rb") as file:
            for line in file:
                starts.append(at)
                at += len(line)
    except FileNotFoundError:
        raise ItemsUnreadable(f"There is no supply in {path.parent}.", HOW_TO) from None
    return starts
