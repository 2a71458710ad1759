"""kelexine/moltbook-cli cannot be built here; what its decoder would refuse is checked against our replies instead."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.conformance import rust_shapes as shapes
from tests.conformance.people import Agent, eventually, join
from tests.conformance.process import Server
from tests.conformance.scene import BODY, word


@pytest.fixture(scope="module")
def cast(server: Server) -> tuple[Agent, Agent, dict[str, str]]:
    """Two agents that have posted, commented, followed, labelled and written to each other."""
    actor, peer = join(server, "actor"), join(server, "peer")
    submolt, rare = f"rust{word()}", word()
    about = {"name": submolt, "display_name": "Rust", "description": None, "allow_crypto": False}
    actor.ask("POST", "/submolts", about)
    body = {"submolt_name": submolt, "title": f"On {rare}", "content": BODY.format(word=rare)}
    post = actor.ask("POST", "/posts", body)["post"]["id"]
    peer.ask("POST", "/posts", body | {"title": "By the peer", "content": f"Also on {rare}"})
    path = f"/posts/{post}/comments"
    peer.ask("POST", path, {"content": f"Indeed, {rare}"})
    peer.ask("POST", f"/posts/{post}/upvote", {})
    peer.ask("POST", f"/agents/{actor.name}/follow", {})
    actor.ask("POST", f"/agents/{peer.name}/follow", {})
    actor.ask("POST", f"/submolts/{submolt}/subscribe", {})
    peer.ask("POST", "/agents/dm/request", {"to": actor.name, "message": "May I ask something?"})
    eventually(lambda: actor.ask("GET", f"/search?q={rare}&type=all")["results"], bool)
    return actor, peer, {"submolt": submolt, "post": post, "rare": rare, "peer": peer.name}


READS: dict[str, type[msgspec.Struct]] = {
    "/agents/status": shapes.Status,
    "/feed?sort=hot&limit=25&filter=all": shapes.Feed,
    "/feed?sort=new&limit=3&filter=following": shapes.Feed,
    "/posts?sort=new&limit=25": shapes.Feed,
    "/posts?author={peer}&sort=new&limit=25": shapes.Feed,
    "/submolts/{submolt}/feed?sort=hot&limit=25": shapes.Feed,
    "/submolts/{submolt}": shapes.OneSubmolt,
    "/submolts?sort=hot&limit=50": shapes.Submolts,
    "/search?q={rare}&type=all&limit=20": shapes.Search,
    "/search?q={rare}&type=comments&limit=20": shapes.Search,
    "/agents/dm/check": shapes.MessageCheck,
    "/agents/dm/requests": shapes.RequestList,
    "/agents/dm/conversations": shapes.Conversations,
    "/notifications?limit=25": shapes.Notifications,
    "/notifications?limit=25&filter=unread": shapes.Notifications,
    "/home": shapes.Home,
}


@pytest.mark.parametrize("path", READS)
def test_reply_decodes(cast: tuple[Agent, Agent, dict[str, str]], path: str) -> None:
    actor, _, names = cast
    reply = actor.ask("GET", path.format(**names))
    msgspec.convert(reply, READS[path], strict=True)
    assert doubled(reply) == set()


@pytest.mark.parametrize("path", ["/agents/me", "/agents/profile?name={peer}"])
def test_agent_decodes(cast: tuple[Agent, Agent, dict[str, str]], path: str) -> None:
    actor, _, names = cast
    reply = actor.ask("GET", path.format(**names))
    msgspec.convert(reply["agent"], shapes.Agent, strict=True)
    assert doubled(reply) == set()


def test_feed_of_one_author_holds_nobody_else(
    cast: tuple[Agent, Agent, dict[str, str]],
) -> None:
    actor, peer, _ = cast
    posts = actor.ask("GET", f"/posts?author={peer.name}&sort=new&limit=25")["posts"]
    assert [post["author"]["name"] for post in posts] == [peer.name]


def test_post_and_comments_decode(cast: tuple[Agent, Agent, dict[str, str]]) -> None:
    actor, peer, names = cast
    reply = actor.ask("GET", f"/posts/{names['post']}")
    post = msgspec.convert(reply["post"], shapes.Post, strict=True)
    assert post.upvotes == 1
    comments = actor.ask("GET", f"/posts/{names['post']}/comments?sort=best&limit=35")
    assert [comment["author"]["name"] for comment in comments["comments"]] == [peer.name]
    assert doubled([reply, comments]) == set()


def test_conversation_decodes(cast: tuple[Agent, Agent, dict[str, str]]) -> None:
    actor, _, _ = cast
    peer = join(actor.server, "peer")
    message = "Shall we go on in private?"
    asked = actor.ask("POST", "/agents/dm/request", {"to": peer.name, "message": message})
    mailbox = f"/agents/dm/requests/{asked['conversation_id']}"
    peer.ask("POST", f"{mailbox}/approve", {})
    path = f"/agents/dm/conversations/{asked['conversation_id']}"
    answer = {"message": "We shall.", "needs_human_input": False}
    assert peer.ask("POST", f"{path}/send", answer)["success"] is True
    reply = actor.ask("GET", path)
    messages = msgspec.convert(reply, shapes.Messages, strict=True).messages
    assert [said.content for said in messages] == [message, "We shall."]
    assert doubled(reply) == set()
    for list_path, shape in (
        ("/agents/dm/conversations", shapes.Conversations),
        ("/agents/dm/check", shapes.MessageCheck),
    ):
        msgspec.convert(actor.ask("GET", list_path), shape, strict=True)


def test_labels_and_roles_decode(cast: tuple[Agent, Agent, dict[str, str]]) -> None:
    actor, peer, names = cast
    path = f"/submolts/{names['submolt']}"
    tag = {"key": "solved", "label": "Solved", "color": "green", "kind": "tag"}
    role = {"key": "scribe", "label": "Scribe", "color": "blue", "kind": "role"}
    role_body: dict[str, Any] = role | {"prompt": "Keep the minutes.", "cadence_minutes": 60}
    tag_id = actor.ask("POST", f"{path}/labels", tag)["label"]["id"]
    role_id = actor.ask("POST", f"{path}/labels", role_body)["label"]["id"]
    labels = msgspec.convert(actor.ask("GET", f"{path}/labels"), shapes.Labels, strict=True)
    assert {label.key: label.kind for label in labels.labels or []} == {
        "solved": "tag",
        "scribe": "role",
    }
    to_post = {"label_definition_id": tag_id, "target_type": "post", "target_id": names["post"]}
    attached = actor.ask("POST", "/labels/attach", to_post)
    msgspec.convert(attached, shapes.Attached, strict=True)
    peer_id = peer.ask("GET", "/agents/me")["agent"]["id"]
    to_agent = {"label_definition_id": role_id, "target_type": "agent", "target_id": peer_id}
    actor.ask("POST", "/labels/attach", to_agent | {"placement": "metadata"})
    roles = msgspec.convert(actor.ask("GET", f"{path}/roles"), shapes.Roles, strict=True)
    (scribe,) = roles.roles or []
    assert [holder.agent.name for holder in scribe.holders or [] if holder.agent] == [peer.name]
    removed = actor.ask("DELETE", f"/labels/attach/{attached['attachment']['id']}")
    assert removed["success"] is True


def test_writes_that_only_this_client_makes(
    cast: tuple[Agent, Agent, dict[str, str]],
) -> None:
    actor, peer, names = cast
    report = peer.ask("POST", f"/posts/{names['post']}/report", {"reason": "spam"})
    assert report["success"] is True
    path = f"/submolts/{names['submolt']}/moderators"
    actor.ask("POST", path, {"agent_name": peer.name, "role": "moderator"})
    listed = {m["agent_name"] for m in actor.ask("GET", path)["moderators"]}
    assert listed == {actor.name, peer.name}
    assert actor.ask("DELETE", f"{path}/{peer.name}")["success"] is True
    assert [m["agent_name"] for m in actor.ask("GET", path)["moderators"]] == [actor.name]


def doubled(value: Any) -> set[tuple[str, str]]:
    """Return the pairs of spellings that stand side by side in one object, anywhere in a reply."""
    return {pair for found in _objects(value) for pair in shapes.DOUBLES if set(pair) <= set(found)}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)
