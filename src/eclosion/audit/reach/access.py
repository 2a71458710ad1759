"""Whether the kernel lets an identity open a file for reading, worked out from what stands on the disk.

Follows path_resolution(7) for the walk and acl(5) for the check. What always holds: where something cannot be looked
at, the answer is ``UNKNOWN`` and never ``NO``. Nothing is opened; the walk asks ``lstat`` and the names of ACLs.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from eclosion.audit.reach.identity import Identity
from eclosion.audit.reach.mounts import mounts_of

SYMLINKS_MAX = 40
"""So many the kernel follows in one path (path_resolution(7))."""

READ, EXECUTE = 4, 1
_ACL = "system.posix_acl_access"
_ACL_ENTRY = struct.Struct("<HHI")
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20


class Answer(Enum):
    """Whether something can be read."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Verdict(NamedTuple):
    """An answer with its reason.

    Attributes:
        answer: can it be read?
        reason: what decided, for people: which directory or file, with which mode.
        real: where the walk ended, links followed; empty if it did not get there.
    """

    answer: Answer
    reason: str
    real: str = ""


class Entry(NamedTuple):
    """An entry of an access control list: tag, permissions, id (acl(5))."""

    tag: int
    permissions: int
    id: int


class Reader:
    """One identity at this machine's disk, as it is when the reader is made.

    Directories are judged once: a home has a hundred thousand files in a few thousand of them.

    Args:
        identity: who asks.
        start: where the walk begins. Directories above it are not asked: a mount that somebody else made
            leads past them.
    """

    def __init__(self, identity: Identity, start: str = "/") -> None:
        self._identity = identity
        self._start = start
        self._mounts = mounts_of()
        self._entries: dict[str, Verdict | None] = {}

    def may_read(self, path: str) -> Verdict:
        """Whether it could open the file at this absolute path, links followed."""
        waiting = _parts(path)
        here, links = "/", 0
        while waiting:
            if refusal := self._refused_entry(here):
                return refusal
            name = waiting.pop()
            if name == "..":
                here = os.path.dirname(here)
                continue
            step = os.path.join(here, name)
            try:
                found = os.lstat(step)
            except OSError as problem:
                return _unseen(step, problem)
            if not stat.S_ISLNK(found.st_mode):
                here = step
                continue
            links += 1
            if links > SYMLINKS_MAX:
                return Verdict(Answer.NO, f"{step} leads in a circle")
            if not waiting and (refusal := self._refused_link(here, step, found)):
                return refusal
            target = os.readlink(step)
            here = "/" if target.startswith("/") else here
            waiting += _parts(target)
        return self._judge_file(here)

    def _refused_entry(self, directory: str) -> Verdict | None:
        """Why this directory may not be walked through; None if it may."""
        if directory not in self._entries:
            self._entries[directory] = self._judge_entry(directory)
        return self._entries[directory]

    def _judge_entry(self, directory: str) -> Verdict | None:
        if _is_above(directory, self._start):
            return None
        try:
            found = os.stat(directory)
        except OSError as problem:
            return _unseen(directory, problem)
        if not stat.S_ISDIR(found.st_mode):
            return Verdict(Answer.NO, f"{directory} is no directory")
        if self._identity.rules(found.st_uid, found.st_gid):
            return None
        if EXECUTE & permissions(self._identity, directory, found):
            return None
        return Verdict(Answer.NO, f"{_told(directory, found)} does not let it through")

    def _judge_file(self, path: str) -> Verdict:
        try:
            found = os.stat(path)
        except OSError as problem:
            return _unseen(path, problem)
        for mount in self._mounts:
            if mount.device == found.st_dev and mount.is_private_to_another(self._identity.uid):
                return Verdict(
                    Answer.NO, f"{path} lies in a file system of user {mount.user} alone", path
                )
        told = _told(path, found)
        if self._identity.rules(found.st_uid, found.st_gid):
            return Verdict(Answer.YES, f"{told}, and it may read everything", path)
        if READ & permissions(self._identity, path, found):
            return Verdict(Answer.YES, told, path)
        return Verdict(Answer.NO, f"{told} is not readable for it", path)

    def _refused_link(self, directory: str, link: str, found: os.stat_result) -> Verdict | None:
        """A link at the end of a path, in a sticky directory that all may write to, is followed for its owner only."""
        parent = os.stat(directory)
        shared = stat.S_ISVTX | stat.S_IWOTH
        if parent.st_mode & shared != shared or not _links_are_protected():
            return None
        if found.st_uid in (self._identity.uid, parent.st_uid):
            return None
        return Verdict(Answer.NO, f"{link} is somebody else's link in a directory for all")


