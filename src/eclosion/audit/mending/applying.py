"""Carries a plan out, and takes one back.

What always holds: each file is the old one or the new one at every moment. A file that changed since it was looked at
is left alone. Root changes another's home as that home's owner, so that a link in it leads root nowhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from eclosion.audit.mending.closing import Plan, listed_rules
from eclosion.audit.mending.drafting import Draft
from eclosion.audit.mending.journal import (
    NOTHING,
    FileRecord,
    Journal,
    begin,
    forget,
    hash_of,
    journals,
    leftovers,
    record_of,
)
from eclosion.audit.mending.modes import ModeChange
from eclosion.audit.mending.tree import CannotEdit, applied
from eclosion.audit.mending.writing import replace_file, sync_folder


class Done(NamedTuple):
    """What came of it.

    Attributes:
        id: of the fix.
        changed: paths that were changed.
        kept: paths that were not, each with the reason.
    """

    id: str
    changed: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


def apply_plan(plan: Plan) -> Done:
    """Do what was planned.

    Raises:
        OSError: not even the journal could be written; nothing was changed.
    """
    with as_owner_of(plan.home):
        records = [record_of(one) for one in plan.drafts]
        journal = begin(plan.home, records, plan.modes, listed_rules(plan.drafts))
        changed: list[str] = []
        kept: list[tuple[str, str]] = []
        for draft, record in zip(plan.drafts, records, strict=True):
            try:
                _replace(draft, record, journal.id)
                changed.append(draft.path)
            except (CannotEdit, OSError) as problem:
                kept.append((draft.path, _why(problem)))
        for one in plan.modes:
            _chmod(one.path, one.after, changed, kept)
        if not changed:
            forget(plan.home, journal)
    return Done(journal.id, tuple(dict.fromkeys(changed)), tuple(kept))


def undo(home: str, journal: Journal) -> Done:
    """Take a fix back, whole or interrupted: text, mode and time of each file as they were.

    A file that somebody changed afterwards is kept and told; the journal stays until everything is back.
    """
    with as_owner_of(home):
        for path in leftovers(journal):
            os.unlink(path)
        changed: list[str] = []
        kept: list[tuple[str, str]] = []
        for one in journal.modes:
            _restore_mode(one, changed, kept)
        for record in journal.files:
            try:
                if _restore(record, journal.id):
                    changed.append(record.path)
            except (CannotEdit, OSError) as problem:
                kept.append((record.path, _why(problem)))
        if not kept:
            forget(home, journal)
    return Done(journal.id, tuple(dict.fromkeys(changed)), tuple(kept))


def fixes_of(home: str) -> list[Journal]:
    """Fixes that can be taken back, the latest first."""
    with as_owner_of(home):
        return journals(home)


def _replace(draft: Draft, record: FileRecord, mark: str) -> None:
    if _hash_on_disk(draft.path) != record.before:
        raise CannotEdit("it was changed in the meantime")
    replace_file(draft.path, draft.text, mark)


def _restore(record: FileRecord, mark: str) -> bool:
    now = _hash_on_disk(record.path)
    if now == record.before:
        return False
    if now != record.after:
        raise CannotEdit("it was changed since; compare it yourself")
    if record.before == NOTHING:
        os.unlink(record.path)
        sync_folder(os.path.dirname(record.path))
        return True
    with open(record.path, encoding="utf-8", newline="") as file:
        text = file.read()
    for step in record.back:
        text = applied(text, step)
    if hash_of(text) != record.before:
        raise CannotEdit("the journal does not lead back to what was there")
    accessed = os.stat(record.path).st_atime_ns
    replace_file(record.path, text, mark)
    os.utime(record.path, ns=(accessed, record.modified_ns))
    return True


def _restore_mode(one: ModeChange, changed: list[str], kept: list[tuple[str, str]]) -> None:
    try:
        mode = stat.S_IMODE(os.lstat(one.path).st_mode)
    except OSError as problem:
        kept.append((one.path, _why(problem)))
        return
    if mode == one.after:
        _chmod(one.path, one.before, changed, kept)


def _chmod(path: str, mode: int, changed: list[str], kept: list[tuple[str, str]]) -> None:
    """Of a regular file only, and never through a link."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        kept.append((path, _why(problem)))
        return
    try:
        os.fchmod(handle, mode)
        changed.append(path)
    except OSError as problem:
        kept.append((path, _why(problem)))
    finally:
        os.close(handle)


def _hash_on_disk(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return hash_of(file.read())
    except FileNotFoundError:
        return NOTHING
    except UnicodeDecodeError:
        raise CannotEdit("it is no UTF-8") from None


def _why(problem: Exception) -> str:
    return (problem.strerror or str(problem)) if isinstance(problem, OSError) else str(problem)


@contextmanager
def as_owner_of(home: str) -> Iterator[None]:
    """As root at somebody else's home: act as its owner, files and groups included."""
    owner = os.stat(home).st_uid
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or owner == 0:
        yield
        return
    from eclosion.audit.reach.identity import of_uid

    identity, groups = of_uid(owner, os.stat(home).st_gid), os.getgroups()
    os.setgroups(sorted(identity.groups))
    os.setegid(identity.gid)
    os.seteuid(identity.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)
