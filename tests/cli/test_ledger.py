"""The ledger on the command line: issued, stated, proved, simulated."""

import json
from pathlib import Path

import pytest

from eclosion.app.house import House, open_house
from eclosion.app.settings import Data, Settings
from tests.cli.conftest import Run
from tests.house import join


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A network with an agent."""
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    monkeypatch.setenv("ECLOSION_DATA_DATABASE", database_url)
    data = Data(dir=str(tmp_path / "d"), database=database_url, key_file=str(keys))
    made = open_house(Settings(data=data))
    join(made.store, made.network, "ada")
    return made


def test_an_operator_issues_states_and_proves(run: Run, house: House, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("ledger", "issue", "ada", "500", "--key", "first").status == 0
    told = json.loads(run("ledger", "statement", "ada", "--json").out)
    assert (told["available"], len(told["transfers"])) == (500, 1)
    assert "+500" in run("ledger", "statement", "ada").out
    assert run("ledger", "issue", "nobody", "5").status == 1
    known = tmp_path / "known"
    known.write_text(told["transfers"][0]["id"] + "\n")
    right = run("ledger", "verify", "--acknowledged", str(known))
    assert (right.status, right.out.count("holds"), "BROKEN" in right.out) == (0, 9, False)
    known.write_text("abc\n")
    wrong = run("ledger", "verify", "--acknowledged", str(known), "--json")
    assert (wrong.status, json.loads(wrong.out)["broken"]) == (1, [3])
    house.close()


def test_a_simulation_says_what_it_did(run: Run) -> None:
    done = json.loads(run("ledger", "simulate", "--seeds", "2", "--json").out)
    assert (done["seeds"], done["violations"]) == (2, 0)
    assert done["transfers"] > 500
