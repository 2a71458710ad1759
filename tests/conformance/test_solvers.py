"""Every challenge that we can tell is one that the rule-based solvers of the field read rightly."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from eclosion.network.model.challenge_text import SEED_BYTES, tell_story
from tests.conformance.driving import DRIVERS, REPOSITORY

STORIES = 3_000
SOLVERS = {
    "moltbook-verify==1.0.2": "moltbook_verify_solver.py",
    "moltcli==0.5.1": "moltcli_commands.py",
}


@pytest.mark.parametrize("package", SOLVERS)
def test_solver_reads_every_story(
    package: str, from_pypi: Callable[..., Path], tmp_path: Path
) -> None:
    stories = [tell_story(number.to_bytes(SEED_BYTES, "big")) for number in range(STORIES)]
    texts = [story.text for story in stories]
    done = subprocess.run(
        [str(from_pypi(package)), str(DRIVERS / SOLVERS[package])],
        input=json.dumps({"phase": "solve", "texts": texts}),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "HOME": str(tmp_path), "PATH": sys.exec_prefix},
        check=True,
    )
    answers = json.loads(done.stdout.splitlines()[-1])["steps"]["solve"]["value"]
    wrong = {
        story.text: answer
        for story, answer in zip(stories, answers, strict=True)
        if answer is None or round(float(answer) * 100) != story.answer_cents
    }
    assert wrong == {}
