"""Trees of everything that a home may hold, for moving away and back."""

from __future__ import annotations

import os
import struct

MARK = b"PLAINTEXT-MARK-7f3a"
"""Stands in every content, name of an attribute's value and link, so that a leftover is found by its bytes."""

ACL = struct.pack(
    "<I" + "HHI" * 5,
    2,
    *(0x01, 7, 0xFFFFFFFF),
    *(0x02, 5, 1234),
    *(0x04, 5, 0xFFFFFFFF),
    *(0x10, 5, 0xFFFFFFFF),
    *(0x20, 0, 0xFFFFFFFF),
)
"""rwx for the owner, r-x for user 1234 (posix_acl_xattr.h)."""


def has_attributes(folder: str) -> bool:
    """Whether this file system keeps attributes of users."""
    try:
        os.setxattr(folder, "user.eclosion.try", b"x")
        os.removexattr(folder, "user.eclosion.try")
    except OSError:
        return False
    return True


def plant(home: str) -> list[str]:
    """A folder and two files beside it that share one content; gives the paths to move."""
    ssh = os.path.join(home, ".ssh")
    os.makedirs(os.path.join(ssh, "deep", "empty"))
    _write(os.path.join(ssh, "id_ed25519"), MARK + b" key\n", 0o600)
    _write(os.path.join(ssh, "large"), MARK * 9_000, 0o640)
    _write(os.path.join(ssh, "empty"), b"", 0o444)
    _write(os.fsdecode(os.path.join(os.fsencode(ssh), b"not-utf8-\xff\xfe\n[red]")), MARK, 0o4755)
    with open(os.path.join(ssh, "sparse"), "wb") as out:
        out.seek(1 << 20)
        out.write(MARK * 300)
        out.truncate(4 << 20)
    os.symlink(f"../{MARK.decode()}/nowhere", os.path.join(ssh, "deep", "link"))
    os.mkfifo(os.path.join(ssh, "deep", "pipe"), 0o622)
    _write(os.path.join(home, ".netrc"), MARK + b" machine", 0o600)
    os.link(os.path.join(ssh, "id_ed25519"), os.path.join(ssh, "deep", "twin"))
    os.link(os.path.join(home, ".netrc"), os.path.join(ssh, "netrc"))
    if has_attributes(home):
        os.setxattr(os.path.join(ssh, "id_ed25519"), "user.note", MARK + b"\0\xff")
        os.setxattr(os.path.join(ssh, "deep"), "user.note", b"")
        os.setxattr(os.path.join(ssh, "large"), "system.posix_acl_access", ACL)
        os.setxattr(ssh, "system.posix_acl_default", ACL)
    if os.geteuid() == 0:
        os.chown(os.path.join(ssh, "large"), 1234, 4321)
        os.chown(os.path.join(ssh, "deep", "link"), 77, 78, follow_symlinks=False)
        os.chmod(os.path.join(ssh, "large"), 0o2640)
    os.chmod(os.path.join(ssh, "deep"), 0o500)
    os.chmod(ssh, 0o1700)
    for number, (folder, folders, files) in enumerate(os.walk(home, topdown=False)):
        for name in [*files, *folders, ""]:
            moment = 1_600_000_000_123_456_789 + number * 1_000_000_007 + len(name)
            path = os.path.join(folder, name)
            os.utime(path, ns=(moment + 5, moment), follow_symlinks=False)
    return [ssh, os.path.join(home, ".netrc")]


def _write(path: str, content: bytes, mode: int) -> None:
    with open(path, "wb") as out:
        out.write(content)
    os.chmod(path, mode)
