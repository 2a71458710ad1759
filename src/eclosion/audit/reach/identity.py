"""Who a process is to the kernel when it opens a file: ids and the two capabilities that matter for reading.

The numbers are those that the kernel checks (``fsuid``, ``fsgid``, supplementary groups; credentials(7)). Names are
looked up by the caller's system only, never over a network of ours.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

CAP_DAC_OVERRIDE = 1 << 1
CAP_DAC_READ_SEARCH = 1 << 2
EVERY_CAPABILITY = (1 << 41) - 1


class Span(NamedTuple):
    """Ids from ``start``, ``length`` of them, as this machine's first user namespace numbers them."""

    start: int
    length: int


class Identity(NamedTuple):
    """What the kernel looks at.

    Attributes:
        uid: the file-system user id.
        gid: the file-system group id.
        groups: supplementary group ids, without order.
        capabilities: the effective set, as a bit mask (capabilities(7)).
        uids: the user ids that its user namespace knows; None in the first one, which knows all.
        gids: likewise group ids.
    """

    uid: int
    gid: int
    groups: frozenset[int] = frozenset()
    capabilities: int = 0
    uids: tuple[Span, ...] | None = None
    gids: tuple[Span, ...] | None = None

    def rules(self, owner_uid: int, owner_gid: int) -> bool:
        """Whether the modes of such a file do not bind it, as they do not bind root.

        In a user namespace the capabilities reach only what belongs to ids that it knows (user_namespaces(7)).
        """
        if not self.capabilities & (CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH):
            return False
        return _knows(self.uids, owner_uid) and _knows(self.gids, owner_gid)

    def is_in(self, gid: int) -> bool:
        """Whether it is in that group."""
        return gid == self.gid or gid in self.groups


def _knows(spans: tuple[Span, ...] | None, number: int) -> bool:
    return spans is None or any(one.start <= number < one.start + one.length for one in spans)


def of_user(name: str) -> Identity:
    """What a program is that this user starts.

    Raises:
        KeyError: nobody has that name.
    """
    import pwd  # not on every system, and the inventory works there too

    entry = pwd.getpwnam(name)
    groups = frozenset(os.getgrouplist(name, entry.pw_gid))
    return Identity(
        entry.pw_uid, entry.pw_gid, groups, EVERY_CAPABILITY if entry.pw_uid == 0 else 0
    )


def of_uid(uid: int, gid: int) -> Identity:
    """What a program is that the user of this number starts; somebody without a name is in one group alone."""
    import pwd

    try:
        return of_user(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return Identity(uid, gid, frozenset(), 0 if uid else EVERY_CAPABILITY)


def of_process(pid: int, proc: Path = Path("/proc")) -> Identity:
    """What a running process is (proc_pid_status(5): the fourth of each line of ids is the file system's).

    Raises:
        OSError: there is none, or it may not be looked at.
    """
    lines = dict(
        line.partition(":")[::2]
        for line in (proc / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    )
    return Identity(
        uid=int(lines["Uid"].split()[3]),
        gid=int(lines["Gid"].split()[3]),
        groups=frozenset(map(int, lines["Groups"].split())),
        capabilities=int(lines["CapEff"].strip(), 16),
        uids=_mapped(proc / str(pid) / "uid_map"),
        gids=_mapped(proc / str(pid) / "gid_map"),
    )


def _mapped(path: Path) -> tuple[Span, ...] | None:
    """The ids outside that a namespace knows; None where it knows all, as the first one does."""
    rows = [tuple(map(int, line.split())) for line in path.read_text().splitlines()]
    if rows == [(0, 0, 2**32 - 1)]:
        return None
    return tuple(Span(outside, count) for _, outside, count in rows)


def own() -> Identity:
    """What this process is."""
    try:
        return of_process(os.getpid())
    except (OSError, KeyError, ValueError):
        uid = os.geteuid()
        return Identity(
            uid, os.getegid(), frozenset(os.getgroups()), 0 if uid else EVERY_CAPABILITY
        )
