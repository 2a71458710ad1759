"""Try it: as the same identity, in the same confinement, open each file for reading and close it at once.

What always holds: nothing is read, nothing is written, no device, FIFO or socket is opened (each could hang or act),
and the attempt runs in a process of its own that ends with it. Root takes on the identity; anybody else can only be
themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from eclosion.audit.reach.access import Answer, Reader
from eclosion.audit.reach.identity import Identity, own

PROBE_S_MAX = 60
_OPENED = "opened"
# Not its link in a virtual environment, which may lead where somebody else or a confined process sees nothing.
_MINE = os.path.realpath(sys.executable)

# Runs within the confinement, where Eclosion itself may not be: the standard library alone, one line for each path.
_PROGRAM = """
import errno, os, stat, sys
if len(sys.argv) > 1:
    uid, gid, *groups = map(int, sys.argv[1:])
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
for line in sys.stdin.buffer.read().split(b"\\0")[:-1]:
    try:
        found = os.stat(line)
        if not stat.S_ISREG(found.st_mode):
            word = "kind"
        else:
            os.close(os.open(line, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
            word = "opened"
    except OSError as problem:
        word = errno.errorcode.get(problem.errno, "error")
    except ValueError:
        word = "EINVAL"
    sys.stdout.write(word + "\\n")
"""


class Observed(NamedTuple):
    """What came of one attempt.

    Attributes:
        answer: YES if it opened, NO if the system refused or showed nothing there.
        reason: ``opened``, ``kind`` for what is no regular file, or the error's symbol: ``EACCES``, ``ENOENT``.
    """

    answer: Answer
    reason: str


class CannotProbe(Exception):
    """The attempt could not be made at all: the message says why, for people."""


def probe(
    paths: Sequence[str], identity: Identity | None = None, confinement: Sequence[str] = ()
) -> list[Observed]:
    """Try to open each path.

    Args:
        paths: absolute paths, as they are called within the confinement.
        identity: as whom; None is as oneself.
        confinement: a command that runs the rest of its line confined: ``bwrap … --``; empty is none.

    Raises:
        CannotProbe: another identity and no root, or the confinement could not be entered.
    """
    identity = identity or own()
    drops = os.geteuid() == 0 and identity.uid != 0
    if identity.uid != os.geteuid() and not drops:
        raise CannotProbe(f"only root can try as user {identity.uid}")
    asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
    if not confinement:
        ids = (identity.uid, identity.gid, *identity.groups) if drops else ()
        return _try([*_program(_MINE), *map(str, ids)], asked, {})
    ids_of = {"user": identity.uid, "group": identity.gid, "extra_groups": list(identity.groups)}
    problem = CannotProbe(f"user {identity.uid} can start no Python")
    for interpreter in _interpreters(identity):
        try:
            return _try([*confinement, *_program(interpreter)], asked, ids_of if drops else {})
        except CannotProbe as found:
            problem = found
    raise problem


def _program(interpreter: str) -> list[str]:
    return [interpreter, "-I", "-S", "-c", _PROGRAM]


def _try(command: list[str], asked: bytes, ids: dict[str, Any]) -> list[Observed]:
    try:
        done = subprocess.run(
            command,
            input=asked,
            capture_output=True,
            timeout=PROBE_S_MAX,
            check=False,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            cwd="/",
            **ids,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise CannotProbe(f"{command[0]}: {problem}") from None
    words = done.stdout.decode("ascii", "replace").split()
    if done.returncode or len(words) != asked.count(b"\0"):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise CannotProbe(f"{command[0]} ended with {done.returncode}: {' '.join(said)}")
    return [Observed(Answer.YES if word == _OPENED else Answer.NO, word) for word in words]


def _interpreters(identity: Identity) -> list[str]:
    """Pythons that this identity can start: the system's, which most confinements show, then this one itself."""
    reader = Reader(identity)
    system = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    found = [os.path.realpath(system)] if system else []
    return [program for program in (*found, _MINE) if reader.may_read(program).answer is Answer.YES]
