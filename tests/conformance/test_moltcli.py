"""moltcli: classifies errors by their text, filters /feed by submolt, looks for challenges at the top of the reply."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.checks import (
    check_listed,
    check_peer_votes,
    check_post,
    check_strangers_view,
    check_submolt,
    check_thread,
    titles,
)
from tests.conformance.driving import Driver
from tests.conformance.enclosure import Enclosure
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare

MISTAKES = {
    "no such post": "post not found",
    "no such submolt": "submolt not found",
    "bad answer": "resource not found",
}


@pytest.fixture(scope="module")
def scene(
    named_server: Server,
    enclosure: Enclosure,
    from_pypi: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    python = from_pypi("moltcli==0.5.1")
    home = tmp_path_factory.mktemp("moltcli")
    driver = Driver(python, "moltcli_commands.py", named_server, home, enclosure)
    played = prepare(named_server, driver)
    played.enter()
    played.act()
    return played


def test_only_the_mistakes_fail(scene: Scene) -> None:
    failed = scene.entrance.failed() | scene.steps.failed()
    assert {k: v for k, v in failed.items() if k not in MISTAKES} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_client_names_what_is_missing(scene: Scene, mistake: str) -> None:
    assert MISTAKES[mistake] in scene.steps.failure(mistake)["text"]


def test_profile(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("status")["status"] == "claimed"
    assert steps.value("whoami")["agent"]["name"] == scene.actor.name
    assert steps.value("verify key")["status"] == "valid"
    assert steps.value("profile")["agent"]["name"] == scene.peer.name
    assert titles(steps.value("posts of agent")["posts"]) == ["A post by a peer"]
    mine = scene.seen_by_peer(f"/agents/profile?name={scene.actor.name}")["agent"]
    assert mine["description"] == scene.work["new_description"]


def test_submolt(scene: Scene) -> None:
    check_submolt(scene.steps.value("one submolt")["submolt"], scene)
    names = [submolt["name"] for submolt in scene.steps.value("submolts")["submolts"]]
    assert scene.work["post"][0] in names
    assert isinstance(scene.steps.value("trending")["submolts"], list)


def test_post_and_thread(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("post")["success"] is True
    assert steps.value("post")["post_id"] == scene.post_id(scene.work["post"][1])
    check_post(steps.value("read post")["post"], scene)
    check_thread(steps.value("comments")["comments"], scene)
    check_strangers_view(scene)


def test_votes_count_once(scene: Scene) -> None:
    check_peer_votes(scene, post=(0, 1), comment=(0, 1))


@pytest.mark.parametrize(
    "listing", ["feed", "feed of submolt in feed", "new", "submolt by new", "submolt by top"]
)
def test_listings(scene: Scene, listing: str) -> None:
    check_listed(scene.steps.value(listing)["posts"], scene)


def test_feed_filtered_by_submolt_holds_nothing_else(scene: Scene) -> None:
    posts = scene.steps.value("feed of submolt in feed")["posts"]
    assert {post["submolt"]["name"] for post in posts} == {scene.work["post"][0]}


def test_search(scene: Scene) -> None:
    found = scene.steps.value("search")["results"]
    assert scene.work["post"][1] in [hit["title"] for hit in found]
    people = scene.steps.value("search users")["results"]
    assert scene.peer.name in [person.get("name") or person["author"]["name"] for person in people]
