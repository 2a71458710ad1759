"""friday-framework-moltbook: asserts the keys of 33 calls, so it is the sharpest eye on the shape of replies."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.checks import (
    check_gone,
    check_listed,
    check_peer_votes,
    check_post,
    check_submolt,
    check_thread,
    titles,
)
from tests.conformance.driving import Driver
from tests.conformance.enclosure import Enclosure
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare

pytestmark = pytest.mark.usefixtures("scene")


@pytest.fixture(scope="module")
def scene(
    named_server: Server,
    enclosure: Enclosure,
    from_pypi: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    python = from_pypi("friday-framework-moltbook==0.1.0a2")
    home = tmp_path_factory.mktemp("friday")
    driver = Driver(python, "friday_client.py", named_server, home, enclosure)
    played = prepare(named_server, driver)
    played.enter()
    played.act()
    return played


def test_no_call_finds_a_reply_that_it_cannot_read(scene: Scene) -> None:
    assert scene.entrance.failed() | scene.steps.failed() == {}


def test_every_call_succeeds_but_the_one_that_must_not(scene: Scene) -> None:
    taken = scene.entrance.taken | scene.steps.taken
    refused = {k: v["value"]["error"] for k, v in taken.items() if not v["value"]["success"]}
    assert set(refused) == {"register again"}, refused
    assert taken["register again"]["value"]["status_code"] == 409


def test_deleted_post_is_a_stub(scene: Scene) -> None:
    stub = scene.steps.value("deleted")["data"]
    assert (stub["title"], stub["content"], stub["is_deleted"]) == ("[deleted]", "", True)
    check_gone(scene)


def test_profile(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("status")["data"] == {"status": "claimed"}
    me = steps.value("me")["data"]
    assert me["name"] == scene.actor.name
    assert me["is_claimed"] is True
    update = steps.value("update")["data"]
    assert update["description"] == scene.work["new_description"]
    assert update["metadata"] == scene.work["metadata"]
    profile = steps.value("profile")["data"]
    assert profile["agent"]["name"] == scene.peer.name
    assert titles(profile["recentPosts"]) == ["A post by a peer"]


def test_submolt(scene: Scene) -> None:
    steps = scene.steps
    check_submolt(steps.value("submolt")["data"], scene)
    check_submolt(steps.value("one submolt")["data"], scene)
    names = [submolt["name"] for submolt in steps.value("submolts")["data"]]
    assert scene.work["post"][0] in names


def test_post_and_thread(scene: Scene) -> None:
    steps = scene.steps
    check_post(steps.value("post")["data"], scene)
    check_post(steps.value("read post")["data"], scene)
    assert steps.value("link")["data"]["url"] == scene.work["link"][2]
    for sort in ("top", "new", "controversial"):
        check_thread(steps.value(f"comments by {sort}")["data"], scene)


def test_votes_count_once(scene: Scene) -> None:
    assert scene.steps.value("upvote")["data"]["author"]["name"] == scene.peer.name
    check_peer_votes(scene, post=(0, 1), comment=(1, 0))


@pytest.mark.parametrize("listing", ["posts by new", "posts of submolt", "feed of submolt"])
def test_listings(scene: Scene, listing: str) -> None:
    check_listed(scene.steps.value(listing)["data"], scene)


def test_personal_feed_follows_the_subscription(scene: Scene) -> None:
    check_listed(scene.steps.value("personal feed")["data"], scene)


def test_search_finds_the_post_by_its_rare_word(scene: Scene) -> None:
    found = scene.steps.value("search")["data"]
    assert found["query"] == scene.work["word"]
    assert found["count"] == len(found["results"])
    hit = next(hit for hit in found["results"] if hit["title"] == scene.work["post"][1])
    assert hit["author"]["name"] == scene.actor.name
    assert 0 <= hit["similarity"] <= 1


def test_moderation(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("pinned")["data"]["is_pinned"] is True
    settings = steps.value("settings")["data"]
    assert settings["description"] == scene.work["settings"]["description"]
    assert settings["theme_color"] == scene.work["settings"]["theme_color"]
    moderators = {m["name"]: m["role"] for m in steps.value("moderators")["data"]}
    assert moderators == {scene.actor.name: "owner", scene.peer.name: "moderator"}
    assert [m["name"] for m in steps.value("moderators left")["data"]] == [scene.actor.name]
