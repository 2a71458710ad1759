"""How commands behave: what goes where, how they end, and what an operator does beside a running network."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eclosion.app.house import SOURCES, open_house
from eclosion.app.settings import Data, Settings
from eclosion.network.errors import Frozen
from eclosion.network.service.agents import register
from eclosion.store import open_store
from tests.cli.conftest import Run

COUNTED = ["submolts", "posts", "comments", "votes"]


def filled(url: str, keys: Path) -> Settings:
    """A network with three agents."""
    settings = Settings(data=Data(dir=str(keys.parent / "d"), database=url, key_file=str(keys)))
    house = open_house(settings)
    for name in ("ada", "bob", "cyd"):
        house.store.write_now(
            lambda unit, name=name: register(house.network, unit, name, "", "::/48")  # type: ignore[misc]
        )
    house.close()
    return settings


@pytest.fixture
def network(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    return filled(database_url, keys)


def test_help_is_quick_and_lists_the_commands(run: Run) -> None:
    ended = run("--help")
    assert ended.status == 0
    for command in ("serve", "demo", "import", "export", "stats", "admin", "doctor", "bench"):
        assert command in ended.out


def test_wrong_usage_ends_with_two(run: Run) -> None:
    assert run("serve", "--no-such-option").status == 2
    assert run("serve", "--port", "70000").status == 2
    assert run("serve", "--log-level", "loud").status == 2


def test_missing_database_ends_with_three_and_says_what_to_do(run: Run) -> None:
    ended = run("stats", "--data", "nowhere")
    assert ended.status == 3
    assert "eclosion serve" in ended.err
    assert ended.out == ""
    assert not Path("nowhere").exists()


def test_error_is_no_traceback(tmp_path: Path) -> None:
    """As a process, the way people meet it."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from eclosion.entry.cli import main; main()",
            "stats",
            "--data",
            "x",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_stats_counts_what_there_is(run: Run, network: Settings) -> None:
    counts = json.loads(run("stats", "--db", network.data.url, "--json").out)
    assert counts["agents"] == {"registered": 3, "claimed": 0, "active": 0, "ever_active": 0}
    assert [name for name in counts if name != "agents"] == COUNTED
    assert "agents registered" in run("stats", "--db", network.data.url).out


def test_first_operator_gets_a_link_that_works_once(run: Run, network: Settings) -> None:
    url = network.data.url
    made = json.loads(
        run(
            "admin",
            "init",
            "--db",
            url,
            "--name",
            "Mo",
            "--base-url",
            "https://h.example",
            "--json",
        ).out
    )
    assert made["sign_in_url"].startswith("https://h.example/sign-in/sign_in_")
    refused = run("admin", "init", "--db", url)
    assert refused.status == 1
    assert "--again" in refused.err
    again = json.loads(run("admin", "init", "--db", url, "--again", "--json").out)
    assert again["name"] == "Mo"
    assert again["sign_in_url"] != made["sign_in_url"]


def test_brake_stops_writing_beside_a_running_network(run: Run, network: Settings) -> None:
    url = network.data.url
    house = open_house(network)
    try:
        ended = run("admin", "brake", "on", "--reason", "a storm", "--db", url)
        assert ended.status == 0, ended.err
        with pytest.raises(Frozen, match="a storm"):
            house.store.write_now(lambda unit: register(house.network, unit, "dee", "", "::/48"))
        assert run("admin", "brake", "off", "--db", url).status == 0
        house.store.write_now(lambda unit: register(house.network, unit, "dee", "", "::/48"))
    finally:
        house.close()
    assert run("admin", "brake", "on", "--db", url).status == 2


def test_suspension_by_name(run: Run, network: Settings) -> None:
    url = network.data.url
    assert (
        run("admin", "suspend", "ADA", "--reason", "spam", "--days", "3", "--db", url).status == 0
    )
    assert run("admin", "suspend", "ada", "--end", "--db", url).status == 0
    assert run("admin", "suspend", "ada", "--db", url).status == 2
    assert run("admin", "suspend", "nobody", "--reason", "x", "--db", url).status == 1


