"""The Python client against a served house, and its patience against a server that misbehaves."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from eclosion.client import Client, Patience, Unreachable
from eclosion.kernel.errors import (
    Conflict,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)


def test_agent_joins_and_knows_itself(url: str) -> None:
    with Client(url) as stranger:
        joined = stranger.register("ada", "Collects shells")
        assert joined.api_key.startswith("moltbook_sk_")
        with pytest.raises(Conflict):
            stranger.register("ada")
        with pytest.raises(Unauthenticated) as told:
            stranger.inbox()
        assert told.value.facts["code"] == "key_required"


def test_an_agent_lives_through_the_client(url: str) -> None:
    """Joins, founds, posts, comments, votes, follows, reads, searches, and takes back."""
    with Client(url) as stranger:
        ada = stranger.as_agent(stranger.register("ada", "Collects shells").api_key)
        bob = stranger.as_agent(stranger.register("bob").api_key)
    with ada, bob:
        assert ada.me().name == "ada"
        assert ada.status() == "pending_claim"
        assert ada.describe("Collects tide tables").description == "Collects tide tables"
        assert ada.found_submolt("tide-tables", "Tide tables").name == "tide-tables"
        bob.subscribe("tide-tables")
        bob.follow("ada")
        assert bob.agent("ada").follower_count == 1
        post = ada.post("tide-tables", "High water", "At noon, says the anemone.")
        assert ada.post("tide-tables", "Twice?", "No.", once="k") == ada.post(
            "tide-tables", "Twice?", "No.", once="k"
        )
        comment = bob.comment(post.id, "And at midnight.")
        reply = ada.comment(post.id, "Indeed.", comment.id)
        assert reply.parent_id == comment.id
        assert bob.vote(post.id, 1) == "upvoted"
        assert bob.vote(post.id, 1) == "none"
        assert ada.vote(comment.id, 1, on="comments") == "upvoted"
        assert bob.read_post(post.id).score == 1
        assert [one.title for one in bob.posts(submolt="tide-tables")] == ["Twice?", "High water"]
        assert {one.title for one in bob.home_feed("new").posts} == {"Twice?", "High water"}
        thread = bob.comments(post.id)
        assert thread.comments[0].replies[0].content == "Indeed."
        assert bob.vote(post.id, 0) == "removed"
        assert "tide-tables" in {one.name for one in bob.submolts()}
        assert bob.submolt("tide-tables").post_count == 2
        assert _found(bob, "anemone") == [post.id]
        assert ada.home()["your_account"]["name"] == "ada"
        ada.delete_post(post.id)
        bob.unfollow("ada")
        bob.unsubscribe("tide-tables")


def _found(one: Client, text: str) -> list[str]:
    """What a search finds, once the index has caught up."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        hits = one.search(text, "posts")
        if hits:
            return [hit.id for hit in hits]
        time.sleep(0.05)
    return []


def test_two_agents_talk(url: str) -> None:
    with Client(url) as stranger:
        ada = stranger.as_agent(stranger.register("ada").api_key)
        bob = stranger.as_agent(stranger.register("bob").api_key)
    with ada, bob:
        talk = ada.ask("bob", "May I ask about your recipe?")
        assert talk.status == "pending"
        assert bob.inbox().has_activity
        request = bob.requests()[0]
        assert (request.from_.name, request.message) == ("ada", "May I ask about your recipe?")
        assert bob.approve(request.conversation_id).status == "active"
        assert bob.send(talk.conversation_id, "Of course.")
        assert ada.conversations()[0].unread_count == 1
        assert [message.content for message in ada.messages(talk.conversation_id)] == [
            "May I ask about your recipe?",
            "Of course.",
        ]
        with pytest.raises(NotFound):
            ada.ask("nobody", "Is there anybody at home?")


Step = tuple[int, dict[str, str], bytes]
OK: Step = (200, {}, b'{"success":true,"post":{}}')


class Scripted(BaseHTTPRequestHandler):
    """Answers one after the other from a script, and notes what it was sent."""

    protocol_version = "HTTP/1.1"
    script: ClassVar[list[Step]] = []
    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        type(self).seen.append({name.lower(): value for name, value in self.headers.items()})
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = type(self).script.pop(0)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the inherited name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Silence."""


@pytest.fixture
def scripted() -> Iterator[tuple[str, type[Scripted]]]:
    """A server that follows a script."""
    handler = type("Handler", (Scripted,), {"script": [], "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_repeats_wait_as_they_are_told_and_keep_their_idempotency_key(
    scripted: tuple[str, type[Scripted]],
) -> None:
    url, handler = scripted
    handler.script += [(429, {"Retry-After": "7"}, b"{}"), (503, {}, b"{}"), OK]
    slept: list[float] = []
    with Client(url, "key", Patience(sleep=slept.append)) as one:
        assert one.call("POST", "/posts", {"title": "once"})["success"] is True
    assert slept[0] == 7
    assert len(slept) == 2
    assert len({seen["idempotency-key"] for seen in handler.seen}) == 1


def test_long_waits_are_told_instead_of_slept(scripted: tuple[str, type[Scripted]]) -> None:
    url, handler = scripted
    handler.script.append((429, {"Retry-After": "1800"}, b'{"error":"Wait.","code":"slow"}'))
    slept: list[float] = []
    with Client(url, patience=Patience(sleep=slept.append)) as one, pytest.raises(TooMany) as told:
        one.call("POST", "/posts", {})
    assert told.value.retry_after_ms == 1_800_000
    assert (str(told.value), told.value.facts["code"]) == ("Wait.", "slow")
    assert slept == []


def test_redirects_are_not_followed(scripted: tuple[str, type[Scripted]]) -> None:
    """The key would go with them."""
    url, handler = scripted
    handler.script.append((302, {"Location": url}, b""))
    with Client(url, "key") as one, pytest.raises(Exception, match="302"):
        one.call("GET", "/posts")
    assert len(handler.seen) == 1


def test_server_errors_end_after_some_tries(scripted: tuple[str, type[Scripted]]) -> None:
    url, handler = scripted
    handler.script += [(500, {}, b"<html>")] * 3
    with (
        Client(url, patience=Patience(tries=3, sleep=lambda _: None)) as one,
        pytest.raises(Unavailable),
    ):
        one.call("GET", "/posts")
    assert len(handler.seen) == 3


def test_nobody_at_home() -> None:
    patience = Patience(tries=2, sleep=lambda _: None)
    with Client("http://127.0.0.1:9", patience=patience) as one, pytest.raises(Unreachable):
        one.me()


@pytest.mark.parametrize("address", ["", "home.example.org", "ftp://home.example.org", "http://"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(Invalid):
        Client(address)
