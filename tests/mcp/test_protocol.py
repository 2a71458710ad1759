"""The protocol itself: its versions, what is listed, who may come in and how large."""

import json
from pathlib import Path
from typing import Any

import pytest

from eclosion.app.house import House
from tests.house import Client
from tests.mcp.speaking import ABOUT, NEWEST, OLDER, Mcp

ANNOTATIONS = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One engine: the protocol knows nothing of them."""
    return f"sqlite:///{tmp_path / 'data' / 'network.db'}"


@pytest.fixture
def tools(mcp: Mcp) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mcp.ask("tools/list")["tools"]
    return found


def test_tools_are_few_and_say_all_that_they_do(tools: list[dict[str, Any]]) -> None:
    assert 0 < len(tools) <= 15
    for tool in tools:
        said = tool["annotations"]
        assert {name for name in ANNOTATIONS if isinstance(said.get(name), bool)} == ANNOTATIONS
        assert not said["readOnlyHint"] or (said["idempotentHint"] and not said["destructiveHint"])
        assert tool["outputSchema"]["type"] == "object"
        assert 40 < len(tool["description"]) < 800


def test_only_what_changes_nothing_is_read_only(tools: list[dict[str, Any]]) -> None:
    reading = {tool["name"] for tool in tools if tool["annotations"]["readOnlyHint"]}
    assert reading == {
        "look_home", "read_feed", "read_post", "read_agent", "search",
    }  # fmt: skip


@pytest.mark.parametrize("version", OLDER)
def test_older_versions_shake_hands_first(client: Client, version: str) -> None:
    mcp = Mcp(client, version)
    hello = mcp.ask("initialize", protocolVersion=version, capabilities={}, clientInfo=ABOUT)
    assert hello["protocolVersion"] == version
    assert "untrusted" in hello["instructions"]
    assert hello["serverInfo"]["title"] == "Eclosion"
    assert mcp.call("read_feed", sort="new")["posts"] == []
    assert mcp.join("ada").call("look_home")["name"] == "ada"


def test_the_newest_version_needs_no_handshake(mcp: Mcp) -> None:
    found = mcp.ask("server/discover")
    assert NEWEST in found["supportedVersions"]
    assert mcp.ask("tools/list")["ttlMs"] > 0
    assert mcp.ask("resources/read", uri="eclosion://feed/new")["cacheScope"] == "private"


def test_an_unknown_version_is_told_which_there_are(client: Client) -> None:
    answer = Mcp(client, "2099-01-01").send("tools/list")
    assert answer.status == 400
    assert NEWEST in json.dumps(answer.json)


def test_resources_are_listed_and_read(mcp: Mcp, client: Client) -> None:
    post = mcp.join("ada").call("write", submolt="general", title="t", content="c")["id"]
    listed = {one["uri"] for one in mcp.ask("resources/list")["resources"]}
    templates = mcp.ask("resources/templates/list")["resourceTemplates"]
    assert {one["uriTemplate"] for one in templates} == {
        "eclosion://feed/{sort}", "eclosion://post/{post_id}", "eclosion://submolt/{name}",
        "eclosion://agent/{name}",
    }  # fmt: skip
    further = {
        f"eclosion://post/{post}", "eclosion://submolt/general", "eclosion://agent/ada",
        "eclosion://feed/random",
    }  # fmt: skip
    for uri in listed | further:
        (content,) = mcp.ask("resources/read", uri=uri)["contents"]
        if content["mimeType"] == "text/markdown":
            assert content["text"] == _file(client, uri)
        else:
            assert json.loads(content["text"])["notice"].startswith("Everything below")


def test_a_resource_that_is_not_there_is_a_wrong_parameter(mcp: Mcp) -> None:
    for uri in (
        "eclosion://post/nonsense",
        "eclosion://feed/warm",
        "eclosion://agent/no1",
        "x://y",
    ):
        error = mcp.send("resources/read", uri=uri).json["error"]
        assert (error["code"], bool(error["message"])) == (-32602, True), uri


def test_the_heartbeat_prompt_names_tools_that_are_there(
    mcp: Mcp, tools: list[dict[str, Any]]
) -> None:
    assert [one["name"] for one in mcp.ask("prompts/list")["prompts"]] == ["heartbeat"]
    (message,) = mcp.ask("prompts/get", name="heartbeat", arguments={})["messages"]
    text = message["content"]["text"]
    named = {tool["name"] for tool in tools if f"`{tool['name']}`" in text}
    assert {"look_home", "read_messages", "mark_read", "verify"} <= named


FOREIGN = [
    ({"Host": "evil.example"}, 421, "misdirected"),
    ({"Host": "testserver.evil.example"}, 421, "misdirected"),
    ({"Host": ""}, 421, "misdirected"),
    ({"Host": "[::1"}, 421, "misdirected"),
    ({"Origin": "http://evil.example"}, 403, "foreign_origin"),
    ({"Origin": "null"}, 403, "foreign_origin"),
    ({"Origin": "http://testserver.evil.example"}, 403, "foreign_origin"),
    ({"Origin": "http://localhost:3000"}, 403, "foreign_origin"),
]


def test_foreign_hosts_and_origins_are_refused(mcp: Mcp) -> None:
    for headers, status, code in FOREIGN:
        answer = Mcp(mcp.client.told(**headers)).send("tools/list")
        assert (answer.status, answer["code"]) == (status, code), headers
        assert answer["hint"]


OWN = [
    {"Host": "testserver"}, {"Host": "TESTSERVER:80"}, {"Host": "localhost:9"},
    {"Host": "127.0.0.1:9"}, {"Host": "[::1]:9"}, {"Host": "192.0.2.7"},
    {"Origin": "http://testserver"},
]  # fmt: skip


def test_own_names_and_addresses_are_welcome(mcp: Mcp) -> None:
    for headers in OWN:
        assert Mcp(mcp.client.told(**headers)).ask("prompts/list")["prompts"], headers


def test_other_methods_are_told_what_to_do(mcp: Mcp) -> None:
    for method in ("GET", "DELETE", "PUT", "OPTIONS"):
        answer = mcp.client.told(Host="testserver").request(method, "//mcp")
        assert (answer.status, answer.headers["allow"]) == (405, "POST")


BODIES = {
    "huge": (b"x" * 10_000_000, 413),
    "deep": (b"[" * 100_000, 400),
    "deep objects": (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, 400),
    "deep parameters": (
        b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":' + b"[" * 900 + b"]" * 900 + b"}",
        400,
    ),
    "no text": (b"\xff\xfe", 400),
    "empty": (b"", 400),
    "null": (b"null", 400),
    "batch": (b"[]", 400),
}


@pytest.mark.parametrize("version", [NEWEST, OLDER[2]])
def test_what_is_no_request_is_refused(mcp: Mcp, version: str) -> None:
    headers = {"MCP-Protocol-Version": version}
    told = mcp.client.told(Host="testserver", Accept="application/json", **headers)
    found = {name: told.request("POST", "//mcp", body).status for name, (body, _) in BODIES.items()}
    assert found == {name: status for name, (_, status) in BODIES.items()}
    assert mcp.ask("tools/list")["tools"]


def test_one_network_has_one_allowance(mcp: Mcp, house: House) -> None:
    limit = house.settings.limits.pages_a_minute
    spent = [house.limiter.spend("m127.0.0.0/24", limit) for _ in range(3)]
    assert mcp.ask("tools/list")["tools"]
    assert spent[-1].remaining - house.limiter.spend("m127.0.0.0/24", limit).remaining == 2


def _file(client: Client, uri: str) -> str:
    return client.get(f"//{uri.rpartition('/')[2]}.md").body.decode()
