"""Settings: which of three places wins, and what a wrong name or value is told."""

from pathlib import Path

import pytest

from eclosion.app.settings import Server, load_settings
from eclosion.kernel.errors import Invalid


def test_environment_wins_over_file_and_flags_over_both(tmp_path: Path) -> None:
    file = tmp_path / "eclosion.toml"
    file.write_text('[server]\nport = 1\nname = "Reef"\nhost = "::1"\n')
    environ = {"ECLOSION_SERVER_PORT": "2", "ECLOSION_SERVER_HOST": "127.0.0.2"}
    settings = load_settings(file, environ, {"server": {"port": 3, "host": None}})
    assert settings.server.name == "Reef"
    assert settings.server.host == "127.0.0.2"
    assert settings.server.port == 3


def test_misspelt_variable_stops_the_start() -> None:
    """It would be ignored otherwise, and nobody would notice."""
    with pytest.raises(Invalid, match=r"ECLOSION_SERVER_PROT: \[server\] has no") as caught:
        load_settings(None, {"ECLOSION_SERVER_PROT": "1"})
    assert "'port'" in caught.value.hint


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings(None, {"ECLOSION_SERVICE_HOST": "10.0.0.1"}).server == Server()


def test_wrong_network_is_named_with_its_setting() -> None:
    with pytest.raises(Invalid, match="trusted_proxies"):
        load_settings(None, {"ECLOSION_SERVER_TRUSTED_PROXIES": "10.0.0.0/8,proxy"})


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("::1", "http://[::1]:8080"),
        ("home.example", "http://home.example:8080"),
    ],
)
def test_address_is_one_that_can_be_opened(host: str, url: str) -> None:
    """Nobody can open the address that means every address."""
    assert Server(host=host).url == url
