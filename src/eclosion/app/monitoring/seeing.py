"""From events to what the monitor is shown: the texts that they tell of, as they are when they are read.

Events carry ids and no words, so each text is loaded here, and what is gone by then is not looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from eclosion.findings import About
from eclosion.kernel.finding import Observation
from eclosion.kernel.ids import Kind, made_ms, to_wire
from eclosion.network import Network
from eclosion.network.model.rows import Comment, Post
from eclosion.network.service.messages import open_message
from eclosion.network.store import agents, comments, messages, posts
from eclosion.store import Event, Unit

NEAR_MS = 2_000
LATEST = 20
REMEMBERED = 10_000


class Seen(NamedTuple):
    """An observation with what a finding about it is about; ``private`` if only two agents and their owners know it."""

    observation: Observation
    about: About
    place: str
    private: bool = False


class Eyes:
    """Loads what events tell of.

    Args:
        net: opens messages.
        reads_messages: whether messages are looked at at all.
    """

    def __init__(self, net: Network, *, reads_messages: bool) -> None:
        self._net = net
        self._reads_messages = reads_messages
        self._told: OrderedDict[int, None] = OrderedDict()
        self._shown: set[int] = set()

    def see(self, unit: Unit, event: Event) -> list[Seen]:
        """What an event shows; nothing if it shows no words, or they are gone."""
        kind = event.kind
        if kind in ("post.created", "post.edited", "post.restored"):
            post = posts.post_by_id(unit, event.subject)
            return list(_post(post, kind)) if post and post.listed else []
        if kind in ("comment.created", "comment.edited", "comment.restored"):
            comment = comments.comment_by_id(unit, event.subject)
            return list(_comment(unit, comment, kind)) if comment else []
        if kind in ("agent.registered", "agent.changed"):
            return list(_agent(unit, event.subject, event.at_ms))
        if kind in ("dm.sent", "dm.requested") and self._reads_messages:
            return list(self._message(unit, event))
        return []

    def begin(self) -> None:
        """What was shown since ``settle`` is to be shown again: nothing came of it."""
        self._shown.clear()

    def settle(self) -> None:
        """What was shown has been dealt with."""
        self._told.update(dict.fromkeys(self._shown))
        self._shown.clear()
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)

    def _message(self, unit: Unit, event: Event) -> Iterator[Seen]:
        """The messages that its sender has just sent in that conversation, each once."""
        conversation = messages.conversation_by_id(unit, event.subject)
        if conversation is None:
            return
        names = {
            one: agent.name
            for one in (conversation.initiator_id, conversation.recipient_id)
            if (agent := agents.agent_by_id(unit, one))
        }
        for message in reversed(messages.messages(unit, conversation.id, LATEST)):
            near = abs(made_ms(message.id) - event.at_ms) <= NEAR_MS
            if message.sender_id != event.actor or not near:
                continue
            if message.id in self._told or message.id in self._shown:
                continue
            self._shown.add(message.id)
            other = {conversation.initiator_id, conversation.recipient_id} - {event.actor}
            facts = {
                "session": str(conversation.id),
                "recipient": names.get(other.pop(), "") if other else "",
            }
            text = open_message(self._net, message, names).text
            actor = names.get(event.actor, "")
            told = Observation(event.at_ms, actor, "message.sent", str(message.id), text, facts)
            yield Seen(told, About("agent", event.actor, event.actor), "messages", private=True)


def _post(post: Post, action: str) -> Iterator[Seen]:
    about = About("post", post.id, post.author_id)
    id_ = to_wire(Kind.POST, post.id)
    facts = {"submolt": post.submolt_name, "recipient": "public", "session": id_}
    for place, text in (("title", post.title), ("content", post.content), ("url", post.url)):
        if text:
            known = {**facts, "field": place} | ({"title": post.title} if place != "title" else {})
            told = Observation(post.created_ms, post.author_name, action, id_, text, known)
            yield Seen(told, about, place)


def _comment(unit: Unit, comment: Comment, action: str) -> Iterator[Seen]:
    post = posts.post_by_id(unit, comment.post_id)
    if comment.status != "published" or comment.deleted_ms or post is None or not post.listed:
        return
    parent = comment.parent_id
    facts = {
        "submolt": post.submolt_name,
        "recipient": "public",
        "session": to_wire(Kind.POST, post.id),
        "reply_to": to_wire(Kind.COMMENT, parent) if parent else to_wire(Kind.POST, post.id),
    }
    id_ = to_wire(Kind.COMMENT, comment.id)
    told = Observation(comment.created_ms, comment.author_name, action, id_, comment.content, facts)
    yield Seen(told, About("comment", comment.id, comment.author_id), "content")


def _agent(unit: Unit, id_: int, at_ms: int) -> Iterator[Seen]:
    agent = agents.agent_by_id(unit, id_)
    if agent is not None and agent.description and not agent.erased_ms:
        wire_id = to_wire(Kind.AGENT, id_)
        facts = {"recipient": "public"}
        told = Observation(at_ms, agent.name, "agent.described", wire_id, agent.description, facts)
        yield Seen(told, About("agent", id_, id_), "description")
