"""Homes as real installs have them, three and more an agent: nested layers, versions, keys that nobody here knows.

Each says exactly which of its agent's checks speak; what a machine can close is closed then, and stays closed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from eclosion.audit import Agent, Machine
from eclosion.audit.auditing import speaking
from eclosion.audit.inventory import find_agents
from eclosion.audit.knowing import known_kinds
from eclosion.audit.mending import plan_fixes
from eclosion.audit.model import Kind
from eclosion.audit.reach import own
from eclosion.audit.walking import walk_home
from tests.audit.homes import write

FOLDER = Path(__file__).parent / "shapes"
SHAPES: list[tuple[Kind, dict[str, Any]]] = [
    (kind, home)
    for kind in known_kinds()
    for home in tomllib.loads((FOLDER / f"{kind.id}.toml").read_text())["home"]
]
EACH_MIN = 3


def agents_of(machine: Machine, kind: Kind) -> list[Agent]:
    return find_agents(machine, walk_home(machine.home).projects, (kind,))


def rules_of(machine: Machine, kind: Kind) -> set[str]:
    return {check.id for _, check in speaking(agents_of(machine, kind))}


@pytest.mark.parametrize(
    ("kind", "home"), SHAPES, ids=[f"{kind.id}: {home['name']}" for kind, home in SHAPES]
)
def test_a_home_is_read_as_its_agent_reads_it(
    tmp_path: Path, kind: Kind, home: dict[str, Any]
) -> None:
    machine = write(tmp_path, home["files"])
    agents = agents_of(machine, kind)
    assert agents
    assert not [one.trouble for agent in agents for one in agent.settings if one.trouble]
    assert rules_of(machine, kind) == {f"{kind.id}/{one}" for one in home["rules"]}
    fixable = {check.id for check in kind.checks if check.fix}
    for draft in plan_fixes(machine, agents, (), own()).drafts:
        Path(draft.path).write_text(draft.text)
    assert rules_of(machine, kind) & fixable == set()
    assert plan_fixes(machine, agents_of(machine, kind), (), own()).drafts == []


@pytest.mark.parametrize("kind", known_kinds(), ids=lambda kind: kind.id)
def test_every_agent_has_open_and_careful_homes(kind: Kind) -> None:
    homes = [home for one, home in SHAPES if one is kind]
    assert len(homes) >= EACH_MIN
    assert any(home["rules"] for home in homes)
