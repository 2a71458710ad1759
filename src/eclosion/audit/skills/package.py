"""Reads a skill from a folder, a single file or an archive, within limits, and executes nothing of it.

Every file is opened without following a link out of the package, as a regular file only, and to a bounded length; an
archive within is opened to a bounded depth and size, so that none can fill the memory.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from typing import Any

from eclosion.audit.skills.model import Oddity, Package, Text
from eclosion.kernel.errors import NotFound

FILES_MAX = 2_000
FILE_BYTES_MAX = 2 * 1024 * 1024
PACKAGE_BYTES_MAX = 32 * 1024 * 1024
"""Of files, and again as much of what archives hold: so a packed bomb keeps no file from being read."""
NESTED_MAX = 3
_PASSED_OVER = frozenset({".git", "node_modules", ".venv", "__pycache__", ".hg", ".svn"})
_DOCS = frozenset("md mdx markdown txt rst adoc html htm".split())
_CODE = frozenset(
    "sh bash zsh fish command py pyw js mjs cjs ts mts tsx jsx rb pl php lua go rs swift ps1 psm1 bat cmd vbs scpt "
    "applescript kt java cs r jl ex svg".split()
)
_ZIPPED = frozenset("zip skill docx xlsx pptx jar whl xpi vsix".split())
_PROGRAMS = (
    (b"\x7fELF", "a Linux program"),
    (b"MZ", "a Windows program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a macOS program or Java class"),
)
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,20000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def find_skills(path: str) -> Iterator[str]:
    """Every skill at or below ``path``: folders with a ``SKILL.md``, archives named ``.skill``; else ``path`` itself.

    Raises:
        NotFound: nothing is there.
    """
    if not os.path.isdir(path):
        if not os.path.exists(path):
            raise NotFound(f"There is nothing at {path}.", hint="Name a skill's folder or file.")
        yield path
        return
    count = 0
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        if any(name.lower() == "skill.md" for name in names):
            folders.clear()  # what lies below belongs to it
            count += 1
            yield folder
            continue
        for name in sorted(names):
            if name.endswith(".skill"):
                count += 1
                yield os.path.join(folder, name)
    if not count:
        yield path


def read_package(path: str) -> Package:
    """Read the skill at ``path``. What can't be read is passed over and counted.

    Raises:
        NotFound: nothing is there.
    """
    if not os.path.exists(path):
        raise NotFound(f"There is nothing at {path}.", hint="Name a skill's folder or file.")
    reader = _Reader()
    if os.path.isdir(path):
        reader.take_folder(path)
    else:
        reader.take_file(path, os.path.basename(path))
    name, description = _front(reader.texts)
    return Package(
        path,
        name or os.path.basename(os.path.abspath(path)),
        description,
        tuple(reader.texts),
        tuple(reader.oddities),
        reader.left_out,
    )


class _Room:
    """So much may still be read."""

    def __init__(self) -> None:
        self._files_left, self._bytes_left = FILES_MAX, PACKAGE_BYTES_MAX

    @property
    def is_full(self) -> bool:
        return self._files_left <= 0 or self._bytes_left <= 0

    def has_room_for(self, raw: bytes) -> bool:
        if self.is_full:
            return False
        self._files_left -= 1
        self._bytes_left -= len(raw)
        return self._bytes_left >= 0


class _Reader:
    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.oddities: list[Oddity] = []
        self.left_out = 0
        self._outer, self._packed = _Room(), _Room()

    def take_folder(self, root: str) -> None:
        """Every file below, what an agent follows or runs before all else."""
        paths: list[str] = []
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
            paths += (os.path.join(folder, name) for name in sorted(names))
        for path in sorted(paths, key=_last_read):
            self.take_file(path, os.path.relpath(path, root), root)

    def take_file(self, path: str, shown: str, root: str = "") -> None:
        """One file of the package; links that stay within it are passed over, since their target is read itself."""
        if root and os.path.islink(path):
            target = os.path.realpath(path)
            if not target.startswith(os.path.realpath(root) + os.sep):
                self.oddities.append(Oddity("link-out", shown, "leads out of the package"))
            return  # within the package the file itself is read
        raw = _read(path)
        if raw is None:
            self.left_out += 1
        else:
            self.take(shown, raw, 0)

    def take(self, shown: str, raw: bytes, depth: int) -> None:
        """One file's content; an archive's files are taken as files of their own."""
        if not (self._packed if depth else self._outer).has_room_for(raw):
            self.left_out += 1
            return
        ending = shown.rpartition(".")[2].lower()
        for magic, what in _PROGRAMS:
            if raw.startswith(magic) and (magic != b"MZ" or b"PE\0\0" in raw[:4_096]):
                self.oddities.append(Oddity("program", shown, f"is {what}"))
                return
        if ending == "pyc":
            self.oddities.append(Oddity("compiled", shown, "is compiled Python, which says less"))
            return
        if raw.startswith(b"PK\x03\x04") and ending in _ZIPPED:
            self._take_archive(shown, raw, depth)
            return
        words = _words(raw)
        if words is not None:
            self.texts.append(Text(shown, _kind(shown, ending, words), words))

    def _take_archive(self, shown: str, raw: bytes, depth: int) -> None:
        if depth >= NESTED_MAX:
            self.oddities.append(Oddity("archive-closed", shown, "is packed too deep to look into"))
            return
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                for info in archive.infolist():
                    self._take_member(shown, archive, info, depth)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
            RuntimeError,
        ):
            self.oddities.append(
                Oddity("archive-closed", shown, "could not be opened as an archive")
            )

    def _take_member(
        self, shown: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int
    ) -> None:
        if info.is_dir():
            return
        if info.flag_bits & 1:
            self.oddities.append(Oddity("archive-locked", shown, "is locked with a password"))
            return
        if self._packed.is_full:
            self.left_out += 1
            return
        with archive.open(info) as member:
            self.take(f"{shown}!/{info.filename}", member.read(FILE_BYTES_MAX), depth + 1)


def _read(path: str) -> bytes | None:
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        handle = os.open(path, flags)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        pieces, left = [], FILE_BYTES_MAX
        while left > 0 and (piece := os.read(handle, left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    except OSError:
        return None
    finally:
        os.close(handle)


def _last_read(path: str) -> tuple[int, str]:
    ending = path.rpartition(".")[2].lower()
    if os.path.basename(path).lower() == "skill.md":
        return 0, path
    return (1 if ending in _CODE else 2 if ending in _DOCS else 3), path


def _words(raw: bytes) -> str | None:
    """As text; None for what is not meant to be read."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").replace("\r\n", "\n")
    if b"\0" in raw[:8_192]:
        return None
    return raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _kind(shown: str, ending: str, words: str) -> str:
    if ending in _DOCS or os.path.basename(shown).upper() in {"README", "SKILL", "AGENTS"}:
        return "doc"
    if ending in _CODE or words.startswith("#!"):
        return "code"
    return "data"


def _front(texts: list[Text]) -> tuple[str, str]:
    """The name and the description that stand at the top of its ``SKILL.md``."""
    mains = [one for one in texts if os.path.basename(one.path).lower() == "skill.md"]
    mains.sort(key=lambda one: one.path.count("/"))
    for main in mains or texts[:1]:
        if found := _FRONT.match(main.words):
            told = _yaml(found[1])
            return str(told.get("name") or "")[:200], str(told.get("description") or "")[:4_000]
    return "", ""


def _yaml(text: str) -> dict[str, Any]:
    """What the head says; read line by line where it is not proper YAML, as many are."""
    import yaml

    try:
        told = (
            yaml.safe_load(text) if text.count("&") < 50 else None
        )  # aliases can grow without end
    except (yaml.YAMLError, ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        return {str(key): value for key, value in told.items()}
    lines = (line.partition(":") for line in text.splitlines())
    return {
        key.strip(): value.strip() for key, colon, value in lines if colon and key[:1].isalpha()
    }
