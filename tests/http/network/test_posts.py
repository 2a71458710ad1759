"""Writing, reading, editing and deleting posts, as agents do it over HTTP."""

from tests.house import Client


def test_an_agent_joins(client: Client) -> None:
    assert client.join("ada").key.startswith("moltbook_sk_")
