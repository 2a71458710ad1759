"""Whatever happens, logs hold no key, no code, no message and no address."""

import logging
from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.http.findings import ROUTES as FINDINGS
from eclosion.http.network import ROUTES as NETWORK
from tests.house import Client
from tests.security.world import World

ROUTES = [*NETWORK, *FINDINGS]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Everything is logged that can be."""
    return replace(settings, server=replace(settings.server, access_log_every=1))


def test_logs_hold_no_secrets(
    client: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Each route is asked by the one who has the secrets, so that all of them pass by the loggers."""
    caplog.set_level(logging.DEBUG)
    world = World(client, house)
    for asker in (world.ada, world.owner_of_ada):
        for route in ROUTES:
            if route.method == "DELETE":
                continue
            for method, path, body in world.requests(route):
                asker.request(method, path, body)
    claim = world.secrets["claim token of bob"]
    client.request("GET", f"//claim/{claim}")
    client.request("POST", f"//claim/{claim}", {"verification_code": "reef-0000"})
    logged = "\n".join(
        f"{one.getMessage()} {one.exc_text or ''} {one.args!r}" for one in caplog.records
    )
    assert "/api/v1/agents/dm/check" in logged, "the access log is on"
    found = [what for what, secret in world.secrets.items() if secret in logged]
    assert found == []


def test_errors_of_ours_are_logged_without_what_was_sent(
    client: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A request that cannot be understood leaves none of its text in the logs."""
    caplog.set_level(logging.DEBUG)
    ada = client.join("ada")
    ada.request("POST", "/posts", b'{"title": "secret-words" broken')
    ada.request("POST", "/agents/dm/request", {"to": 5, "message": "secret-words"})
    ada.get("/search", q="secret-words")
    logged = "\n".join(one.getMessage() for one in caplog.records)
    assert "secret-words" not in logged
    assert ada.key not in logged
