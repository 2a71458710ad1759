"""A thicket of files to try a reach model on: modes, owners, lists and links drawn from a seed."""

from __future__ import annotations

import os
import random
import struct
from pathlib import Path

from eclosion.audit.reach import Identity

UIDS = (4101, 4102, 4103)
GIDS = (5101, 5102, 5103)
FILE_MODES = (0o600, 0o640, 0o644, 0o604, 0o060, 0o400, 0o044, 0o000, 0o660, 0o606)
FOLDER_MODES = (0o700, 0o755, 0o750, 0o711, 0o710, 0o701, 0o070, 0o007, 0o000, 0o1777)
IDENTITIES = {
    "root": Identity(0, 0, frozenset(), (1 << 41) - 1),
    "ada": Identity(UIDS[0], GIDS[0]),
    "bob": Identity(UIDS[1], GIDS[1], frozenset({GIDS[0]})),
    "cleo": Identity(UIDS[2], GIDS[2], frozenset({GIDS[0], GIDS[1]})),
    "stranger": Identity(4999, 5999),
}
_LIST = struct.Struct("<HHI")
_NOBODY = 0xFFFFFFFF


def plant(top: Path, seed: int, count: int) -> list[str]:
    """So many files and links below ``top``, and some names behind which there is nothing.

    As root, with other owners too; as anybody else, with one's own modes and lists only.
    """
    chance = random.Random(seed)
    top.mkdir(mode=0o755, parents=True, exist_ok=True)
    folders, paths = [top], []
    for number in range(count // 6):
        folder = chance.choice(folders[-9:]) / f"folder{number}"
        folder.mkdir()
        folders.append(folder)
    for number in range(count):
        path = chance.choice(folders) / f"file{number}"
        paths.append(str(path))
        if chance.random() < 0.25 and number:
            path.symlink_to(_target(chance, paths, path))
        elif chance.random() < 0.03:
            continue  # nothing there
        else:
            path.write_text("not a secret")
            _own(chance, path, FILE_MODES)
    for folder in reversed(folders[1:]):
        _own(chance, folder, FOLDER_MODES)
    return paths


def _target(chance: random.Random, paths: list[str], link: Path) -> str:
    goal = chance.choice(paths)
    return goal if chance.random() < 0.5 else os.path.relpath(goal, link.parent)


def _own(chance: random.Random, path: Path, modes: tuple[int, ...]) -> None:
    if os.geteuid() == 0:
        os.chown(path, chance.choice((*UIDS, 0)), chance.choice((*GIDS, 0)))
    path.chmod(chance.choice(modes))
    if chance.random() < 0.35:
        _list(chance, path)


def _list(chance: random.Random, path: Path) -> None:
    """A random access control list, where the file system keeps them."""
    entries = [(0x01, chance.choice((0, 5, 7)), _NOBODY)]
    entries += [(0x02, chance.choice((0, 1, 4, 5)), uid) for uid in sorted(chance.sample(UIDS, 2))]
    entries += [(0x04, chance.choice((0, 1, 4, 5)), _NOBODY)]
    entries += [(0x08, chance.choice((0, 1, 4, 5)), gid) for gid in sorted(chance.sample(GIDS, 2))]
    entries += [
        (0x10, chance.choice((0, 1, 4, 7)), _NOBODY),
        (0x20, chance.choice((0, 5)), _NOBODY),
    ]
    raw = struct.pack("<I", 2) + b"".join(_LIST.pack(*entry) for entry in entries)
    try:
        os.setxattr(path, "system.posix_acl_access", raw)
    except (OSError, AttributeError):
        return
