"""Alive, ready, measured: what an operator's tools ask."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Server, Settings
from eclosion.kernel.clock import MINUTE_MS, ManualClock
from eclosion.store import Unit, emit
from eclosion.store.outbox import START, end_position, set_position
from tests.house import Client
from tests.soon import soon


def test_alive_without_a_key(client: Client) -> None:
    assert client.get("//healthz").json == {"status": "ok"}


def test_ready_until_a_consumer_lags(client: Client, house: House, clock: ManualClock) -> None:
    def stall(unit: Unit) -> None:
        emit(unit, clock.now_ms(), "test.happened", 1)
        set_position(unit, "a-consumer", START)

    house.store.write_now(stall)
    assert client.get("//readyz").status == 200
    clock.advance(2 * MINUTE_MS)
    late = client.get("//readyz")
    assert late.status == 503
    assert late["lag_ms"]["a-consumer"] >= 2 * MINUTE_MS

    def is_level() -> bool:  # on PostgreSQL the end lies before whoever is writing just now
        house.store.write_now(lambda unit: set_position(unit, "a-consumer", _end(unit)))
        return bool(client.get("//readyz")["lag_ms"]["a-consumer"] == 0)

    assert soon(is_level)


def _end(unit: Unit) -> str:
    return end_position(unit)


def test_metrics_count_by_route_and_never_by_agent(client: Client) -> None:
    ada = client.join("ada-of-the-metrics")
    ada.get("/agents/dm/check")
    client.get("/agents/dm/check")
    told = client.get("//metrics")
    assert told.status == 200
    text = told.body.decode()
    place = 'method="GET",route="/api/v1/agents/dm/check"'
    assert f'eclosion_replies_total{{{place},status="2xx"}} 1.0' in text
    assert f'eclosion_replies_total{{{place},status="4xx"}} 1.0' in text
    assert f"eclosion_reply_seconds_count{{{place}}} 2.0" in text
    assert "eclosion_store_up 1.0" in text
    assert "eclosion_commits_total" in text
    assert "ada" not in text
    assert ada.key not in text


def test_the_reference_is_a_page_of_all_routes(client: Client) -> None:
    """Every kind of field has words there, also a pair such as the span of a finding."""
    page = client.get("//docs/api")
    assert page.status == 200
    text = page.body.decode()
    for route in ("/api/v1/posts", "/api/v1/findings", "/api/v1/webhooks", "/api/v1/events"):
        assert f"{route}<" in text
    assert "list of integer and integer" in text


def test_metrics_are_not_for_everybody_behind_a_proxy(client: Client) -> None:
    """A forwarded request comes from elsewhere, whatever the proxy's own address."""
    refused = client.told(X_Forwarded_For="203.0.113.9").get("//metrics")
    assert (refused.status, refused["code"]) == (403, "metrics_refused")


class TestElsewhere:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        server = Server(base_url="http://testserver", metrics_from=["192.0.2.0/24"])
        return replace(settings, server=server)

    def test_metrics_only_for_named_networks(self, client: Client) -> None:
        assert client.get("//metrics").status == 403


def test_every_reply_has_a_request_id(client: Client) -> None:
    first, second = client.get("/posts"), client.get("/posts/nothing")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    given = client.told(X_Request_Id="from-the-proxy-1").get("/posts")
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    odd = client.told(X_Request_Id="<script>").get("/posts")
    assert odd.headers["x-request-id"] != "<script>"


class TestAccessLog:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, server=replace(settings.server, access_log_every=1))

    def test_lines_name_routes_and_no_secrets(
        self, client: Client, caplog: pytest.LogCaptureFixture, tmp_path: Path
    ) -> None:
        caplog.set_level(logging.INFO, "eclosion.access")
        ada = client.join("ada")
        ada.get("/posts", cursor="", q="private-words")
        lines = [one.getMessage() for one in caplog.records if one.name == "eclosion.access"]
        assert any('"route":"/api/v1/posts"' in line and '"status":200' in line for line in lines)
        assert not any(ada.key in line or "private-words" in line for line in lines)


def test_access_log_is_off_by_default(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "eclosion.access")
    client.get("/posts")
    assert [one for one in caplog.records if one.name == "eclosion.access"] == []
