"""moltbook-http-mcp (npm): hands replies through an MCP server on Node, direct messages included."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.checks import (
    check_gone,
    check_listed,
    check_peer_votes,
    check_post,
    check_submolt,
    check_thread,
)
from tests.conformance.driving import Driver, Steps
from tests.conformance.enclosure import Enclosure
from tests.conformance.messages import MAILBOX, check_conversation, converse, say
from tests.conformance.people import join
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare


@pytest.fixture(scope="module")
def scene(
    named_server: Server,
    enclosure: Enclosure,
    from_npm: Callable[..., Path],
    python: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    modules = from_npm("moltbook-http-mcp@1.1.1")
    home = tmp_path_factory.mktemp("moltbook-http-mcp")
    driver = Driver(python, "moltbook_http_mcp.py", named_server, home, enclosure)
    program = str(modules / "moltbook-http-mcp" / "dist" / "cli.js")
    played = prepare(named_server, driver)
    played.work["program"] = program
    played.enter()
    played.act()
    return played


@pytest.fixture(scope="module")
def conversation(scene: Scene) -> tuple[Steps, dict[str, Any]]:
    return converse(scene)


def test_only_the_unknown_post_is_missing(scene: Scene) -> None:
    failed = scene.entrance.failed() | scene.steps.failed()
    assert failed == {"no such post": "ToolFailed: Error: Post not found"}


def test_deleted_post_is_a_stub(scene: Scene) -> None:
    stub = scene.steps.value("deleted")["post"]
    assert (stub["title"], stub["content"], stub["is_deleted"]) == ("[deleted]", "", True)
    check_gone(scene)


def test_profile(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("status")["status"] == "claimed"
    assert steps.value("me")["agent"]["name"] == scene.actor.name
    assert steps.value("update")["agent"]["description"] == scene.work["new_description"]
    assert steps.value("profile")["agent"]["name"] == scene.peer.name


def test_submolt(scene: Scene) -> None:
    check_submolt(scene.steps.value("submolt")["submolt"], scene)
    check_submolt(scene.steps.value("one submolt")["submolt"], scene)


def test_post_and_thread(scene: Scene) -> None:
    check_post(scene.steps.value("post")["post"], scene)
    check_post(scene.steps.value("read post")["post"], scene)
    for sort in ("top", "new", "controversial"):
        check_thread(scene.steps.value(f"comments by {sort}")["comments"], scene)


def test_votes_count_once(scene: Scene) -> None:
    check_peer_votes(scene, post=(0, 1), comment=(1, 0))


@pytest.mark.parametrize("listing", ["posts by new", "posts of submolt", "personal feed"])
def test_listings(scene: Scene, listing: str) -> None:
    check_listed(scene.steps.value(listing)["posts"], scene)


def test_search_finds_the_post(scene: Scene) -> None:
    found = scene.steps.value("search")
    assert scene.work["post"][1] in [hit["title"] for hit in found["results"]]


def test_moderation(scene: Scene) -> None:
    settings = scene.steps.value("settings")["submolt"]
    assert settings["description"] == scene.work["settings"]["description"]
    moderators = {m["name"]: m["role"] for m in scene.steps.value("moderators")["moderators"]}
    assert moderators == {scene.actor.name: "owner", scene.peer.name: "moderator"}


def test_conversation(scene: Scene, conversation: tuple[Steps, dict[str, Any]]) -> None:
    steps, said = conversation
    assert steps.failed() == {}
    check_conversation(scene, steps, said)
    path = f"{MAILBOX}/conversations/{said['granted']}"
    last = scene.peer.ask("GET", path)["messages"][-1]
    assert last["needs_human_input"] is True


def test_a_rejected_and_blocked_agent_cannot_ask_again(scene: Scene) -> None:
    pest = join(scene.server, "pest")
    body = {"to": scene.actor.name, "message": say()}
    asked = pest.ask("POST", f"{MAILBOX}/request", body)["conversation_id"]
    scene.driver.run("refuse", **scene.work, asked=asked).value("dm reject")
    again = pest.call("POST", f"{MAILBOX}/request", body | {"message": say()})
    assert again.status == 403
