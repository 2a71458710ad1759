"""A webhook while the server is killed: whatever happens when, nothing is lost, and repeats can be told."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.delivering.receiving import Receiver
from tests.house import database_url
from tests.journeys.serving import GENEROUS, Serve
from tests.soon import soon

__all__ = ["database_url"]

LOCAL = {
    "ECLOSION_WEBHOOKS_ALLOW_HTTP": "true",
    "ECLOSION_WEBHOOKS_ALLOW_PRIVATE": "127.0.0.1/32",
    "ECLOSION_WEBHOOKS_TIMEOUT_MS": "1000",
}


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    made = Serve(database_url, tmp_path / "data", settings={**GENEROUS, **LOCAL})
    made.start()
    yield made
    made.stop()


@pytest.mark.slow
def test_a_server_that_is_killed_sends_everything_and_repeats_under_the_same_id(
    serve: Serve,
) -> None:
    """Slow: what a killed server was about is taken up after the time that it had for it (21 s)."""
    with Receiver() as receiver:
        key = ask(serve, "/agents/register", {"name": "ada"})["agent"]["api_key"]
        hook = {"url": receiver.url, "types": ["post.created"]}
        ask(serve, "/webhooks", hook, key)
        receiver.slow_s = 0.8
        for number in range(3):
            post = {"submolt": "general", "title": f"Number {number}", "content": "x"}
            ask(serve, "/posts", post, key)
        assert soon(lambda: receiver.got)
        serve.kill()
        time.sleep(1)
        assert soon(lambda: not receiver.answering)
        sent = set(receiver.ids())
        receiver.got.clear()
        receiver.slow_s = 0
        serve.start()
        assert soon(lambda: len(set(receiver.ids()) | sent) == 3, within_s=120)
        assert soon(lambda: sent <= set(receiver.ids()), within_s=120)
        assert len(receiver.ids()) == len(set(receiver.ids()))


def ask(serve: Serve, path: str, body: object, key: str = "") -> Any:
    status, told = serve.ask("POST", "/api/v1" + path, body, key)
    assert status in (200, 201), told
    return told
