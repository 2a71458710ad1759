"""Predicted and tried: two ways to the same answer that share no code, over a thousand cases and more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eclosion.audit.reach import (
    Answer,
    CannotProbe,
    Identity,
    Predictor,
    ProcessSight,
    of_bubblewrap,
    of_process,
    own,
    probe,
)
from tests.audit.reach.thicket import IDENTITIES, plant

SEEDS = (1, 2, 3)
FILES = 120
bubblewrapped = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="bubblewrap is not installed"
)


@pytest.fixture(scope="module")
def open_ground() -> Iterator[Path]:
    """A folder to which anybody may walk, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="eclosion-reach-"))
    folder.chmod(0o755)
    yield folder
    for path, folders, _ in os.walk(folder):
        for name in folders:
            Path(path, name).chmod(0o700)
    shutil.rmtree(folder)


def identities() -> dict[str, Identity]:
    return IDENTITIES if os.geteuid() == 0 else {"myself": own()}


def confined(top: Path) -> list[list[str]]:
    """Command lines that show different pieces of the thicket."""
    system = [
        "--ro-bind",
        "/usr",
        "/usr",
        "--symlink",
        "usr/lib",
        "/lib",
        "--symlink",
        "usr/bin",
        "/bin",
    ]
    system += ["--ro-bind-try", "/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev"]
    return [
        ["bwrap", "--ro-bind", "/", "/", "--"],
        ["bwrap", "--ro-bind", "/", "/", "--tmpfs", str(top / "folder0"), "--"],
        ["bwrap", *system, "--ro-bind", str(top), "/work", "--"],
        ["bwrap", *system, "--ro-bind", str(top / "folder1"), str(top / "folder1"), "--"],
        ["bwrap", *system, "--"],
    ]


def test_free_identities_agree_with_the_kernel(open_ground: Path) -> None:
    cases = wrong = 0
    for seed in SEEDS:
        paths = plant(open_ground / f"free{seed}", seed, FILES)
        for identity in identities().values():
            observed = probe(paths, identity)
            answers = [(path, one.answer) for path, one in zip(paths, observed, strict=True)]
            cases += len(answers)
            wrong += disagreements(Predictor(identity), answers)
    assert cases >= (1_000 if os.geteuid() == 0 else 300)
    assert wrong / cases <= 0.005


@bubblewrapped
def test_confined_identities_agree_with_the_kernel(open_ground: Path) -> None:
    top = open_ground / "confined"
    paths = plant(top, 4, FILES)
    cases = wrong = 0
    for command in confined(top):
        for identity in identities().values():
            predictor = Predictor(identity, of_bubblewrap(command))
            try:
                answers = tried(predictor, paths, identity, command)
            except CannotProbe:  # it may not walk to what is bound, so bubblewrap does not start
                continue
            cases += len(answers)
            wrong += disagreements(predictor, answers)
    assert cases >= (1_000 if os.geteuid() == 0 else 300)
    assert wrong / cases <= 0.005


@bubblewrapped
def test_a_running_process_is_seen_as_what_it_is(open_ground: Path) -> None:
    """The same from the outside: its mounts and identity are read from /proc, its command line is not."""
    top = open_ground / "running"
    paths = plant(top, 5, FILES)
    cases = 0
    for command in confined(top)[:3]:
        with sleeping(command) as pid:
            predictor = Predictor(of_process(pid), ProcessSight(pid))
            answers = tried(predictor, paths, own(), command)
            cases += len(answers)
            assert disagreements(predictor, answers) / len(answers) <= 0.005
    assert cases == 3 * len(paths)


def disagreements(predictor: Predictor, answers: list[tuple[str, Answer]]) -> int:
    """How often prediction and trial differ; fails for the one mistake that would leave somebody unwarned."""
    wrong = 0
    for path, answer in answers:
        verdict = predictor.predict(path)
        assert not (verdict.answer is Answer.NO and answer is Answer.YES), (path, verdict)
        wrong += verdict.answer is not answer
    return wrong


@contextmanager
def sleeping(command: list[str]) -> Iterator[int]:
    """Something confined that waits; the number of its process."""
    words = [*command[:-1], "--die-with-parent", "--info-fd", "1", "--", "/usr/bin/sleep", "60"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as outer:
        assert outer.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            told += os.read(outer.stdout.fileno(), 4096)
        pid = json.loads(told)["child-pid"]
        while Path(f"/proc/{pid}/comm").read_text() != "sleep\n":
            time.sleep(0.01)
        try:
            yield pid
        finally:
            outer.terminate()


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
