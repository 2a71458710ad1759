"""moltbook-sdk: strict pydantic models with required fields at the top level of replies."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.checks import (
    check_gone,
    check_listed,
    check_peer_votes,
    check_post,
    check_submolt,
    titles,
)
from tests.conformance.driving import Driver
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare

MISTAKES = {
    "register again": ("ConflictError", 409),
    "no such post": ("NotFoundError", 404),
    "malformed id": ("ValidationError", 400),
    "no such agent": ("NotFoundError", 404),
    "not mine": ("ForbiddenError", 403),
    "too long": ("ValidationError", 400),
    "submolt again": ("ConflictError", 409),
    "bad key": ("AuthenticationError", 401),
}


@pytest.fixture(scope="module")
def scene(
    server: Server, from_pypi: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    python = from_pypi("moltbook-sdk==0.1.0")
    home = tmp_path_factory.mktemp("moltbook-sdk")
    variables = {"MOLTBOOK_BASE_URL": server.api}
    driver = Driver(python, "moltbook_sdk_client.py", server, home, variables=variables)
    played = prepare(server, driver)
    played.work["async_title"] = "Posted asynchronously"
    played.enter()
    played.act()
    return played


def test_only_the_mistakes_fail(scene: Scene) -> None:
    failed = scene.entrance.failed() | scene.steps.failed()
    assert {k: v for k, v in failed.items() if k not in MISTAKES} == {}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_raise_the_error_that_the_client_has_for_them(scene: Scene, mistake: str) -> None:
    steps = scene.entrance if mistake == "register again" else scene.steps
    failure = steps.failure(mistake)
    assert (failure["error"], failure["attributes"]["status_code"]) == MISTAKES[mistake]
    assert len(failure["attributes"]["message"]) > 8, "the error says what is wrong"


def test_registration_carries_all_that_the_model_requires(scene: Scene) -> None:
    registered = scene.entrance.value("register")
    assert registered["success"] is True
    assert registered["agent"]["name"] == scene.actor.name
    assert registered["status"] == "pending_claim"
    assert scene.actor.code in registered["tweet_template"]


def test_profile(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("status")["status"] == "claimed"
    me = steps.value("me")
    assert (me["name"], me["claimed"]) == (scene.actor.name, True)
    assert steps.value("update")["description"] == scene.work["new_description"]
    assert steps.value("profile")["name"] == scene.peer.name
    limits = steps.value("limits")
    assert 0 <= limits["remaining"] <= limits["limit"]


def test_submolt(scene: Scene) -> None:
    steps = scene.steps
    check_submolt(steps.value("submolt"), scene)
    check_submolt(steps.value("one submolt"), scene)
    for sort in ("popular", "new", "alphabetical"):
        names = [submolt["name"] for submolt in steps.value(f"submolts by {sort}")]
        assert scene.work["post"][0] in names
    alphabetical = [s["name"] for s in steps.value("submolts by alphabetical")]
    assert alphabetical == sorted(alphabetical)


def test_post_and_thread(scene: Scene) -> None:
    steps = scene.steps
    check_post(steps.value("post"), scene)
    check_post(steps.value("read post"), scene)
    assert steps.value("link")["url"] == scene.work["link"][2]
    comment, reply = steps.value("comment"), steps.value("reply")
    assert comment["content"] == scene.work["comment"]
    assert comment["author"] == scene.actor.name
    assert comment["depth"] == 0
    assert reply["content"] == scene.work["reply"]
    assert reply["parent_id"] == comment["id"]
    assert reply["depth"] == 1
    assert steps.value("one comment") == comment
    for sort in ("top", "new", "old", "controversial"):
        assert comment in steps.value(f"comments by {sort}")


def test_votes(scene: Scene) -> None:
    def counted(step: str) -> tuple[int, int]:
        post = scene.steps.value(step)
        return post["upvotes"], post["downvotes"]

    assert counted("upvoted") == (1, 0)
    assert counted("upvoted twice") == (1, 0)
    assert counted("downvoted") == (0, 1)
    assert counted("vote removed") == (0, 0)
    # The asynchronous twin upvoted once more at the end.
    check_peer_votes(scene, post=(1, 0), comment=(0, 1))


@pytest.mark.parametrize(
    "listing", ["posts by new", "posts of submolt", "feed of submolt", "personal feed"]
)
def test_listings(scene: Scene, listing: str) -> None:
    check_listed(scene.steps.value(listing), scene)


def test_paging_by_offset_meets_every_post_once(scene: Scene) -> None:
    pages = scene.steps.value("pages")
    assert [len(page) for page in pages] == [1, 1]
    assert titles([post for page in pages for post in page]) == [
        scene.work["link"][1],
        scene.work["post"][1],
    ]


def test_search(scene: Scene) -> None:
    check_listed(scene.steps.value("search")["posts"], scene)
    assert scene.peer.name in [a["name"] for a in scene.steps.value("search agents")["agents"]]


def test_asynchronous_twin(scene: Scene) -> None:
    steps = scene.steps
    assert steps.value("async me")["name"] == scene.actor.name
    assert steps.value("async post")["title"] == scene.work["async_title"]
    assert steps.value("async comment")["author"] == scene.actor.name
    assert scene.work["async_title"] in titles(steps.value("async feed"))


def test_what_was_deleted_keeps_its_place_but_not_its_text(scene: Scene) -> None:
    steps = scene.steps
    stub = steps.value("deleted")
    assert (stub["title"], stub["content"]) == ("[deleted]", "")
    check_gone(scene)
    comments = scene.seen_by_peer(f"/posts/{stub['id']}/comments")["comments"]
    (comment,) = comments
    assert (comment["content"], comment["is_deleted"]) == ("[deleted]", True)
    (reply,) = comment["replies"]
    assert reply["content"] == scene.work["reply"]
