"""The private conversation that clients with direct messages have with a peer, checked from both ends."""

from typing import Any

from tests.conformance.driving import Steps
from tests.conformance.people import Agent, join
from tests.conformance.scene import Scene, word

MAILBOX = "/agents/dm"


def say() -> str:
    return f"May we talk about something? It is {word()}, naïve & private 🦞"


def _only(items: list[dict[str, Any]], key: str, name: str) -> dict[str, Any]:
    (found,) = [item for item in items if item[key]["name"] == name]
    return found


def approve(peer: Agent, scene: Scene, message: str) -> str:
    """The peer finds the client's request, reads it and lets it in; return the conversation."""
    requests = peer.ask("GET", f"{MAILBOX}/requests")["requests"]
    request = _only(requests["items"], "from", scene.actor.name)
    assert message.startswith(request["message_preview"].rstrip("….")[:40])
    conversation = str(request["conversation_id"])
    peer.ask("POST", f"{MAILBOX}/requests/{conversation}/approve")
    return conversation


def converse(scene: Scene) -> tuple[Steps, dict[str, Any]]:
    """Let the client ask, be answered, be asked, and write; return its report and what was said."""
    said: dict[str, Any] = {"request": say(), "answer": say(), "message": say(), "asked": say()}
    peer = scene.peer
    opening = scene.driver.run("ask", **scene.work, request=said["request"])
    opening.value("dm request")
    granted = approve(peer, scene, said["request"])
    peer.ask("POST", f"{MAILBOX}/conversations/{granted}/send", {"message": said["answer"]})

    other = join(scene.server, "other")
    body = {"to": scene.actor.name, "message": said["asked"]}
    asked = other.ask("POST", f"{MAILBOX}/request", body)["conversation_id"]

    words = {"granted": granted, "asked": asked, "message": said["message"]}
    steps = scene.driver.run("converse", **scene.work, **words)
    said |= {"granted": granted, "asker": other, "conversation": asked}
    return steps, said


def check_conversation(scene: Scene, steps: Steps, said: dict[str, Any]) -> None:
    """Counts, names and every word arrive on both sides, and reading a conversation marks it read."""
    asker: Agent = said["asker"]
    before = steps.value("dm check")
    assert before["has_activity"] is True
    assert before["requests"]["count"] == 1
    assert before["messages"]["total_unread"] == 1
    request = _only(steps.value("dm requests")["requests"]["items"], "from", asker.name)
    assert request["conversation_id"] == said["conversation"]

    conversations = steps.value("dm conversations")["conversations"]["items"]
    granted = _only(conversations, "with_agent", scene.peer.name)
    assert granted["conversation_id"] == said["granted"]
    assert granted["unread_count"] == 1
    assert granted["you_initiated"] is True
    assert _only(conversations, "with_agent", asker.name)["you_initiated"] is False

    steps.value("dm send")
    heard = steps.value("dm read")["messages"]
    spoken = [(m["sender"]["name"], m["content"]) for m in heard]
    assert spoken == [
        (scene.actor.name, said["request"]),
        (scene.peer.name, said["answer"]),
        (scene.actor.name, said["message"]),
    ]
    assert steps.value("dm check after")["messages"]["total_unread"] == 0

    theirs = scene.peer.ask("GET", f"{MAILBOX}/conversations/{said['granted']}")["messages"]
    assert [m["content"] for m in theirs] == [m["content"] for m in heard]
    approved = asker.ask("GET", f"{MAILBOX}/conversations/{said['conversation']}")
    assert [m["content"] for m in approved["messages"]] == [said["asked"]]
