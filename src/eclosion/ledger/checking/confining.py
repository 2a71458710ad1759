"""A place for tests that a stranger's patch changes: bubblewrap (bwrap(1)) without network, home and variables."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

_APART = "--die-with-parent --new-session --unshare-all --cap-drop ALL --clearenv".split()
_SYSTEM = ("/usr", "/opt", "/etc", "/nix", "/gnu")
_LINKED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_HOME = "/tmp/home"  # noqa: S108 (in a new and empty one)
_TRY_S_MAX = 30


@lru_cache(maxsize=1)
def works() -> bool:
    """Whether bubblewrap is here and may make namespaces: it is tried."""
    if shutil.which("bwrap") is None:
        return False
    try:
        tried = subprocess.run(
            confined(["true"], Path(tempfile.gettempdir()), {}, ()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRY_S_MAX,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def confined(
    command: Sequence[str], folder: Path, told: Mapping[str, str], tools: Sequence[Path]
) -> list[str]:
    """The words that run a command in ``folder``, the only place where it may write besides a new ``/tmp``.

    Args:
        told: its environment variables, all of them.
        tools: folders that it may read besides the system's.
    """
    words = ["bwrap", *_APART]
    for path in _SYSTEM:
        words += ["--ro-bind-try", path, path]
    for path in _LINKED:
        if Path(path).is_symlink():
            words += ["--symlink", str(Path(path).readlink()), path]
        else:
            words += ["--ro-bind-try", path, path]
    words += ["--proc", "/proc", "--dev", "/dev"]
    words += ["--tmpfs", "/tmp", "--tmpfs", "/run", "--dir", _HOME]  # noqa: S108 (a new and empty one)
    for tool in tools:
        words += ["--ro-bind", str(tool), str(tool)]
    words += ["--bind", str(folder), str(folder)]
    for name, value in (dict(told) | {"HOME": _HOME}).items():
        words += ["--setenv", name, value]
    return [*words, "--chdir", str(folder), "--", *command]
