"""Lets a program work with what lies in the vault, and nobody else.

Three ways: the files stand where they were, in a file system in memory that only this program sees; or one of them is
handed over as an open file that lies in memory; or its text as an environment variable. Nothing of it reaches a disk,
and all of it is gone when the program ends, or when the command that started it is killed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from eclosion.audit.vault import namespace
from eclosion.audit.vault.disk import FOLDER
from eclosion.audit.vault.errors import CannotRun, of_system
from eclosion.audit.vault.folders import closing
from eclosion.audit.vault.model import FOLDER as FOLDER_KIND
from eclosion.audit.vault.model import Entry, Item
from eclosion.audit.vault.place import STAGE, Vault
from eclosion.audit.vault.points import in_use, make_points, sweep
from eclosion.audit.vault.processes import become, start, wait_for
from eclosion.audit.vault.rebuilding import Builder
from eclosion.audit.vault.recovering import recover_here
from eclosion.audit.vault.restoring import opened_item, read_manifest, show

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

PIPE_BYTES_MAX = 65_536


def run_in_place(
    vault: Vault,
    identity: Identity,
    command: Sequence[str],
    *,
    only: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a program that finds its files where they were.

    Args:
        only: ids or paths of items; empty for all.

    Returns:
        Its exit status.

    Raises:
        CannotRun: the system grants no private file systems, or something stands in the way.
    """
    if not namespace.is_possible():
        raise CannotRun(
            "Private file systems are to be had on Linux only.",
            hint="Hand single files over: --file NAME=PATH or --env NAME=PATH",
        )
    with vault.opened() as here, in_use(vault, here):
        with vault.locked() as locked:
            recover_here(vault, locked)
            items = [vault.choose(locked, word) for word in only] or vault.items(locked)
            manifests = []
            for item in items:
                with opened_item(vault, locked, item) as place:
                    manifests.append((item, read_manifest(vault, place, identity)))
            try:
                make_points(vault, locked, _points(manifests))
            except OSError as problem:
                raise of_system(problem, "making mount points") from None
        status = _run(vault, identity, manifests, command, environment or os.environ)
    with vault.locked() as locked:
        sweep(vault, locked)
    return status


def run_with(
    vault: Vault,
    identity: Identity,
    command: Sequence[str],
    *,
    files: Mapping[str, str],
    texts: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a program that is handed single files.

    Args:
        files: environment variable to path; the variable tells where to read it: an open file in memory.
        texts: environment variable to path; the variable is its text, without line ends after it.

    Returns:
        Its exit status.
    """
    given = dict(environment or os.environ)
    handles = []
    for name, path in texts.items():
        given[name] = os.fsdecode(_content(vault, identity, path)).rstrip("\r\n")
    for name, path in files.items():
        handle = _in_memory(_content(vault, identity, path))
        os.set_inheritable(handle, True)
        handles.append(handle)
        given[name] = f"/dev/fd/{handle}"
    parent = os.getpid()

    def work() -> int:
        if namespace.is_possible():
            namespace.die_with_parent(parent)
        return become(command, given)

    child = start(work)
    for handle in handles:
        os.close(handle)
    return wait_for(child)


def _points(manifests: Sequence[tuple[Item, list[Entry]]]) -> list[tuple[str, bool]]:
    return [
        (item.roots[entry.root], entry.kind == FOLDER_KIND)
        for item, entries in manifests
        for entry in entries
        if not entry.path
    ]


def _run(
    vault: Vault,
    identity: Identity,
    manifests: Sequence[tuple[Item, list[Entry]]],
    command: Sequence[str],
    environment: Mapping[str, str],
) -> int:
    """Three processes: one that goes into the namespaces, the first of the new ones, and the program."""
    told, telling = os.pipe()
    parent = os.getpid()

    def outer() -> int:
        os.close(told)
        namespace.die_with_parent(parent)
        try:
            namespace.enter()
        except OSError as problem:
            os.write(telling, str(problem).encode())
            return namespace.FAILED
        return wait_for(start(first))

    def first() -> int:
        # From within the new namespace its parent has the number 0.
        namespace.die_with_parent(0)
        try:
            namespace.keep_private()
            _mount(vault, identity, manifests)
        except Exception as problem:  # noqa: BLE001 (told to the parent, which raises it)
            os.write(telling, str(problem).encode())
            return namespace.FAILED
        os.close(telling)
        return wait_for(start(lambda: become(command, environment)), reap_all=True)

    child = start(outer)
    os.close(telling)
    status = wait_for(child)
    with os.fdopen(told, "rb") as source:
        problem = source.read(4_096).decode("utf-8", "replace")
    if problem:
        raise CannotRun(
            f"The program could not be given its files: {problem}.",
            hint="Hand single files over instead: --file NAME=PATH or --env NAME=PATH",
        )
    return status


def _mount(vault: Vault, identity: Identity, manifests: Sequence[tuple[Item, list[Entry]]]) -> None:
    """Decrypt into memory, and show each root where it was."""
    stage = os.path.join(vault.path, STAGE)
    with vault.opened() as here:
        namespace.mount_memory(stage)
        with closing(vault.disk, vault.disk.open(STAGE, FOLDER, here)) as memory:
            for item, entries in manifests:
                vault.disk.make_folder(item.id, memory)
                with ExitStack() as stack:
                    into = stack.enter_context(
                        closing(vault.disk, vault.disk.open(item.id, FOLDER, memory))
                    )
                    place = stack.enter_context(opened_item(vault, here, item))
                    names = [str(number) for number in range(len(item.roots))]
                    Builder(
                        vault.disk,
                        place,
                        [identity],
                        # Other owners and their lists mean nothing where only one user is known.
                        [entry._replace(attributes={}) for entry in entries],
                        [into] * len(names),
                        names,
                        keeps_owner=os.geteuid() == 0,
                    ).build()
                for number, root in enumerate(item.roots):
                    namespace.show_at(f"{stage}/{item.id}/{number}", root)
        namespace.take_away(stage)
        namespace.show_processes()


def _content(vault: Vault, identity: Identity, path: str) -> bytes:
    pieces: list[bytes] = []
    show(vault, path, identity, pieces.append)
    return b"".join(pieces)


def _in_memory(content: bytes) -> int:
    """An open file at its beginning that has no name on any disk."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("secret", os.MFD_CLOEXEC)
        with os.fdopen(os.dup(handle), "wb") as out:
            out.write(content)
        os.lseek(handle, 0, os.SEEK_SET)
        return handle
    if len(content) > PIPE_BYTES_MAX:
        raise CannotRun(f"Here a file may have at most {PIPE_BYTES_MAX:,} bytes to be handed over.")
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading
