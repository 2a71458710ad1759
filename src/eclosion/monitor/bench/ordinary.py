"""Chunks of what is no cipher though it may look like one: code, hashes, base64, other languages, made-up names.

Made from a seed, or read from what is installed; ``DATA/po/**/*.po`` is read too if it is there.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

CHUNK = 500
CHUNKS_MAX = 4_000
_MSGSTR = re.compile(r'^msgstr "(.+)"$', re.MULTILINE)
SYLLABLES = "ka lo mi thar el ven dor ae ra zul nim oth gar ion wyn sha bel ur ix mor".split()
CODE = ("numpy", "rich", "typer", "msgspec", "cryptography", "hyperscan")
SCRIPTS = (
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u044d\u0442\u043e \u0430\u0433\u0435\u043d\u0442. ",
    "\u4eca\u5929\u5929\u6c14\u5f88\u597d\uff0c\u6211\u4eec\u8c08\u8c08\u8bb0\u5fc6\u3002",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 \u0641\u064a \u0647\u0646\u0627. ",
    "\u0928\u092e\u0938\u094d\u0924\u0947, \u092f\u0939 \u090f\u0915 \u092a\u094b\u0938\u094d\u091f. ",
)


def corpora(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Each kind's name and its chunks of 500 characters."""
    dice = random.Random(3)
    yield "Python source (not learned from)", _sample(dice, _code())
    if (data / "po").is_dir():
        yield "translations, other languages", _sample(dice, _translations(data / "po"))
    yield "hash lists", [_hashes(dice) for _ in range(2_000)]
    yield "UUID lists", [_uuids(dice) for _ in range(2_000)]
    yield "base64", [base64.b64encode(dice.randbytes(370)).decode() for _ in range(2_000)]
    yield "fantasy names", [_names(dice) for _ in range(300)]
    yield "other scripts", [_scripts(dice) for _ in range(1_000)]


def _chunks(text: str) -> Iterator[str]:
    for start in range(0, len(text), CHUNK):
        yield text[start : start + CHUNK]


def _sample(dice: random.Random, chunks: Iterator[str]) -> list[str]:
    every = list(chunks)
    return dice.sample(every, min(CHUNKS_MAX, len(every)))


def _code() -> Iterator[str]:
    for name in CODE:
        spec = find_spec(name)
        if spec and spec.origin:
            for path in sorted(Path(spec.origin).parent.rglob("*.py")):
                yield from _chunks(path.read_text("utf-8", "replace"))


def _translations(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.po")):
        yield from _chunks("\n".join(_MSGSTR.findall(path.read_text("utf-8", "replace"))))


def _hashes(dice: random.Random) -> str:
    lines = (hashlib.sha256(dice.randbytes(8)).hexdigest() for _ in range(7))
    return "\n".join(f"{line}  part-{number}.bin" for number, line in enumerate(lines))


def _uuids(dice: random.Random) -> str:
    return "\n".join(str(uuid.UUID(bytes=dice.randbytes(16))) for _ in range(13))


def _names(dice: random.Random) -> str:
    words = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(80))
    return " ".join(words)[:CHUNK]


def _scripts(dice: random.Random) -> str:
    return "".join(dice.choices(SCRIPTS, k=40))[:CHUNK]
