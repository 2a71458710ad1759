"""A sandbox by Landlock (landlock(7)), which any user can put on: a short Python program that needs nothing installed.

Landlock allows folders and cannot hide a file within one, so a project with secrets in it is listed piece by piece.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from eclosion.audit.sandboxing.shape import LINKED_FOLDERS, SYSTEM_FOLDERS, Shape

READ, WRITE = "read", "write"
DEVICES = (
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/pts",
    "/dev/ptmx",
)

_PROGRAM = '''\
#!/usr/bin/env python3
"""Runs {program} so that it reaches its own folder, one project and the system's programs, by Landlock.

Written by `eclosion audit sandbox`; write it anew when new secrets have come into the project.
"""
import ctypes, os, sys

ROOTS = {roots}
SECRET_VARIABLES = {variables}
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
libc = ctypes.CDLL(None, use_errno=True)


def call(number, *words):
    done = libc.syscall(ctypes.c_long(number), *words)
    if done < 0:
        sys.exit(f"Landlock: {{os.strerror(ctypes.get_errno())}}")
    return done


version = libc.syscall(ctypes.c_long(444), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
if version < 1:
    sys.exit("This kernel has no Landlock; the program was not started.")
every = (1 << {{1: 13, 2: 14}}.get(version, 15 if version < 5 else 16)) - 1
rules = call(444, ctypes.byref(ctypes.c_uint64(every)), ctypes.c_size_t(8), ctypes.c_uint32(0))


class Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("access", ctypes.c_uint64), ("folder", ctypes.c_int32)]


for path, how in ROOTS:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        continue
    access = every if how == "write" else EXECUTE | READ_FILE | READ_DIR
    if not os.path.isdir(path):
        access &= EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)
    call(445, ctypes.c_int(rules), ctypes.c_int(1), ctypes.byref(Beneath(access & every, folder)), ctypes.c_uint32(0))
    os.close(folder)
if libc.prctl(38, 1, 0, 0, 0):
    sys.exit("no_new_privs cannot be set")
call(446, ctypes.c_int(rules), ctypes.c_uint32(0))
for name in SECRET_VARIABLES:
    os.environ.pop(name, None)
words = sys.argv[1:] if sys.argv[1:2] == ["--"] else [{program!r}, *sys.argv[1:]]
words = words[1:] if words[:1] == ["--"] else words
os.execvp(words[0], words)
'''


def landlock_roots(shape: Shape) -> list[tuple[str, str]]:
    """What is allowed: paths with ``read`` or ``write``; what is sensitive lies below none of them."""
    system = [*SYSTEM_FOLDERS, *LINKED_FOLDERS, "/proc"]
    roots = [(os.path.realpath(one), READ) for one in system if os.path.exists(one)]
    roots += [(one, WRITE) for one in DEVICES if os.path.exists(one)]
    hidden = frozenset(shape.hidden)
    for top in shape.tools:
        roots += [(path, READ) for path in _around(top, hidden)]
    roots += [(path, WRITE) for path in _around(shape.project, hidden)]
    roots += [(path, WRITE) for path in shape.own]
    return list(dict.fromkeys(roots))


def landlock_script(shape: Shape) -> str:
    """The program."""
    from eclosion.audit.sandboxing.shape import SECRET_VARIABLES

    roots = "[\n" + "".join(f"    {one!r},\n" for one in landlock_roots(shape)) + "]"
    return _PROGRAM.format(program=shape.program, roots=roots, variables=SECRET_VARIABLES)


def _around(top: str, hidden: frozenset[str]) -> Iterator[str]:
    """The folder itself if nothing in it is hidden, else what is in it but that."""
    inside = [one for one in hidden if one == top or one.startswith(top.rstrip("/") + "/")]
    if not inside:
        yield top
        return
    if top in hidden:
        return
    try:
        names = sorted(os.listdir(top))
    except OSError:
        return
    for name in names:
        path = os.path.join(top, name)
        if not os.path.islink(path):
            yield from _around(path, hidden)
