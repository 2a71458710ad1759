"""Servers, the enclosed network and the installed clients that the tests of this folder share."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conformance.authority import Authority, make_authority
from tests.conformance.enclosure import HOST, Enclosure, enclosed_by, why_unavailable
from tests.conformance.installing import ClientUnavailable, node_client, python_client
from tests.conformance.process import Server, running_server

HERE = Path(__file__).parent

RAISED_LIMITS = {
    "ECLOSION_LIMITS_READS_A_MINUTE": "100000",
    "ECLOSION_LIMITS_WRITES_A_MINUTE": "100000",
    "ECLOSION_LIMITS_WRONG_KEYS_A_MINUTE": "1000",
    "ECLOSION_NETWORK_NEWCOMER_POST_EVERY_MS": "1",
    "ECLOSION_NETWORK_NEWCOMER_COMMENT_EVERY_MS": "1",
    "ECLOSION_NETWORK_NEWCOMER_COMMENTS_A_DAY": "10000",
    "ECLOSION_NETWORK_NEWCOMER_SUBMOLTS": "1000",
    "ECLOSION_NETWORK_NEWCOMER_MESSAGES": "true",
    "ECLOSION_NETWORK_SUBMOLT_EVERY_MS": "1",
    "ECLOSION_NETWORK_REGISTRATIONS_A_DAY_PER_NETWORK": "10000",
}
"""Settings under which a client may do in seconds what takes a day by default. The limiter itself stays in the way."""

DEFAULTS: dict[str, str] = {}
"""Settings of a server that is run as it comes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts servers and installs clients: mark it slow and give it time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"), HOST)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with raised limits at an address of its own, for clients that take an address."""
    with running_server(tmp_path_factory.mktemp("server"), RAISED_LIMITS) as running:
        yield running


@pytest.fixture(scope="session")
def named_server(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[Server]:
    """A server with raised limits that answers as https://www.moltbook.com."""
    folder = tmp_path_factory.mktemp("named")
    url = f"https://{HOST}"
    with running_server(folder, RAISED_LIMITS, base_url=url, authority=authority) as running:
        yield running


@pytest.fixture(scope="session")
def default_server(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[Server]:
    """A server with its own defaults, challenges and limits included, that answers as https://www.moltbook.com."""
    folder = tmp_path_factory.mktemp("default")
    url = f"https://{HOST}"
    with running_server(folder, DEFAULTS, base_url=url, authority=authority) as running:
        yield running


def _require_namespaces() -> None:
    if (reason := why_unavailable()) is not None:
        pytest.skip(f"clients with a fixed address need a network of their own: {reason}")


@pytest.fixture(scope="session")
def enclosure(named_server: Server) -> Iterator[Enclosure]:
    """The network in which www.moltbook.com is `named_server`."""
    _require_namespaces()
    with enclosed_by(named_server.port) as opened:
        yield opened


@pytest.fixture(scope="session")
def default_enclosure(default_server: Server) -> Iterator[Enclosure]:
    """The network in which www.moltbook.com is `default_server`."""
    _require_namespaces()
    with enclosed_by(default_server.port) as opened:
        yield opened


@pytest.fixture(scope="session")
def from_pypi() -> Callable[..., Path]:
    """Install a client from PyPI and return its interpreter, or skip the test with the reason."""

    def install(*requirements: str) -> Path:
        try:
            return python_client(*requirements) / "python"
        except ClientUnavailable as reason:
            pytest.skip(str(reason))

    return install


@pytest.fixture(scope="session")
def from_npm() -> Callable[..., Path]:
    """Install a client from npm and return the folder of its modules, or skip the test with the reason."""

    def install(*packages: str) -> Path:
        try:
            return node_client(*packages) / "node_modules"
        except ClientUnavailable as reason:
            pytest.skip(str(reason))

    return install


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter of this process, for drivers that need none of a client's packages."""
    return Path(sys.executable)
