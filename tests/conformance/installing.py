"""Installs the pinned clients, once, into `.cache/conformance`, and says clearly when one cannot be had.

The folder ignores itself for git. An environment counts only once its `.ready` file is written, so an interrupted
installation is done again; a lock lets several test runs share the folder.
"""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
INSTALL_TIMEOUT_S = 240
PAUSES_S = (3, 10)
CACHE_VARIABLE = "ECLOSION_CONFORMANCE_CACHE"


class ClientUnavailable(Exception):
    """A client cannot be installed here; the message says why."""


def cache() -> Path:
    """Return the folder of installed clients, made and hidden from git."""
    folder = Path(os.environ.get(CACHE_VARIABLE) or REPOSITORY / ".cache" / "conformance")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str], what: str) -> None:
    """Run one step of an installation; a registry that stumbles is asked again."""
    for pause_s in PAUSES_S:
        try:
            _run_once(command, what)
        except ClientUnavailable as error:
            print(f"{error}; again in {pause_s} s", file=sys.stderr)  # noqa: T201 - pytest shows it
            time.sleep(pause_s)
        else:
            return
    _run_once(command, what)


def _run_once(command: Sequence[str], what: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ClientUnavailable(f"{what} cannot be installed here: {error}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise ClientUnavailable(f"{what} cannot be installed here: {lines[-1]}")


def _once(folder: Path, what: str, commands: Sequence[Sequence[str]]) -> None:
    ready = folder / ".ready"
    with _locked(folder):
        if ready.exists():
            return
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        for command in commands:
            _run(command, what)
        ready.touch()


@functools.cache
def python_client(*requirements: str) -> Path:
    """Install packages from PyPI into an environment of their own; return its folder of programs.

    Raises:
        ClientUnavailable: the registry does not answer, or the package does not install.
    """
    version = f"py{sys.version_info.major}.{sys.version_info.minor}"
    name = "+".join(requirements).replace("==", "-").replace("[", "-").replace("]", "")
    folder = cache() / f"{name}-{version}"
    programs = folder / "bin"
    # Our own pip installs into it: an environment's own costs as much again as what is installed.
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
    quiet = ["--disable-pip-version-check", "--quiet", "--no-compile"]
    create = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)]
    _once(folder, " ".join(requirements), [create, [*pip, "install", *quiet, *requirements]])
    return programs


@functools.cache
def node_client(*packages: str) -> Path:
    """Install packages from the npm registry; return the folder that holds `node_modules`.

    Raises:
        ClientUnavailable: Node is missing, or the package does not install.
    """
    what = " ".join(packages)
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise ClientUnavailable(f"{what} needs the program {program}, which is not installed")
    folder = cache() / "+".join(packages).replace("/", "-").replace("@", "-").strip("-")
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
    _once(folder, what, [["npm", "install", *quiet, "--prefix", str(folder), *packages]])
    return folder


def checkout(variable: str, what: str) -> Path:
    """Return the folder that an environment variable names: a client that no registry has.

    Raises:
        ClientUnavailable: the variable is unset, or names no folder.
    """
    named = os.environ.get(variable)
    if not named:
        raise ClientUnavailable(f"{what} is on no registry: set {variable} to a checkout of it")
    if not Path(named).is_dir():
        raise ClientUnavailable(f"{variable} names {named}, which is no folder")
    return Path(named)
