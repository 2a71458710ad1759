"""Predicted beside tried, for the tests and for ``python -m benchmarks.reach``."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from eclosion.audit.reach import (
    Answer,
    CannotProbe,
    Identity,
    Predictor,
    of_bubblewrap,
    of_landlock,
    own,
    probe,
)
from eclosion.audit.sandboxing import Shape, landlock_roots, landlock_script
from tests.audit.reach.thicket import IDENTITIES, plant

_SYSTEM = (
    "--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/bin /bin --ro-bind-try /lib64 /lib64 "
    "--proc /proc --dev /dev"
).split()


class Compared(NamedTuple):
    """How often the two went together.

    Attributes:
        cases: identity, confinement and path.
        differing: those where the answers differ.
        unwarned: of these, those told as unreadable that opened: the mistake that must not be.
    """

    cases: int = 0
    differing: int = 0
    unwarned: int = 0

    def plus(self, other: Compared) -> Compared:
        return Compared(*(one + two for one, two in zip(self, other, strict=True)))


@contextmanager
def open_ground() -> Iterator[Path]:
    """A folder to which anybody may walk, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="eclosion-reach-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path, folders, _ in os.walk(folder):
            for name in folders:
                Path(path, name).chmod(0o700)
        shutil.rmtree(folder)


def identities() -> dict[str, Identity]:
    """As root several people; as anybody else oneself."""
    return IDENTITIES if os.geteuid() == 0 else {"myself": own()}


def confinements(top: Path) -> list[list[str]]:
    """Command lines of bubblewrap that show different pieces of a thicket."""
    return [
        ["bwrap", "--ro-bind", "/", "/", "--"],
        ["bwrap", "--ro-bind", "/", "/", "--tmpfs", str(top / "folder0"), "--"],
        ["bwrap", *_SYSTEM, "--ro-bind", str(top), "/work", "--"],
        ["bwrap", *_SYSTEM, "--ro-bind", str(top / "folder1"), str(top / "folder1"), "--"],
        ["bwrap", *_SYSTEM, "--"],
    ]


def compare_free(top: Path, seed: int, files: int) -> Compared:
    """Everybody at a new thicket, unconfined."""
    paths = plant(top, seed, files)
    total = Compared()
    for identity in identities().values():
        observed = probe(paths, identity)
        answers = [(path, one.answer) for path, one in zip(paths, observed, strict=True)]
        total = total.plus(compare(Predictor(identity), answers))
    return total


def compare_confined(top: Path, seed: int, files: int) -> Compared:
    """Everybody at a new thicket, in each confinement."""
    paths = plant(top, seed, files)
    total = Compared()
    for command in confinements(top):
        for identity in identities().values():
            predictor = Predictor(identity, of_bubblewrap(command))
            try:
                answers = tried(predictor, paths, identity, command)
            except CannotProbe:  # it may not walk to what is bound, so bubblewrap does not start
                continue
            total = total.plus(compare(predictor, answers))
    return total


def compare_landlocked(top: Path, seed: int, files: int) -> Compared:
    """Everybody at a new thicket, behind Landlock with pieces of it allowed; nothing where the kernel has none."""
    paths = plant(top, seed, files)
    chance = random.Random(seed)
    total = Compared()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for number in range(5):
            some = chance.sample(sorted(str(one) for one in top.rglob("folder*")), 3)
            shape = Shape("x", "x", str(top), some[0], tuple(some[1:]), (), ())
            script = Path(folder, f"sandbox{number}")
            script.write_text(landlock_script(shape))
            roots = [path for path, _ in landlock_roots(shape)]
            command = ["/usr/bin/python3", "-I", str(script), "--"]
            for identity in identities().values():
                predictor = Predictor(identity, of_landlock(roots))
                try:
                    observed = probe(paths, identity, command)
                except CannotProbe as problem:
                    if "no Landlock" in str(problem):
                        return Compared()
                    raise
                answers = [(path, one.answer) for path, one in zip(paths, observed, strict=True)]
                total = total.plus(compare(predictor, answers))
    return total


def compare(predictor: Predictor, answers: list[tuple[str, Answer]]) -> Compared:
    """The prediction for each path beside what came of trying."""
    predicted = [(predictor.predict(path).answer, answer) for path, answer in answers]
    return Compared(
        len(predicted),
        sum(one is not other for one, other in predicted),
        predicted.count((Answer.NO, Answer.YES)),
    )


def tried(
    predictor: Predictor, paths: list[str], identity: Identity, command: list[str]
) -> list[tuple[str, Answer]]:
    """Each file by every name that it could have there: its own, and those that the confinement gives it."""
    names = [(path, name) for path in paths for name in {path, *predictor.names(path)}]
    observed = probe([name for _, name in names], identity, command)
    opened = {
        path for (path, _), one in zip(names, observed, strict=True) if one.answer is Answer.YES
    }
    return [(path, Answer.YES if path in opened else Answer.NO) for path in paths]