def permissions(identity: Identity, path: str, found: os.stat_result) -> int:
    """What this identity may do with this file or directory: bits of 4 read, 2 write, 1 execute (acl(5))."""
    if identity.uid == found.st_uid:
        return found.st_mode >> 6 & 7
    # The group's bits of the mode are the list's mask. Linux asks no list whose mask is empty, so that a user whom it
    # names is then one of the others (acl_permission_check in fs/namei.c; acl(5) says otherwise).
    entries = access_list(path) if found.st_mode & stat.S_IRWXG else ()
    if not entries:
        return found.st_mode >> 3 & 7 if identity.is_in(found.st_gid) else found.st_mode & 7
    mask = next((one.permissions for one in entries if one.tag == _MASK), 7)
    for one in entries:
        if one.tag == _USER and one.id == identity.uid:
            return one.permissions & mask
    granted = _of_groups(identity, found, entries)
    if granted is not None:
        return granted & mask
    return next((one.permissions for one in entries if one.tag == _OTHER), 0)


def _of_groups(identity: Identity, found: os.stat_result, entries: tuple[Entry, ...]) -> int | None:
    """What groups give together for one bit at a time; None if it is in none of them."""
    matching = [
        one.permissions
        for one in entries
        if (one.tag == _GROUP_OBJ and identity.is_in(found.st_gid))
        or (one.tag == _GROUP and identity.is_in(one.id))
    ]
    if not matching:
        return None
    granted = 0
    for one in matching:
        granted |= one  # any entry that has the bit will do, as each bit is asked for alone
    return granted


def access_list(path: str) -> tuple[Entry, ...]:
    """The file's access control list; empty if it has none or its file system knows none.

    The format is the kernel's (``posix_acl_xattr.h``): a version, then tag, permissions and id of each entry.
    """
    get = getattr(os, "getxattr", None)
    if get is None:
        return ()
    try:
        raw = get(path, _ACL)
    except OSError:
        return ()
    return tuple(Entry(*entry) for entry in _ACL_ENTRY.iter_unpack(raw[4 : len(raw) // 8 * 8 + 4]))


def _parts(path: str) -> list[str]:
    """The path's names, last first."""
    return [part for part in reversed(path.split("/")) if part not in ("", ".")]


def _is_above(directory: str, start: str) -> bool:
    return directory != start and (start + "/").startswith(directory.rstrip("/") + "/")


def _unseen(path: str, problem: OSError) -> Verdict:
    if problem.errno in (errno.ENOENT, errno.ENOTDIR):
        return Verdict(Answer.NO, f"{path} is not there")
    if problem.errno == errno.ELOOP:
        return Verdict(Answer.NO, f"{path} leads in a circle")
    return Verdict(Answer.UNKNOWN, f"{path} cannot be looked at: {problem.strerror}")


def _told(path: str, found: os.stat_result) -> str:
    return f"{path} ({stat.filemode(found.st_mode)}, owner {found.st_uid}, group {found.st_gid})"


@lru_cache(maxsize=1)
def _links_are_protected() -> bool:
    try:
        return Path("/proc/sys/fs/protected_symlinks").read_text() == "1\n"
    except OSError:
        return False
