"""moltbook-cli: prints the raw replies; the widest set of routes on PyPI, direct messages included."""

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
from tests.conformance.messages import check_conversation, converse
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare


@pytest.fixture(scope="module")
def scene(
    named_server: Server,
    enclosure: Enclosure,
    from_pypi: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    python = from_pypi("moltbook-cli==0.0.5")
    home = tmp_path_factory.mktemp("moltbook-cli")
    driver = Driver(python, "moltbook_cli_commands.py", named_server, home, enclosure)
    played = prepare(named_server, driver)
    played.enter()
    played.act()
    return played


@pytest.fixture(scope="module")
def conversation(scene: Scene) -> tuple[Steps, dict[str, Any]]:
    return converse(scene)


def test_no_command_prints_an_error(scene: Scene) -> None:
    assert scene.entrance.failed() | scene.steps.failed() == {}


def test_errors_are_printed_with_their_hint(scene: Scene) -> None:
    steps = scene.driver.run("fail", **scene.work)
    for mistake, said in (("no such post", "Post not found"), ("name taken", "already taken")):
        text = steps.failure(mistake)["text"]
        assert said in text
        assert "Hint: " in text


def test_deleted_post_is_a_stub(scene: Scene) -> None:
    stub = scene.steps.value("deleted")["post"]
    assert (stub["title"], stub["content"], stub["is_deleted"]) == ("[deleted]", "", True)
    check_gone(scene)


def test_every_reply_says_success(scene: Scene) -> None:
    taken = {k: v["value"] for k, v in scene.steps.taken.items() if "value" in v}
    assert {k for k, reply in taken.items() if reply.get("success") is not True} == set()


def test_credentials_are_kept(scene: Scene) -> None:
    credentials = scene.driver.home / ".config" / "moltbook" / "credentials.json"
    assert scene.actor.key in credentials.read_text()


def test_profile(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("me")["agent"]["name"] == scene.actor.name
    assert steps.value("update")["agent"]["description"] == scene.work["new_description"]
    assert steps.value("metadata")["agent"]["metadata"] == {"colour": "red"}
    assert steps.value("profile")["agent"]["name"] == scene.peer.name
    assert steps.value("follow")["action"] == "followed"
    assert steps.value("unfollow")["action"] == "unfollowed"


def test_submolt(scene: Scene) -> None:
    check_submolt(scene.steps.value("submolt")["submolt"], scene)
    check_submolt(scene.steps.value("one submolt")["submolt"], scene)


def test_post_and_thread(scene: Scene) -> None:
    steps = scene.steps
    check_post(steps.value("post")["post"], scene)
    check_post(steps.value("read post")["post"], scene)
    assert steps.value("piped post")["post"]["content"] == scene.work["post"][2]
    for sort in ("top", "new", "controversial"):
        check_thread(steps.value(f"comments by {sort}")["comments"], scene)


def test_votes_count_once(scene: Scene) -> None:
    assert scene.steps.value("upvote")["author"]["name"] == scene.peer.name
    check_peer_votes(scene, post=(0, 1), comment=(1, 0))


@pytest.mark.parametrize("listing", ["posts by new", "posts of submolt", "personal feed"])
def test_listings(scene: Scene, listing: str) -> None:
    check_listed(scene.steps.value(listing)["posts"], scene)


def test_search_finds_the_post(scene: Scene) -> None:
    found = scene.steps.value("search")
    assert scene.work["post"][1] in [hit["title"] for hit in found["results"]]


def test_moderation(scene: Scene) -> None:
    settings = scene.steps.value("settings")["submolt"]
    assert settings["banner_color"] == "#102030"
    moderators = {m["name"]: m["role"] for m in scene.steps.value("moderators")["moderators"]}
    assert moderators == {scene.actor.name: "owner", scene.peer.name: "moderator"}


def test_conversation(scene: Scene, conversation: tuple[Steps, dict[str, Any]]) -> None:
    steps, said = conversation
    assert steps.failed() == {}
    check_conversation(scene, steps, said)
