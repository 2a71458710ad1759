"""A file of prints: what the leaks' detector needs to know secrets again, and nothing that gives them away.

The first line names the form, the second holds the key of the prints, each further one a print. Who has the file and a
guess can check the guess, so it is for secrets that nobody guesses, and only its owner reads it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from eclosion.kernel.errors import Invalid
from eclosion.monitor.detectors.leaks.known import Print, print_of, read_print

FORM: Final = "eclosion-prints 1"
KEY_BYTES: Final = 32
_KEY = re.compile(r"key:(?:[0-9a-f]{2}){16,64}")


class Prints(NamedTuple):
    """The prints of a file, and their key."""

    key: bytes
    prints: tuple[Print, ...]


def read_prints(path: Path) -> Prints:
    """The prints of a file.

    Raises:
        Invalid: it can't be read, or says something else.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as problem:
        raise Invalid(f"{path} can't be read as a file of prints.") from problem
    if len(lines) < 2 or lines[0] != FORM or not _KEY.fullmatch(lines[1]):
        raise Invalid(f"{path} is no file of prints.", hint="`eclosion monitor prints` makes one.")
    key = bytes.fromhex(lines[1].removeprefix("key:"))
    return Prints(key, tuple(read_print(row) for row in lines[2:] if row.strip()))


def add_prints(
    path: Path,
    known: Iterable[tuple[str, str]],
    *,
    is_canary: bool = False,
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> int:
    """Add secrets, each with what to call it; a label that is there is made anew. Returns how many prints there are.

    Raises:
        Invalid: a secret is too short or too long, a label has a colon, or the file is no file of prints.
    """
    was = read_prints(path) if path.exists() else Prints(draw(KEY_BYTES), ())
    fresh = {one.label: one for one in was.prints}
    for label, secret in known:
        fresh[label] = print_of(secret, was.key, label, is_canary=is_canary)
    rows = [FORM, f"key:{was.key.hex()}", *(str(one) for one in fresh.values())]
    new = path.with_name(f"{path.name}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    return len(fresh)
