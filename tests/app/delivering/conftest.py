"""Every test here may live in a house of its own, on both engines, with a receiver beside it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app.settings import Settings
from eclosion.webhooks.model import Rules
from tests.app.delivering.receiving import Receiver


@pytest.fixture
def webhook_rules() -> Rules:
    """Webhooks may go to this machine, where the receivers are."""
    return Rules(allow_http=True, allow_private=["127.0.0.0/8"], timeout_ms=30_000)


@pytest.fixture
def settings(settings: Settings, webhook_rules: Rules) -> Settings:
    """The settings of every test's house, and those of webhooks."""
    return replace(settings, webhooks=webhook_rules)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody else's server."""
    with Receiver() as made:
        yield made
