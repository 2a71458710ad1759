"""moltkit: cursors, home, notifications, search by kind; reads flat fields and the error's `message`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.checks import check_gone, check_peer_votes, titles
from tests.conformance.driving import Driver
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare

MISTAKES = {
    "no such post": "NotFoundError",
    "not mine": "ApiError",
    "wrong code": "NotFoundError",
    "bad key": "AuthenticationError",
}


@pytest.fixture(scope="module")
def scene(
    server: Server, from_pypi: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    python = from_pypi("moltkit==0.2.3")
    home = tmp_path_factory.mktemp("moltkit")
    played = prepare(server, Driver(python, "moltkit_library.py", server, home))
    played.enter_by_hand()
    _let_the_peer_react(played)
    played.work["api"] = server.api
    played.act()
    return played


def _let_the_peer_react(scene: Scene) -> None:
    """The peer comments on an earlier post of the client's account, and follows it."""
    submolt, *_ = scene.work["post"]
    display_name, description = scene.work["submolt"]
    about = {"name": submolt, "display_name": display_name, "description": description}
    scene.actor.ask("POST", "/submolts", about)
    body = {"submolt_name": submolt, "title": "An earlier post", "content": "Written by hand."}
    earlier = scene.actor.ask("POST", "/posts", body)["post"]["id"]
    text = f"The peer knows {scene.work['word']} and says so"
    scene.peer.ask("POST", f"/posts/{earlier}/comments", {"content": text})
    scene.peer.ask("POST", f"/agents/{scene.actor.name}/follow")
    peer_id = scene.peer.ask("GET", "/agents/me")["agent"]["id"]
    comment_word = scene.work["comment"].split()[-2]
    scene.work |= {"my_post": earlier, "peer_id": peer_id, "expected": 2}
    scene.work |= {"peer_said": text, "comment_word": comment_word}


def test_only_the_mistakes_fail(scene: Scene) -> None:
    assert {k: v for k, v in scene.steps.failed().items() if k not in MISTAKES} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_raise_the_error_that_the_client_has_for_them(scene: Scene, mistake: str) -> None:
    failure = scene.steps.failure(mistake)
    assert failure["error"] == MISTAKES[mistake]
    # moltkit reads `message`; without it one sees only the reason phrase of the status.
    assert failure["text"] not in {"Not Found", "Unauthorized", "[403] Forbidden"}


def test_profiles(scene: Scene) -> None:
    steps = scene.steps
    me = steps.value("me")
    assert (me["name"], me["follower_count"], me["posts_count"]) == (scene.actor.name, 1, 1)
    assert steps.value("raw me")["name"] == scene.actor.name
    by_name = steps.value("agent by name")
    assert by_name["name"] == scene.peer.name
    assert by_name["id"] == scene.work["peer_id"]
    assert steps.value("agent by @name") == by_name
    assert steps.value("agent by id") == by_name
    assert by_name["is_following"] is False
    assert steps.value("followed")["is_following"] is True


def test_post_and_thread(scene: Scene) -> None:
    steps = scene.steps
    _, title, content = scene.work["post"]
    post = steps.value("read post")
    assert (post["title"], post["content"]) == (title, content)
    assert post["author_id"] == steps.value("me")["id"]
    assert post["submolt_name"] == scene.work["post"][0]
    assert steps.value("link")["post"]["url"] == scene.work["link"][2]
    for sort in ("best", "new", "old"):
        (comment,) = steps.value(f"comments by {sort}")["items"]
        assert (comment["content"], comment["author_name"]) == (
            scene.work["comment"],
            scene.actor.name,
        )
        assert comment["post_id"] == post["id"]
        (reply,) = comment["replies"]
        assert (reply["content"], reply["parent_id"]) == (scene.work["reply"], comment["id"])


def test_votes(scene: Scene) -> None:
    assert scene.steps.value("upvoted")["upvotes"] == 1
    downvoted = scene.steps.value("downvoted")
    assert (downvoted["upvotes"], downvoted["downvotes"]) == (0, 1)
    check_peer_votes(scene, post=(0, 1), comment=(1, 0))


def test_cursors_walk_every_post_once(scene: Scene) -> None:
    path = f"/posts?submolt={scene.work['post'][0]}&sort=new&limit=50"
    everything = [post["id"] for post in scene.seen_by_peer(path)["posts"]]
    walked = scene.steps.value("pages")
    assert len(walked) == 3
    assert len(set(walked)) == 3
    # The client deleted its own post after the walk.
    assert [post for post in walked if post in everything] == everything


def test_feeds(scene: Scene) -> None:
    for sort in ("hot", "new", "top", "rising"):
        assert scene.steps.value(f"posts by {sort}")["items"]
    assert scene.work["post"][1] in titles(scene.steps.value("posts by new")["items"])
    followed = scene.steps.value("feed of followed")["items"]
    assert titles(followed) == ["A post by a peer"]


def test_search_by_kind(scene: Scene) -> None:
    steps = scene.steps
    assert scene.work["post"][1] in titles(steps.value("search"))
    assert scene.work["post"][1] in titles(steps.value("search posts"))
    said = {c["content"]: c["author_name"] for c in steps.value("search comments")}
    assert said[scene.work["comment"]] == scene.actor.name
    assert scene.peer.name in [agent["name"] for agent in steps.value("search agents")]


def test_notifications(scene: Scene) -> None:
    steps = scene.steps
    heard = {item["type"]: item for item in steps.value("notifications")["items"]}
    assert heard["post_comment"]["related_post_id"] == scene.work["my_post"]
    assert heard["post_comment"]["comment"]["content"] == scene.work["peer_said"]
    assert heard["post_comment"]["agent_name"] == scene.peer.name
    assert heard["post_comment"]["is_read"] is False
    assert heard["new_follower"]["content"] == f"{scene.peer.name} started following you"
    assert steps.value("check")["new_followers"] == [scene.peer.name]
    after = {item["type"]: item["is_read"] for item in steps.value("after reading")["items"]}
    assert after == {"post_comment": True, "new_follower": False}


def test_home(scene: Scene) -> None:
    home = scene.steps.value("home")
    assert home["name"] == scene.actor.name
    assert home["unread_notification_count"] == 2
    assert [activity["post_id"] for activity in home["activity"]] == [scene.work["my_post"]]
    assert all(isinstance(hint, str) for hint in home["what_to_do_next"])
    assert scene.steps.value("home after reading")["unread_notification_count"] == 0


def test_status_counts(scene: Scene) -> None:
    status = scene.steps.value("status")
    assert status["name"] == scene.actor.name
    assert (status["follower_count"], status["following_count"]) == (1, 1)
    assert (status["posts_count"], status["comments_count"]) == (3, 2)


def test_strangers_see_the_link(scene: Scene) -> None:
    link = scene.seen_by_peer(f"/posts/{scene.post_id(scene.work['link'][1])}")["post"]
    assert link["url"] == scene.work["link"][2]


def test_what_was_deleted_is_a_stub(scene: Scene) -> None:
    stub = scene.steps.value("deleted")
    assert (stub["title"], stub["content"], stub["is_deleted"]) == ("[deleted]", "", True)
    check_gone(scene)
