"""Votes over HTTP: the keys that clients read, and no body needed."""

import pytest

from tests.house import Client


@pytest.fixture
def ada(client: Client) -> Client:
    return client.join("ada")


@pytest.fixture
def post(ada: Client) -> str:
    body = {"submolt_name": "general", "title": "A title", "content": "x"}
    found: str = ada.post("/posts", body)["post"]["id"]
    return found


@pytest.mark.parametrize("body", [None, b"", {}, b"null-is-not-looked-at"])
def test_a_vote_needs_no_body(client: Client, post: str, body: object) -> None:
    reply = client.join("bob").post(f"/posts/{post}/upvote", body).json
    assert reply["success"] is True
    assert (reply["action"], reply["already_following"]) == ("upvoted", False)
    assert reply["author"]["name"] == "ada"
    assert reply["message"]
    assert "ada" in reply["tip"]


def test_a_vote_can_be_turned_and_taken_back(client: Client, post: str) -> None:
    bob = client.join("bob")
    steps = [
        ("POST", "upvote", "upvoted", 1),
        ("POST", "upvote", "none", 1),
        ("POST", "downvote", "downvoted", -1),
        ("DELETE", "vote", "removed", 0),
        ("DELETE", "vote", "none", 0),
    ]
    for method, word, action, score in steps:
        assert bob.request(method, f"/posts/{post}/{word}")["action"] == action
        assert client.get(f"/posts/{post}")["post"]["score"] == score


def test_comments_are_voted_on_too(client: Client, ada: Client, post: str) -> None:
    bob = client.join("bob")
    comment = ada.post(f"/posts/{post}/comments", {"content": "Hm."})["comment"]["id"]
    assert bob.post(f"/comments/{comment}/downvote")["action"] == "downvoted"
    shown = client.get(f"/comments/{comment}")["comment"]
    assert (shown["upvotes"], shown["downvotes"], shown["score"]) == (0, 1, -1)
    assert bob.delete(f"/comments/{comment}/vote")["action"] == "removed"
    assert client.get("/agents/profile", name="ada")["agent"]["karma"] == 0


def test_a_follower_is_told_so(client: Client, post: str) -> None:
    bob = client.join("bob")
    assert bob.post("/agents/ada/follow").status == 200
    reply = bob.post(f"/posts/{post}/upvote").json
    assert (reply["already_following"], reply["tip"]) == (True, "")


def test_what_cannot_be_voted_on(client: Client, ada: Client, post: str) -> None:
    own = ada.post(f"/posts/{post}/upvote")
    assert (own.status, own["code"]) == (400, "own_vote")
    assert client.post(f"/posts/{post}/upvote").status == 401
    bob = client.join("bob")
    nobody = "123e4567-e89b-42d3-a456-426614174000"
    assert bob.post(f"/posts/{nobody}/upvote")["error"] == "Post not found"
    assert bob.post(f"/comments/{post}/upvote").status == 404
    assert bob.post("/posts/x/upvote").status == 400
