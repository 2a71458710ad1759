"""A sandbox as a command line of bubblewrap (bwrap(1)): nothing but what is named exists in it."""

from __future__ import annotations

import os
import shlex

from eclosion.audit.sandboxing.shape import (
    LINKED_FOLDERS,
    SECRET_VARIABLES,
    SYSTEM_FOLDERS,
    Shape,
)

_APART = "--die-with-parent --new-session --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try".split()


def bubblewrap_command(shape: Shape) -> list[str]:
    """The words of the command, up to and with ``--``; the program and its arguments follow.

    The network stays: an agent speaks to its model. Agents' sockets do not, since they live in ``/run`` and ``/tmp``.
    """
    words = ["bwrap", *_APART]
    for folder in SYSTEM_FOLDERS:
        words += ["--ro-bind-try", folder, folder]
    for folder in LINKED_FOLDERS:
        if os.path.islink(folder):
            words += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            words += ["--ro-bind", folder, folder]
    words += ["--proc", "/proc", "--dev", "/dev"]
    words += ["--tmpfs", "/tmp", "--tmpfs", "/run"]  # noqa: S108 (a new and empty one)
    words += ["--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"]
    words += ["--tmpfs", shape.home]
    for path in shape.tools:
        words += ["--ro-bind-try", path, path]
    words += ["--bind", shape.project, shape.project]
    for path in shape.own:
        words += ["--bind-try", path, path]
    for path in shape.hidden:
        words += ["--tmpfs", path] if os.path.isdir(path) else ["--ro-bind", "/dev/null", path]
    for name in SECRET_VARIABLES:
        words += ["--unsetenv", name]
    return [*words, "--chdir", shape.project, "--"]


def bubblewrap_script(shape: Shape) -> str:
    """The command as a shell script that hands its arguments on."""
    words = bubblewrap_command(shape)
    lines = ["exec bwrap"]
    for word in words[1:]:
        if word.startswith("--"):
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {shlex.quote(word)}"
    body = " \\\n".join(lines)
    return (
        "#!/bin/sh\n"
        f"# Runs {shape.program} in a sandbox that shows its own folder, one project and the system's programs.\n"
        "# Written by `eclosion audit sandbox`; write it anew when new secrets have come into the project.\n"
        f'{body} {shlex.quote(shape.program)} "$@"\n'
    )
