"""The file of a purse: a key and what was spent with it, for its owner's eyes only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

from eclosion.kernel.errors import Invalid

KEY_BYTES = 32


@contextmanager
def locked(path: Path) -> Iterator[dict[str, Any]]:
    """The content of a purse's file, made if there is none; written back where the block changes it.

    Two programs with one purse wait for each other, so that together they stay within its cap.

    Raises:
        Invalid: others can read the file, or it is none of ours.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        flock(file, LOCK_EX)
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise Invalid(f"Others can read {path}.", f"Run: chmod 600 {path}")
        text = file.read()
        held = _read(text, path)
        before = dict(held)
        yield held
        if held != before or not text:
            file.seek(0)
            file.truncate()
            json.dump(held, file)
            file.flush()
            os.fsync(file.fileno())


def add_receipt(path: Path, receipt: dict[str, Any]) -> None:
    """Write a receipt below the others, in ``<purse>.receipts.jsonl``."""
    place = path.with_name(path.name + ".receipts.jsonl")
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(json.dumps(receipt) + "\n")


def read_receipts(path: Path) -> list[dict[str, Any]]:
    """All receipts, the oldest first."""
    place = path.with_name(path.name + ".receipts.jsonl")
    if not place.exists():
        return []
    return [json.loads(line) for line in place.read_text().splitlines()]


def _read(text: str, path: Path) -> dict[str, Any]:
    held: dict[str, Any] = {}
    try:
        held = json.loads(text) if text else _new()
        fits = len(bytes.fromhex(held["key"])) == KEY_BYTES and held["spent"] >= 0
    except (ValueError, KeyError, TypeError, AttributeError):
        fits = False
    if not fits:
        raise Invalid(f"{path} is not the file of a purse.")
    return held


def _new() -> dict[str, Any]:
    # Almost every 32 bytes are a key of secp256k1; the few that are not have odds of one in 2**127.
    return {"key": secrets.token_bytes(KEY_BYTES).hex(), "spent": 0}
