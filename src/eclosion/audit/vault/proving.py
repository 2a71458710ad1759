"""Whether what was moved can still be opened: tried as the identity of whom agents run, before and after."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eclosion.audit.reach import Answer, CannotProbe, Identity, of_user, own, probe


class Tries(NamedTuple):
    """What one round of trying came to.

    Attributes:
        opened: paths that opened.
        trouble: why nothing could be tried; empty if it could.
    """

    opened: frozenset[str]
    trouble: str = ""


def files_of(paths: Iterable[str]) -> list[str]:
    """Every regular file at or below these paths, links not followed."""
    found = []
    for path in paths:
        if os.path.isdir(path) and not os.path.islink(path):
            for folder, _, names in os.walk(path):
                found += [os.path.join(folder, name) for name in names]
        else:
            found.append(path)
    return [path for path in found if _is_file(path)]


def whose(path: str) -> Identity:
    """As whom a program runs that the owner of this path starts."""
    try:
        uid = os.lstat(path).st_uid
        if uid == os.geteuid():
            return own()
        import pwd

        return of_user(pwd.getpwuid(uid).pw_name)
    except (OSError, KeyError, ImportError):
        return own()


def try_all(files: Sequence[str], identity: Identity) -> Tries:
    """Open each as that identity, reading nothing."""
    try:
        seen = probe(files, identity) if files else []
    except CannotProbe as problem:
        return Tries(frozenset(), str(problem))
    return Tries(
        frozenset(path for path, one in zip(files, seen, strict=True) if one.answer is Answer.YES)
    )


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False
