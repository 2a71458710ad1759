"""``eclosion audit skill``: the exit status that a pipeline asks for, and the same findings in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from tests.audit.skills.test_skills import FETCH, HEAD, skill
from tests.cli.conftest import Run

SPOILT = "skills/shell-from-bare-address"


@pytest.fixture
def skills(tmp_path: Path) -> Path:
    skill(tmp_path / "skills" / "good", HEAD)
    skill(tmp_path / "skills" / "bad\x1b[2J", HEAD.replace("weather", "w\x1b[2J"), run__sh=FETCH)
    return tmp_path / "skills"


def test_a_bad_skill_ends_with_one_and_cannot_drive_the_terminal(run: Run, skills: Path) -> None:
    ended = run("audit", "skill", skills)
    assert ended.status == 1
    assert f"[{SPOILT}]" in ended.out
    assert "\x1b" not in ended.out
    assert "2 skills looked at, 1 that should not be installed." in ended.err
    assert run("audit", "skill", skills, "--fail-on", "never").status == 0
    assert run("audit", "skill", skills / "good").status == 0


def test_json_and_sarif_say_the_same(run: Run, skills: Path) -> None:
    told = json.loads(run("audit", "skill", skills, "--json").out)["skills"]
    assert [one["bad"] for one in told] == [True, False]
    assert told[0]["findings"][0]["place"] == "run.sh:1"
    text = run("audit", "skill", skills, "--sarif").out
    (log,) = Sarif.model_validate_json(text).runs
    assert log.tool.driver.name == "eclosion audit skill"
    results = json.loads(text)["runs"][0]["results"]
    assert {one["ruleId"] for one in results} == {one["rule"] for one in told[0]["findings"]}


def test_what_is_wrong_is_said(run: Run, tmp_path: Path) -> None:
    assert "There is nothing at" in run("audit", "skill", tmp_path / "none").err
    assert "There is no severity" in run("audit", "skill", tmp_path, "--fail-on", "awful").err
    assert "opens a shell" in run("audit", "explain", "skills/reverse-shell").out
