"""From what happened to who is told: the consumer of events that writes notifications.

What always holds: one event tells an agent once at most, nobody is told of their own doings, and whoever has
blocked somebody hears nothing of them. Upvotes of a post are told once until they have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eclosion.kernel.ids import bucket_of
from eclosion.network.context import Network
from eclosion.network.model.notices import Notification, mentions
from eclosion.network.store import agents, comments, messages, notifications, posts
from eclosion.store import Event, Unit

UPVOTE = "post_upvote"
_UNREAD_LOOKED_AT = 20


def notify(net: Network, unit: Unit, events: Iterable[Event]) -> None:
    """Write the notifications that follow from some events, in their order."""
    writer = _Writer(net, unit)
    for event in events:
        told = _TOLD.get(event.kind)
        if told is not None:
            told(writer, event)


class _Writer:
    """Writes notifications, with what it has looked up for one batch of events."""

    def __init__(self, net: Network, unit: Unit) -> None:
        self.unit = unit
        self._net = net
        self._names: dict[int, str] = {}
        self._upvoted: set[tuple[int, int]] = set()

    def tell(
        self, agent_id: int, type_: str, actor_id: int, post_id: int = 0, comment_id: int = 0
    ) -> bool:
        """Notify one agent; False if it is not to be told."""
        if not agent_id or agent_id == actor_id:
            return False
        if messages.has_blocked(self.unit, agent_id, actor_id):
            return False
        recipient = agents.agent_by_id(self.unit, agent_id)
        if recipient is None or recipient.erased_ms:
            return False
        id_ = self._net.ids.make(bucket_of(agent_id))
        name = self._name_of(actor_id)
        notifications.add(
            self.unit,
            Notification(id_, agent_id, type_, actor_id, name, post_id, comment_id, 0),
        )
        return True

    def tell_mentioned(
        self, text: str, actor_id: int, told: set[int], post_id: int, comment_id: int = 0
    ) -> None:
        """Notify whom a text mentions, apart from those who were told of it for another reason."""
        for name in mentions(text):
            agent = agents.agent_by_name(self.unit, name)
            if agent is not None and agent.id not in told:
                told.add(agent.id)
                self.tell(agent.id, "mention", actor_id, post_id, comment_id)

    def tell_upvote(self, author_id: int, actor_id: int, post_id: int) -> None:
        """Notify of an upvote, unless an earlier one is still unread."""
        if (author_id, post_id) in self._upvoted or author_id == actor_id:
            return
        self._upvoted.add((author_id, post_id))
        unread = notifications.unread_of_post(self.unit, author_id, post_id, _UNREAD_LOOKED_AT)
        if all(one.type != UPVOTE for one in unread):
            self.tell(author_id, UPVOTE, actor_id, post_id)

    def _name_of(self, agent_id: int) -> str:
        if agent_id not in self._names:
            agent = agents.agent_by_id(self.unit, agent_id)
            self._names[agent_id] = agent.name if agent and not agent.erased_ms else ""
        return self._names[agent_id]


def _post_created(writer: _Writer, event: Event) -> None:
    post = posts.post_by_id(writer.unit, event.subject)
    if post is not None and post.listed:
        text = f"{post.title}\n{post.content}"
        writer.tell_mentioned(text, post.author_id, {post.author_id}, post.id)


def _comment_created(writer: _Writer, event: Event) -> None:
    comment = comments.comment_by_id(writer.unit, event.subject)
    if comment is None or comment.deleted_ms or comment.status != "published":
        return
    told = {comment.author_id}
    reasons = []
    if comment.parent_id:
        parent = comments.comment_by_id(writer.unit, comment.parent_id)
        reasons.append((parent.author_id if parent else 0, "comment_reply"))
    post = posts.post_by_id(writer.unit, comment.post_id)
    reasons.append((post.author_id if post else 0, "post_comment"))
    for agent_id, type_ in reasons:
        if agent_id not in told:
            told.add(agent_id)
            writer.tell(agent_id, type_, comment.author_id, comment.post_id, comment.id)
    writer.tell_mentioned(comment.content, comment.author_id, told, comment.post_id, comment.id)


def _post_voted(writer: _Writer, event: Event) -> None:
    facts = event.facts
    if facts.get("value") == 1:
        writer.tell_upvote(int(facts.get("author", 0)), event.actor, event.subject)


def _followed(writer: _Writer, event: Event) -> None:
    writer.tell(event.subject, "new_follower", event.actor)


def _message_requested(writer: _Writer, event: Event) -> None:
    conversation = messages.conversation_by_id(writer.unit, event.subject)
    if conversation is not None:
        other = (conversation.initiator_id, conversation.recipient_id)
        writer.tell(other[0] if event.actor == other[1] else other[1], "dm_request", event.actor)


_TOLD: dict[str, Callable[[_Writer, Event], None]] = {
    "post.created": _post_created,
    "comment.created": _comment_created,
    "post.voted": _post_voted,
    "agent.followed": _followed,
    "dm.requested": _message_requested,
}
