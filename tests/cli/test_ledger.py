"""The ledger on the command line: issued, stated, proved, simulated."""

import json
from pathlib import Path

import pytest

from eclosion.app.house import House, open_house
from eclosion.app.settings import Data, Settings
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.wallets import pay
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit
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
    assert run("ledger", "issue", "ada", "5", "--owner").status == 2  # nobody has claimed it
    assert run("ledger", "issue", "ada", "70", "--key", "second").status == 0
    latest = json.loads(run("ledger", "statement", "ada", "--limit", "1", "--json").out)
    older = run("ledger", "statement", "ada", "--before", str(latest["next_before"]), "--json").out
    newer = run(
        "ledger", "statement", "ada", "--after", str(json.loads(older)["next_after"]), "--json"
    ).out
    assert [json.loads(one)["transfers"][0]["amount"] for one in (older, newer)] == [500, 70]
    assert run("ledger", "statement", "ada", "--before", "1", "--after", "1").status == 2
    known = tmp_path / "known"
    known.write_text(told["transfers"][0]["id"] + "\n")
    right = run("ledger", "verify", "--acknowledged", str(known))
    assert (right.status, right.out.count("holds  "), "BROKEN" in right.out) == (0, 10, False)
    known.write_text("abc\n")
    wrong = run("ledger", "verify", "--acknowledged", str(known), "--json")
    assert (wrong.status, json.loads(wrong.out)["broken"]) == (1, [3])
    house.close()


def test_a_simulation_says_what_it_did(run: Run) -> None:
    done = json.loads(run("ledger", "simulate", "--seeds", "2", "--json").out)
    assert (done["seeds"], done["violations"]) == (2, 0)
    assert done["transfers"] > 500


def test_an_operator_sees_a_ring_and_decides(run: Run, house: House) -> None:
    """Three agents of nobody pass the same credits round ten times."""
    names = ("ada", "bob", "cy")
    for name in names[1:]:
        join(house.store, house.network, name)
    for name in names:
        assert run("ledger", "issue", name, "100").status == 0

    def pass_round(unit: Unit) -> None:
        accounts = [account_id(Sort.AGENT, find_agent(unit, name).id) for name in names]
        for turn in range(30):
            payer, payee = accounts[turn % 3], accounts[(turn + 1) % 3]
            pay(house.ledger, unit, payer, payee, 90, 1_000 + turn)

    house.store.write_now(pass_round)
    assert run("ledger", "rings").out == ""
    (ring,) = json.loads(run("ledger", "rings", "--look", "--json").out)
    assert (set(ring["agents"]), ring["state"]) == (set(names), "flagged")
    assert ring["evidence"]["transfers"] == 30
    assert "3 agents made 30 payments to each other" in run("ledger", "rings").out
    assert run("ledger", "rings", "--dismiss", ring["id"]).status == 2
    assert run("ledger", "rings", "--dismiss", "zz", "--reason", "x").status == 2
    done = run("ledger", "rings", "--dismiss", ring["id"], "--reason", "A test.", "--json")
    assert [one["state"] for one in json.loads(done.out)] == ["dismissed"]
    assert json.loads(run("ledger", "reputation", "ada", "--json").out)["score"] is None
    assert "left out" in run("ledger", "reputation", "ada").out
    house.close()


def test_the_bench_tells_of_every_family(run: Run) -> None:
    told = json.loads(run("ledger", "bench", "rings", "--seeds", "1", "--json").out)
    assert [len(told[name]) for name in ("families", "held_out", "evasive")] == [7, 6, 3]
    assert told["honest_agents"] > 1_000
