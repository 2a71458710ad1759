"""Reads the corpora of injections, and the texts of our own, as texts with labels.

Corpora stand in the data folder and are never shipped: ``monitor/s-labs_{split}.csv``,
``monitor/neuralchemy_core-{split}``
(Parquet, for which pyarrow must be installed), BIPIA's ``text_attack_train.json``, ``email_train.jsonl`` and
``code_train.jsonl``. Ours ship with the monitor (``monitor/data/injections``).
"""

from __future__ import annotations

import csv
import json
import random
import re
import zlib
from importlib import import_module, resources
from pathlib import Path
from typing import NamedTuple

VERSIONS_MOST = 10
"""So many texts are made of one line that leaves words open."""

_CHOICE = re.compile(r"\[\[([^\[\]]*\|[^\[\]]*|@\w+)\]\]")
_WORD = re.compile(r"\w+")


class Labelled(NamedTuple):
    """A text, whether it is an injection, and the group (category, family) that it belongs to.

    Attributes:
        line: of our own texts: the line that it was made of.
    """

    text: str
    is_attack: bool
    group: str
    line: str = ""

    @property
    def kin(self) -> int:
        """The same number for texts that are versions of one another, so that they are set aside together.

        Those of our own that were made of one line are; of the public corpora only such as have the same words, since
        their validation splits are no stricter.
        """
        words = self.line or " ".join(_WORD.findall(self.text.lower()))
        return zlib.crc32(words.encode("utf-8", "replace"))


def read_s_labs(data: Path, split: str) -> list[Labelled]:
    """The s-labs prompts (MIT).

    Raises:
        FileNotFoundError: the file is not there.
    """
    with (data / f"monitor/s-labs_{split}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Labelled(row["text"], row["label"] == "1", "s-labs") for row in csv.DictReader(file)
        ]


def read_neuralchemy(data: Path, split: str) -> list[Labelled]:
    """The neuralchemy core prompts (Apache-2.0).

    Raises:
        FileNotFoundError: the file, or pyarrow to read it, is not there.
    """
    file = data / f"monitor/neuralchemy_core-{split}.parquet"
    if not file.exists():
        raise FileNotFoundError(2, "no such file", str(file))
    try:
        table = import_module("pyarrow.parquet").read_table(file).to_pylist()
    except ModuleNotFoundError:
        raise FileNotFoundError(2, "not installed", "pyarrow (it reads Parquet)") from None
    return [Labelled(row["text"], row["label"] == 1, row["category"]) for row in table]


def read_planted(data: Path) -> list[Labelled]:
    """BIPIA's attacks of the training split (MIT): instructions that mails and pages carry."""
    attacks = json.loads((data / "monitor/text_attack_train.json").read_text("utf-8"))
    return [Labelled(text, True, group) for group, texts in attacks.items() for text in texts]


def read_mails(data: Path) -> list[str]:
    """BIPIA's mails of the training split, clean."""
    lines = (data / "monitor/email_train.jsonl").read_text("utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["context"] for line in lines))


def read_code_answers(data: Path) -> list[str]:
    """BIPIA's answers about code of the training split, clean."""
    lines = (data / "monitor/code_train.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return ["\n".join([*row["error"], *row["code"], *row["context"]]) for row in rows]


def read_own(name: str) -> list[Labelled]:
    """Our own: ``attacks`` or ``harmless``, or what was set aside (``held_attacks``); the group is the family.

    A line may leave words open: ``[[one|another]]``, or ``[[@list]]`` with a line ``@list = one|another`` above it.
    Of such a line the same few versions are made each time.
    """
    folder = resources.files("eclosion.monitor").joinpath("data/injections")
    found: list[Labelled] = []
    lists: dict[str, str] = {}
    group = ""
    for line in folder.joinpath(f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("= "):
            group = line.split()[1]
        elif line.startswith("@") and " = " in line:
            key, _, words = line.partition(" = ")
            lists[key] = words
        elif line:
            for text in _versions(line, lists):
                attack = name.endswith("attacks")
                found.append(Labelled(text.replace("\\n", "\n"), attack, group, line))
    return found


def _versions(line: str, lists: dict[str, str]) -> list[str]:
    draw = random.Random(zlib.crc32(line.encode()))
    if not _CHOICE.search(line):
        return [line]
    return list(dict.fromkeys(_version(line, lists, draw) for _ in range(VERSIONS_MOST)))


def _version(line: str, lists: dict[str, str], draw: random.Random) -> str:
    """One version: the innermost words first, until none are open."""

    def choose(found: re.Match[str]) -> str:
        words: str = found[1]
        return f"[[{lists[words]}]]" if words.startswith("@") else draw.choice(words.split("|"))

    made = 1
    while made:
        line, made = _CHOICE.subn(choose, line)
    return line.strip()


def plant(attack: str, carrier: str, where: float) -> str:
    """An attack within a text, at the gap between sentences or lines that is nearest to a share of its length."""
    wanted = int(len(carrier) * where)
    gaps = [
        place + 1
        for place, sign in enumerate(carrier)
        if sign == "\n" or carrier[place : place + 2] == ". "
    ]
    place = min([0, len(carrier), *gaps], key=lambda one: abs(one - wanted))
    return f"{carrier[:place].rstrip()}\n{attack}\n{carrier[place:].lstrip()}".strip()
