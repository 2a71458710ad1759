"""What the machine is and what it is doing: facts for a result, and CPU time and memory read from /proc.

CPU time is the robust figure on a shared machine. A server is a tree of processes: its time is that of every live
process in the tree plus that of its children that have ended, so forked workers and database backends are counted.
Linux only.
"""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_REPOSITORY = Path(__file__).resolve().parent.parent


def facts(command: list[str]) -> dict[str, Any]:
    """The facts that make a figure mean something: hardware, kernel, Python, time, commit and command."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "load_average": list(os.getloadavg()),
        "command": command,
    }


def process_tree(roots: list[int]) -> list[int]:
    """The ids of the given processes and of all their living descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat_fields(int(entry.name))
            if fields is not None:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.append(pid)
            waiting.extend(children.get(pid, ()))
    return found


def cpu_seconds(roots: list[int]) -> float:
    """CPU time, user and system, that the process trees have used since they began, in seconds."""
    ticks = 0
    for pid in process_tree(roots):
        fields = _stat_fields(pid)
        if fields is not None:
            # utime, stime, and cutime, cstime: the children already waited for (proc(5), fields 14 to 17).
            ticks += sum(int(fields[index]) for index in (11, 12, 13, 14))
    return ticks / _TICKS_PER_SECOND


def rss_anon_bytes(roots: list[int]) -> int:
    """Anonymous resident memory of the process trees. File mappings are left out: they are the page cache's."""
    total = 0
    for pid in process_tree(roots):
        try:
            text = (_PROC / str(pid) / "status").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith("RssAnon:"):
                total += int(line.split()[1]) * 1024
    return total


def busy_seconds() -> float:
    """CPU time that the whole machine has spent on anything, in seconds since boot."""
    numbers = [int(word) for word in (_PROC / "stat").read_text().splitlines()[0].split()[1:]]
    idle = numbers[3] + numbers[4]
    # guest time is already part of user time, so only the first eight columns are added.
    return (sum(numbers[:8]) - idle) / _TICKS_PER_SECOND


def wait_for_quiet(limit_cores: float, patience_s: float) -> float:
    """Wait until the machine uses less than `limit_cores` for a second; return the last use seen, in cores."""
    deadline = time.monotonic() + patience_s
    while True:
        began, busy = time.monotonic(), busy_seconds()
        time.sleep(1.0)
        used = (busy_seconds() - busy) / (time.monotonic() - began)
        if used < limit_cores or time.monotonic() >= deadline:
            return used


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the command name (so index 0 is the state), or None if it is gone."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def _cpu_model() -> str:
    for line in (_PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def _commit() -> str | None:
    """The commit of this work tree, with a plus sign if tracked files differ from it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    if commit is None:
        return None
    return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=_REPOSITORY, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
