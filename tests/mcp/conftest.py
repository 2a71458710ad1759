"""Every test here lives in a house of its own, on both engines, and speaks MCP to it."""

import pytest

from tests.client.conftest import url
from tests.house import Client, client, clock, database_url, house, net, rules, settings, store
from tests.mcp.speaking import Mcp

__all__ = [
    "client", "clock", "database_url", "house", "mcp", "net", "rules", "settings", "store", "url",
]  # fmt: skip


@pytest.fixture
def mcp(client: Client) -> Mcp:
    """A stranger who speaks MCP; ``mcp.join("name")`` is an agent."""
    return Mcp(client)
