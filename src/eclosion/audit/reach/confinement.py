"""What a confinement leaves visible: read from a bubblewrap command line, a container's binds, or a running process.

A confinement here is two things: which of this machine's files it shows, and under which name. Who may read them is
the kernel's question (``access``), asked from the point where the mount begins.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eclosion.audit.reach.mounts import Shown


class Bind(NamedTuple):
    """A piece of the disk that a confinement shows, or hides.

    Attributes:
        point: its path within the confinement.
        source: what is shown there, a path of this machine; empty for something new and
            empty, which hides what was there.
    """

    point: str
    source: str = ""


class Confinement(NamedTuple):
    """What is visible.

    Attributes:
        name: what confines: ``bubblewrap``, ``docker``.
        binds: in the order in which they are made; later ones cover earlier ones.
    """

    name: str
    binds: tuple[Bind, ...]

    def shown(self, path: str) -> list[Shown]:
        """Under which names this file of the machine is visible, each with where its mount begins.

        Args:
            path: an absolute path of this machine, links resolved.
        """
        found = []
        for number, bind in enumerate(self.binds):
            if not bind.source or not _holds(bind.source, path):
                continue
            rest = os.path.relpath(path, bind.source)
            name = os.path.normpath(os.path.join(bind.point, rest))
            covered = any(_holds(later.point, name) for later in self.binds[number + 1 :])
            if not covered:
                found.append(Shown(name, bind.source))
        return found


class Allowed(NamedTuple):
    """What Landlock leaves: what lies below some roots, under its own name (landlock(7)).

    Attributes:
        name: what confines.
        roots: paths of this machine, links resolved.
    """

    name: str
    roots: tuple[str, ...]

    def shown(self, path: str) -> list[Shown]:
        """Itself, if it lies below a root; every folder above is still walked through."""
        return [Shown(path, "/")] if any(_holds(root, path) for root in self.roots) else []


def of_landlock(roots: Iterable[str]) -> Allowed:
    """What a program reaches that allowed itself these files and folders."""
    return Allowed("Landlock", tuple(os.path.realpath(one) for one in roots))


# bubblewrap's options with the number of words after each; what is not here takes none (bwrap(1)).
_BINDS = {"--bind", "--bind-try", "--dev-bind", "--dev-bind-try", "--ro-bind", "--ro-bind-try"}
_EMPTY = {"--tmpfs", "--dev", "--proc", "--mqueue", "--dir"}
_FILES = {"--file", "--bind-data", "--ro-bind-data", "--symlink"}
_WORDS = {
    **dict.fromkeys(_BINDS, 2),
    **dict.fromkeys(_EMPTY, 1),
    **dict.fromkeys(_FILES, 2),
    **dict.fromkeys(("--setenv", "--chmod", "--overlay", "--uid-map", "--gid-map"), 2),
    **dict.fromkeys(
        "--args --argv0 --userns --userns2 --pidns --uid --gid --hostname --chdir --unsetenv --lock-file --sync-fd "
        "--remount-ro --overlay-src --tmp-overlay --ro-overlay --exec-label --file-label --seccomp "
        "--add-seccomp-fd --block-fd --userns-block-fd --info-fd --json-status-fd --cap-add --cap-drop "
        "--perms --size --level-prefix".split(),
        1,
    ),
}


def of_bubblewrap(command: Sequence[str]) -> Confinement:
    """What ``bwrap OPTIONS… [--] PROGRAM`` shows (bwrap(1)).

    Binds whose source is not there are left out, as ``--bind-try`` does and as the others would fail on.
    """
    binds: list[Bind] = []
    words = list(command[1:])
    while words and words[0].startswith("--") and words[0] != "--":
        option = words.pop(0)
        option, given, value = option.partition("=") if "=" in option else (option, "", "")
        count = _WORDS.get(option, 0)
        values = ([value] if given else []) + words[: count - bool(given)]
        words = words[count - bool(given) :] if count else words
        if option in _BINDS and len(values) == 2:
            source = os.path.realpath(values[0])
            if os.path.lexists(source):
                binds.append(Bind(_clean(values[1]), source))
        elif option in _EMPTY - {"--dir"} and values:
            binds.append(Bind(_clean(values[0])))
        elif option in _FILES - {"--symlink"} and len(values) == 2:
            binds.append(Bind(_clean(values[1])))
    return Confinement("bubblewrap", tuple(binds))


def of_docker(binds: Sequence[str], image_root: Sequence[str] = ("/",)) -> Confinement:
    """What a container with these volumes shows: ``source:target[:options]`` as ``docker run --volume`` takes them.

    Args:
        binds: the volumes. One whose source is no path is a named volume and shows nothing of this machine's homes.
        image_root: what the image itself brings, which covers nothing of ours.
    """
    found = [Bind(point) for point in image_root]
    for one in binds:
        source, _, rest = one.partition(":")
        target = rest.partition(":")[0]
        if source.startswith(("/", "~")) and target:
            found.append(Bind(_clean(target), os.path.realpath(os.path.expanduser(source))))
    return Confinement("docker", tuple(sorted(found, key=lambda bind: bind.point.count("/"))))


def _holds(top: str, path: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def _clean(path: str) -> str:
    return os.path.normpath("/" + path.lstrip("/"))
