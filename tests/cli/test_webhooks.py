"""What an operator sees of webhooks, and dead letters sent again from the command line."""

import json
from pathlib import Path

import pytest

from eclosion.app.delivering.keeping import Keeper, send_test, subscribe
from eclosion.app.house import open_house
from eclosion.app.settings import Data, Settings
from eclosion.app.telling import Filter
from eclosion.kernel.ids import Kind, to_wire
from eclosion.store import Unit
from eclosion.webhooks.model import Outcome
from eclosion.webhooks.service import deliveries
from tests.cli.conftest import Run
from tests.house import join

URL = "https://hooks.example.org/ada"


@pytest.fixture
def webhook(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A webhook that its receiver has ended, with one dead letter."""
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    monkeypatch.setenv("ECLOSION_DATA_DATABASE", database_url)
    house = open_house(Settings(data=Data(str(tmp_path / "data"), database_url, str(keys))))
    ada = join(house.store, house.network, "ada")

    def work(unit: Unit) -> str:
        made = subscribe(house, unit, Keeper(agent=ada), "", URL, Filter.parse("post.*")).webhook
        sent = send_test(house, unit, made)
        deliveries.settle(house.hooks, unit, sent, Outcome(410, "answered 410"))
        return to_wire(Kind.WEBHOOK, made.id)

    id_ = house.store.write_now(work)
    house.close()
    return id_


def test_webhooks_are_listed(run: Run, webhook: str) -> None:
    ended = run("admin", "webhooks", "list")
    assert ended.status == 0
    assert webhook in ended.out
    assert "disabled" in ended.out
    assert URL in ended.out
    (one,) = json.loads(run("admin", "webhooks", "list", "--json").out)
    assert (one["agent"], one["state"], one["waiting"]) == ("ada", "disabled", 0)


def test_dead_letters_are_sent_again(run: Run, webhook: str, database_url: str) -> None:
    (dead,) = json.loads(run("admin", "webhooks", "dead", webhook, "--json").out)
    assert (dead["status"], dead["error"]) == (410, "answered 410")
    assert dead["id"] in run("admin", "webhooks", "dead", webhook).out
    refused = run("admin", "webhooks", "replay", webhook)
    assert refused.status == 1
    assert "disabled" in refused.err
    sent = run("admin", "webhooks", "replay", webhook, "--delivery", dead["id"], "--resume")
    assert (sent.status, sent.out) == (0, "1 on their way.\n")
    assert run("admin", "webhooks", "dead", webhook).err == "There are none.\n"
    assert "no dead letter" in run("admin", "webhooks", "replay", webhook).out


def test_what_is_no_id_is_told(run: Run, webhook: str) -> None:
    for words in (("dead", "x"), ("replay", "x"), ("replay", webhook, "--delivery", webhook)):
        ended = run("admin", "webhooks", *words)
        assert ended.status == 1, words
        assert ended.err.startswith("Error: ")
