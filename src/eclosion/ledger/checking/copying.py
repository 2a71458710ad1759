"""Copies of a repository at its HEAD, and patches on them; all through git, which must be installed.

Hooks and monitors that a repository's settings name are not run. git itself refuses patches that leave the folder,
go through a symbolic link or touch ``.git`` (git-apply(1)).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from eclosion.kernel.errors import Conflict, Invalid

PATCH_BYTES_MAX = 16 * 1024 * 1024
GIT_S_MAX = 300
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")


class PatchRefused(Conflict):
    """The patch does not apply to this repository."""

    code = "patch_refused"


def check_repository(repo: Path) -> str:
    """The commit at which a repository is, in hex.

    Raises:
        Invalid: it is none, it has no commit, or it has changes that are not committed.
    """
    if not repo.is_dir():
        raise Invalid(f"{repo} is no folder.")
    done = _git(repo, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if done.returncode:
        raise Invalid(
            f"{repo} is no git repository with a commit.",
            _said(done) or "Make one with: git init, git add, git commit",
        )
    changed = _git(repo, "status", "--porcelain", "--untracked-files=no")
    if changed.returncode or changed.stdout:
        raise Invalid(
            f"{repo} has changes that are not committed, and a report is about a commit.",
            _said(changed) or "Commit them, or put them aside with: git stash",
        )
    return done.stdout.decode("ascii").strip()


def read_patch(file: Path) -> bytes:
    """The patch's bytes, of which the SHA-256 is the artefact.

    Raises:
        Invalid: there is no such file, it is empty, or it is larger than ``PATCH_BYTES_MAX``.
    """
    try:
        with file.open("rb") as opened:
            patch = opened.read(PATCH_BYTES_MAX + 1)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from None
    if not patch:
        raise Invalid(f"{file} is empty.")
    if len(patch) > PATCH_BYTES_MAX:
        raise Invalid(f"A patch has at most {PATCH_BYTES_MAX:,} bytes.")
    return patch


def copy_head(repo: Path, commit: str, folder: Path) -> None:
    """Make ``folder``, a clone of its own that shares no file with the repository, at this commit."""
    source = repo.resolve()
    clone = ("clone", "--quiet", "--no-hardlinks", "--no-checkout", "--template=", "--")
    done = _git(source, *clone, str(source), str(folder))
    if not done.returncode:
        _git(folder, "remote", "remove", "origin")  # it would tell where the repository lies
        done = _git(folder, "checkout", "--quiet", "--detach", commit)
    if done.returncode:
        raise Invalid(f"{repo} cannot be copied.", _said(done))


def apply_patch(folder: Path, patch: bytes, kept: Iterable[str] = ()) -> tuple[str, ...]:
    """Apply a patch, whole or not at all; the paths that it touches, sorted.

    Args:
        kept: files and folders, as paths in the repository, that the patch must leave alone.

    Raises:
        PatchRefused: it does not apply, would write outside or into ``.git``, or touches what is kept.
    """
    done = _git(folder, "apply", "--index", "--whitespace=nowarn", "-", patch=patch)
    if done.returncode:
        raise PatchRefused("", _said(done))
    changed = _git(folder, "diff", "--cached", "--name-only", "--no-renames", "-z", "HEAD")
    paths = tuple(sorted(os.fsdecode(path) for path in changed.stdout.split(b"\0") if path))
    for keep in kept:
        name = os.path.normpath(keep)
        touched = [path for path in paths if path == name or path.startswith(f"{name}/")]
        if touched:
            raise PatchRefused(f"The patch changes {touched[0]!r}, which it was to leave alone.")
    return paths


def _git(
    folder: Path, *words: str, patch: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    told = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            ["git", *_QUIET, "-C", str(folder), *words],
            input=patch if patch is not None else b"",
            capture_output=True,
            timeout=GIT_S_MAX,
            check=False,
            env=clean | told,
        )
    except FileNotFoundError:
        raise Invalid("There is no git on this machine.", "Install it.") from None
    except subprocess.TimeoutExpired:
        raise Invalid(f"git {words[0]} did not end within {GIT_S_MAX} s.") from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """What git said last, on one line and without control characters: a patch chooses file names."""
    text = done.stderr.decode("utf-8", "replace").strip()[:300]
    return "".join(char if char.isprintable() else " " for char in text)
