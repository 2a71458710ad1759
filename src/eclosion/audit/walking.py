"""Walks a home and says which files are sensitive, and which folders hold a project's own settings for an agent.

What always holds: links are followed to files, and from the home itself to folders; other file systems below the
home are walked as part of it. Files are opened only where their name is not enough, and then for the first kilobytes,
regular ones only. A folder that cannot be listed is counted, not passed over in silence.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from eclosion.audit.knowing import known_sensitive
from eclosion.audit.model import Sensitive
from eclosion.audit.patterns import expression

HEAD_BYTES = 4_096
FILES_MAX = 5_000_000
PROJECT_SIGNS = frozenset(
    ".claude .mcp.json .codex .gemini .cursor .vscode .cline .roo .continue .opencode opencode.json opencode.jsonc "
    ".aider.conf.yml .amp .kiro .goosehints .zed .windsurf".split()
)
# Too large to hold anybody's secrets for long, and full of other people's examples.
PASSED_OVER = frozenset(
    "node_modules __pycache__ .venv venv site-packages .tox .cache .rustup".split()
)


@dataclass(slots=True)
class Found:
    """What a walk found.

    Attributes:
        sensitive: files and their class.
        others: all other files.
        projects: folders with settings of their own for some agent.
        files_count: how many files were looked at.
        closed: folders that could not be listed.
        cut: whether the walk ended early because there was too much.
    """

    sensitive: list[tuple[str, Sensitive]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    files_count: int = 0
    closed: list[str] = field(default_factory=list)
    cut: bool = False


def walk_home(home: str, classes: Iterable[Sensitive] | None = None) -> Found:
    """Look at every file of a home.

    Args:
        home: an absolute path.
        classes: what is sensitive; by default all that ships. The first class that fits counts.
    """
    known = known_sensitive() if classes is None else tuple(classes)
    found = Found()
    for folder, entry in _entries(home, found):
        if entry.name in PROJECT_SIGNS and folder != home:
            found.projects.append(folder)
        if not _is_file(entry):
            continue
        found.files_count += 1
        if found.files_count > FILES_MAX:
            found.cut = True
            break
        inner = os.path.relpath(entry.path, home) if os.sep != "/" else entry.path[len(home) + 1 :]
        for one in classify(inner, known):
            if not one.head or _begins_like(entry.path, one.head):
                found.sensitive.append((entry.path, one))
                break
        else:
            found.others.append(entry.path)
    found.projects = sorted(set(found.projects))
    found.sensitive.sort(key=lambda pair: (-pair[1].severity, pair[0]))
    return found


def classify(inner: str, classes: tuple[Sensitive, ...]) -> Iterator[Sensitive]:
    """The classes that a path below a home fits by name, in their order."""
    if not _any_of(classes).match(inner):
        return
    for one in classes:
        wanted, spared = _patterns_of(one)
        if wanted.match(inner) and not (spared and spared.match(inner)):
            yield one


def _entries(home: str, found: Found) -> Iterator[tuple[str, os.DirEntry[str]]]:
    waiting = [home]
    seen: set[tuple[int, int]] = set()
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError:
            found.closed.append(folder)
            continue
        for entry in listed:
            yield folder, entry
            if entry.name not in PASSED_OVER and _leads_on(entry, home, folder, seen):
                waiting.append(entry.path)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link in a circle
        return False


def _leads_on(entry: os.DirEntry[str], home: str, folder: str, seen: set[tuple[int, int]]) -> bool:
    """Whether to walk into it: every folder, and what links right below the home lead to outside of it, once."""
    if entry.is_dir(follow_symlinks=False):
        return True
    if folder != home or not entry.is_symlink():
        return False
    target = os.path.realpath(entry.path)
    if (target + os.sep).startswith(home + os.sep) or home.startswith(
        target.rstrip(os.sep) + os.sep
    ):
        return False
    try:
        found = os.stat(target)
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or (found.st_dev, found.st_ino) in seen:
        return False
    seen.add((found.st_dev, found.st_ino))
    return True


def _begins_like(path: str, words: tuple[str, ...]) -> bool:
    """Whether one of these words stands near the beginning; true where nobody can tell."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return True
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return False
        head = os.read(handle, HEAD_BYTES)
    except OSError:
        return True
    finally:
        os.close(handle)
    return any(word.encode() in head for word in words)


@lru_cache(maxsize=8)
def _any_of(classes: tuple[Sensitive, ...]) -> re.Pattern[str]:
    """One expression that says quickly of most files that they are of no class."""
    return re.compile("|".join(expression(one) for row in classes for one in row.patterns))


@lru_cache(maxsize=512)
def _patterns_of(one: Sensitive) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    wanted = re.compile("|".join(map(expression, one.patterns)))
    spared = re.compile("|".join(expression("**/" + name) for name in one.but)) if one.but else None
    return wanted, spared
