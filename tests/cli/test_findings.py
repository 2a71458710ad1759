"""Findings and detectors on the command line, also beside a running network."""

import json
from pathlib import Path

import pytest

from eclosion.app.house import House, open_house
from eclosion.app.settings import Data, Settings
from eclosion.findings.keeping import detector_of
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.store import posts
from tests.cli.conftest import Run
from tests.feeds import found, publish
from tests.house import join
from tests.raising import ROT13, raise_on


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A network with a post about which something was found, and which has just been closed."""
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    monkeypatch.setenv("ECLOSION_DATA_DATABASE", database_url)
    data = Data(dir=str(tmp_path / "d"), database=database_url, key_file=str(keys))
    return open_house(Settings(data=data))


def test_an_operator_lists_and_decides(run: Run, house: House) -> None:
    """Beside the running house; the mark goes at once, and what is missing is told."""
    join(house.store, house.network, "ada")
    found(house, "general")
    post = publish(house, "ada", "general", "Good morning")
    raised = raise_on(house, "post", post.id, title="Hidden\x1b[31m speech")
    assert raised.row is not None
    id_ = to_wire(Kind.FINDING, raised.row.id)
    listed = run("admin", "findings", "list")
    assert id_ in listed.out
    assert "\x1b" not in listed.out
    told = json.loads(run("admin", "findings", "list", "--json").out)["findings"]
    assert told[0]["evidence"] == ROT13.evidence
    assert run("admin", "findings", "dismiss", id_).status == 2
    unknown = run("admin", "findings", "dismiss", "x", "--reason", "x")
    assert (unknown.status, "findings list" in unknown.err) == (1, True)
    done = json.loads(run("admin", "findings", "confirm", id_, "--reason", "So", "--json").out)
    assert (done["state"], done["marks"]) == ("confirmed", True)
    run("admin", "findings", "dismiss", id_, "--reason", "A game")
    again = house.store.read_now(lambda unit: posts.post_by_id(unit, post.id))
    assert again is not None
    assert again.marked == 0
    assert "Nothing awaits" in run("admin", "findings", "list").err
    assert run("admin", "findings", "suppress", ROT13.rule, "--reason", "A game").status == 0
    other = raise_on(house, "agent", post.author_id)
    assert other.action == "suppressed"
    house.close()


def test_detectors_come_and_go(run: Run, house: House) -> None:
    """The key works until it is revoked; the list never shows it."""
    key = run("admin", "detector", "add", "lighthouse").out.strip()
    assert house.store.read_now(lambda unit: detector_of(unit, key)) is not None
    twice = run("admin", "detector", "add", "Lighthouse")
    assert (twice.status, "Choose another name" in twice.err) == (1, True)
    assert run("admin", "detector", "add", "<b>").status == 2
    listed = run("admin", "detector", "list", "--json").out
    assert json.loads(listed) == {"detectors": [{"name": "lighthouse", "revoked": False}]}
    assert run("admin", "detector", "revoke", "lighthouse").status == 0
    assert house.store.read_now(lambda unit: detector_of(unit, key)) is None
    assert run("admin", "detector", "revoke", "lighthouse").status == 1
    assert "(revoked)" in run("admin", "detector", "list").out
    house.close()