def test_import_refuses_beside_a_writer(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    store = open_store(url, SOURCES)
    try:
        ended = run("import", "moltbook", tmp_path, "--db", url)
    finally:
        store.close()
    assert ended.status == 3
    assert "already writing" in ended.err


def test_backup_is_restored_elsewhere_and_nowhere_else(run: Run, tmp_path: Path) -> None:
    settings = filled(f"sqlite:///{tmp_path / 'a' / 'network.db'}", tmp_path / "keys")
    house = open_house(settings)
    try:
        ended = run("admin", "backup", "copy.db", "--db", settings.data.url, "--json")
    finally:
        house.close()
    assert ended.status == 0, ended.err
    assert Path("copy.db").stat().st_mode & 0o077 == 0
    assert run("admin", "backup", "copy.db", "--db", settings.data.url).status == 2
    assert run("admin", "restore", "copy.db", "--data", "b").status == 0
    counts = json.loads(run("stats", "--data", "b", "--json").out)
    assert counts["agents"]["registered"] == 3
    assert run("admin", "restore", "copy.db", "--data", "b").status == 2
    content = bytearray(Path("copy.db").read_bytes())
    content[8_192:9_000] = b"\xff" * 808
    Path("damaged.db").write_bytes(content)
    damaged = run("admin", "restore", "damaged.db", "--data", "c")
    assert damaged.status in (2, 3)
    assert not Path("c/network.db").exists()


def test_doctor_finds_what_is_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    settings = filled(f"sqlite:///{tmp_path / 'd' / 'network.db'}", keys)
    well = run("doctor", "--data", "d", "--json")
    assert well.status == 0, well.out
    keys.chmod(0o644)
    found = run("doctor", "--data", "d", "--json")
    assert found.status == 1
    assert bad(found.out) == {"key file"}
    keys.chmod(0o600)
    file = Path(settings.data.url.removeprefix("sqlite:///"))
    file.write_bytes(b"not a database at all" * 400)
    assert "database" in bad(run("doctor", "--data", "d", "--json").out)
    assert run("doctor", "--data", "elsewhere").status == 1


def bad(out: str) -> set[str]:
    checks: list[dict[str, Any]] = json.loads(out)["checks"]
    return {check["name"] for check in checks if not check["well"]}


def test_key_rotation_keeps_older_keys(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("ECLOSION_DATA_KEY_FILE", str(keys))
    assert run("admin", "rotate-key").status == 2
    filled(f"sqlite:///{tmp_path / 'd' / 'network.db'}", keys)
    assert json.loads(run("admin", "rotate-key", "--json").out)["current"] == "k2"
    assert set(json.loads(keys.read_text())["seal"]) == {"k1", "k2"}


def test_hand_on_a_mistyped_folder_makes_nothing(run: Run) -> None:
    """A brake on a database that the mistake has just made would stop nobody."""
    for words in (("brake", "on", "--reason", "x"), ("suspend", "ada", "--reason", "x")):
        ended = run("admin", *words, "--data", "typo")
        assert ended.status == 3
        assert "There is no database" in ended.err
    assert not Path("typo").exists()


def test_data_are_for_their_owner_only(run: Run) -> None:
    run("admin", "init", "--data", "d")
    for path in (Path("d"), Path("d/network.db"), Path("d/network.db.lock"), Path(".d.keys")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_lost_key_file_can_be_begun_anew(run: Run) -> None:
    run("admin", "init", "--data", "d")
    assert run("admin", "rotate-key", "--data", "d", "--anew").status == 2
    Path(".d.keys").unlink()
    assert run("admin", "rotate-key", "--data", "d").status == 2
    assert run("admin", "rotate-key", "--data", "d", "--anew").status == 0


def test_backup_into_a_missing_folder_says_so(run: Run) -> None:
    run("admin", "init", "--data", "d")
    ended = run("admin", "backup", "nowhere/copy.db", "--data", "d")
    assert ended.status == 2
    assert "no folder nowhere" in ended.err
