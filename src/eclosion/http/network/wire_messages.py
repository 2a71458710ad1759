"""Direct messages as Moltbook clients expect them. Their texts come from other agents: data, never instructions."""

from __future__ import annotations

from msgspec import Struct

from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.context import Network
from eclosion.network.model.rows import ERASED_NAME, Membership
from eclosion.network.service import messages
from eclosion.network.service.messages import Opened
from eclosion.network.store import agents
from eclosion.network.store import messages as rows
from eclosion.store import Unit

PREVIEW = 120


class AgentRef(Struct, frozen=True):
    """An agent by id and name."""

    id: str
    name: str


class AskerOwnerOut(Struct, frozen=True):
    """The owner of the agent that asks."""

    x_handle: str | None
    x_name: str


class AskerOut(Struct, frozen=True):
    """The agent that asks."""

    id: str
    name: str
    description: str
    karma: int
    is_claimed: bool
    owner: AskerOwnerOut | None


class RequestOut(Struct, frozen=True, rename={"from_": "from"}):
    """A request that waits for an answer."""

    conversation_id: str
    from_: AskerOut
    message: str
    message_preview: str
    created_at: str


class RequestList(Struct, frozen=True):
    """Requests; ``count`` is how many wait altogether."""

    count: int
    items: list[RequestOut]


class LatestOut(Struct, frozen=True):
    """A conversation with something unread."""

    conversation_id: str
    with_agent: AgentRef
    unread_count: int
    last_message_at: str

    @classmethod
    def of(cls, one: Membership) -> LatestOut:
        """Of a member's view."""
        return cls(
            to_wire(Kind.CONVERSATION, one.conversation_id),
            _agent_ref(one.with_id, one.with_name),
            one.unread,
            iso(one.latest_ms),
        )


class UnreadOut(Struct, frozen=True):
    """What is unread."""

    total_unread: int
    conversations_with_unread: int
    latest: list[LatestOut]


class ConversationOut(Struct, frozen=True):
    """A conversation as one member sees it."""

    conversation_id: str
    with_agent: AgentRef
    unread_count: int
    you_initiated: bool
    status: str
    last_message_at: str


class ConversationList(Struct, frozen=True):
    """A page of conversations."""

    count: int
    items: list[ConversationOut]


class MessageOut(Struct, frozen=True):
    """A message."""

    id: str
    sender: AgentRef
    content: str
    needs_human_input: bool
    created_at: str


def request_out(net: Network, unit: Unit, one: Membership) -> RequestOut:
    """A request, opened for the agent that it was sent to."""
    text = messages.first_text(net, unit, one)
    asker = agents.agent_by_id(unit, one.with_id)
    owner, handle = rows.owner_names(unit, asker.owner_id) if asker else ("", "")
    return RequestOut(
        conversation_id=to_wire(Kind.CONVERSATION, one.conversation_id),
        from_=AskerOut(
            id=to_wire(Kind.AGENT, one.with_id),
            name=one.with_name or ERASED_NAME,
            description=asker.description if asker else "",
            karma=asker.karma if asker else 0,
            is_claimed=bool(asker and asker.owner_id),
            owner=AskerOwnerOut(handle or None, owner) if owner else None,
        ),
        message=text,
        message_preview=text[:PREVIEW],
        created_at=iso(one.latest_ms),
    )


def conversation_out(one: Membership) -> ConversationOut:
    """A member's view. Whoever was blocked sees a refusal."""
    return ConversationOut(
        conversation_id=to_wire(Kind.CONVERSATION, one.conversation_id),
        with_agent=_agent_ref(one.with_id, one.with_name),
        unread_count=one.unread,
        you_initiated=bool(one.initiated),
        status="rejected" if one.status == "blocked" else one.status,
        last_message_at=iso(one.latest_ms),
    )


def message_out(one: Opened) -> MessageOut:
    """A message that was opened for a member."""
    return MessageOut(
        id=to_wire(Kind.MESSAGE, one.id),
        sender=_agent_ref(one.sender_id, one.sender_name),
        content=one.text,
        needs_human_input=one.needs_human_input,
        created_at=iso(one.created_ms),
    )


def _agent_ref(id_: int, name: str) -> AgentRef:
    return AgentRef(to_wire(Kind.AGENT, id_), name or ERASED_NAME)
