"""The key file: made once, never made again over a loss, and rotated without forgetting."""

import json
from pathlib import Path

import pytest

from eclosion.app.house import open_house
from eclosion.app.sealing import open_key_ring, rotate_key
from eclosion.app.settings import Data, Settings
from eclosion.kernel.errors import Invalid
from eclosion.network.service.agents import register
from tests.house import database_url

__all__ = ["database_url"]


def test_lost_key_file_is_told_and_not_replaced(database_url: str, tmp_path: Path) -> None:
    """A new one would open nothing, and would hide that the old one is gone until it is too late."""
    keys = tmp_path / "keys"
    data = Data(dir=str(tmp_path / "d"), database=database_url, key_file=str(keys))
    settings = Settings(data=data)
    open_house(settings).close()
    keys.unlink()
    open_house(settings).close()  # nobody lives there yet: nothing is sealed
    house = open_house(settings)
    house.store.write_now(lambda unit: register(house.network, unit, "ada", "", "::/48"))
    house.close()
    kept = keys.read_bytes()
    keys.unlink()
    with pytest.raises(Invalid, match="has run before"):
        open_house(settings)
    assert not keys.exists()
    keys.write_bytes(kept)
    keys.chmod(0o600)
    open_house(settings).close()


def test_rotation_never_takes_a_name_twice(tmp_path: Path) -> None:
    """Also after an operator has taken the oldest key out of the file."""
    keys = tmp_path / "keys"
    open_key_ring(keys)
    assert rotate_key(keys) == "k2"
    read = json.loads(keys.read_text())
    second = read["seal"]["k2"]
    del read["seal"]["k1"]
    keys.write_text(json.dumps(read))
    assert rotate_key(keys) == "k3"
    assert json.loads(keys.read_text())["seal"]["k2"] == second


@pytest.mark.parametrize("text", ["", "x", "{}", "[]", '{"seal": {}, "sign": "", "current": "k1"}'])
def test_broken_key_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    keys = tmp_path / "keys"
    keys.write_text(text)
    keys.chmod(0o600)
    with pytest.raises(Invalid, match="cannot be used") as caught:
        open_key_ring(keys)
    assert "backup" in caught.value.hint
