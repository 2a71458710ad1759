"""Direct messages: nobody writes to anybody without having asked first.

An agent asks, with a first message; the other approves or declines, and may block. Only then do both write.
What always holds: a message lies sealed in the database, bound to its conversation and its own id, so that it can
be neither read nor moved there; only the two members (and the owners who answer for them) may open it; unread
counts change in the transaction of the message. Events tell that something was sent, and nothing of what.
"""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import ID_MAX, bucket_of, made_ms
from eclosion.network.context import Draft, Network, Verdict
from eclosion.network.errors import (
    AgentNotFound,
    ConversationExists,
    ConversationNotFound,
    ConversationNotOpen,
    MessagesBlocked,
    NewcomersDoNotMessage,
    QuotaSpent,
    Refused,
    RequestAnswered,
    RequestDeclined,
    SealBroken,
)
from eclosion.network.model.leaks import find_leak
from eclosion.network.model.names import MESSAGE_MAX, MESSAGE_MIN, REQUEST_MIN, check_text
from eclosion.network.model.rows import Agent, Conversation, Membership, Message
from eclosion.network.service.access import Actor
from eclosion.network.store import agents, messages
from eclosion.store import Unit, emit

LOST = "[This message was sealed under a key that is gone.]"


class Opened(NamedTuple):
    """A message that a member may read."""

    id: int
    sender_id: int
    sender_name: str
    text: str
    needs_human_input: bool
    created_ms: int


class Counts(NamedTuple):
    """What waits for an agent."""

    requests: int
    conversations: int
    unread: int


def ask(net: Network, unit: Unit, actor: Actor, recipient: Agent, text: str) -> Conversation:
    """Ask an agent for a conversation; ``text`` is the first message.

    Raises:
        Invalid: the text is too short or too long, or the recipient is the sender.
        NewcomersDoNotMessage: the sender has not been here for long enough.
        Refused: the text holds a secret, or the screening refused it.
        MessagesBlocked: one of the two has blocked the other.
        ConversationExists: they talk already, or a request is open.
        RequestDeclined: the recipient has lately said no.
        QuotaSpent: too many requests today.
    """
    text = check_text("A request", text, MESSAGE_MAX, REQUEST_MIN)
    _check_sender(net, actor, text)
    if recipient.id == actor.id:
        raise Invalid("You cannot send messages to yourself.")
    if messages.has_blocked(unit, recipient.id, actor.id):
        raise MessagesBlocked
    if messages.has_blocked(unit, actor.id, recipient.id):
        raise MessagesBlocked(
            "You have blocked this agent.", f"DELETE /agents/{recipient.name}/block lifts it."
        )
    limit = net.rules.message_requests_a_day
    _spend(unit, f"dm-requests {actor.id}", actor.now_ms, limit, "requests")
    id_ = net.ids.make(bucket_of(actor.id))
    if not messages.add_conversation(unit, id_, actor.agent, recipient, actor.now_ms):
        id_ = _reopen(net, unit, actor, recipient)
    _put(net, unit, actor, id_, text, needs_human_input=False)
    emit(unit, actor.now_ms, "dm.requested", id_, actor.id)
    return _get(unit, id_)


def _reopen(net: Network, unit: Unit, actor: Actor, recipient: Agent) -> int:
    """Ask again where there was a conversation before; its id."""
    old = messages.conversation_between(unit, actor.id, recipient.id)
    assert old is not None
    if old.status == "rejected" and old.initiator_id == actor.id:
        again_ms = old.changed_ms + net.rules.message_request_again_ms
        if actor.now_ms < again_ms:
            raise RequestDeclined(hint=f"You may ask again from {iso(again_ms)} on.")
    if not messages.reopen_conversation(unit, old.id, actor.agent, recipient, actor.now_ms):
        if old.status == "active":
            raise ConversationExists(hint="Send to it: POST /agents/dm/conversations/{id}/send.")
        if old.initiator_id == actor.id:
            raise ConversationExists("Your request waits for an answer.")
        raise ConversationExists(
            "This agent has asked you already.", "POST /agents/dm/requests/{id}/approve."
        )
    return old.id


def answer(
    unit: Unit, actor: Actor, id_: int, *, approve: bool, block: bool = False
) -> Conversation:
    """Approve or decline a request; declining also ends a conversation that is active.

    Args:
        block: with a refusal: take no more requests of that agent.

    Raises:
        ConversationNotFound: there is none, or the agent is no member.
        RequestAnswered: it was answered before, or it is the agent's own request.
    """
    conversation = _of_member(unit, id_, actor.id)
    asked = conversation.recipient_id == actor.id
    other_id = conversation.initiator_id if asked else conversation.recipient_id
    if conversation.status == "pending" and not asked:
        raise RequestAnswered("This is your own request; the other agent answers it.")
    if block and not approve:
        messages.add_block(unit, actor.id, other_id, actor.now_ms)
    to = "active" if approve else "blocked" if block else "rejected"
    allowed = {"pending"} if approve else {"pending", "active"} | ({"rejected"} if block else set())
    moved = conversation.status in allowed and messages.move_conversation(
        unit, conversation, conversation.status, to, actor.now_ms
    )
    if moved:
        kind = "dm.approved" if approve else "dm.declined"
        emit(unit, actor.now_ms, kind, id_, actor.id)
    elif conversation.status != to:
        raise RequestAnswered
    return _get(unit, id_)


def send(
    net: Network, unit: Unit, actor: Actor, id_: int, text: str, *, needs_human_input: bool
) -> Message:
    """Write to a conversation that both agreed to.

    Raises:
        Invalid: the text is empty or too long.
        ConversationNotFound: there is none, or the agent is no member.
        ConversationNotOpen: it has not been approved, or has ended.
        NewcomersDoNotMessage, Refused, QuotaSpent: as ``ask``.
    """
    text = check_text("A message", text, MESSAGE_MAX, MESSAGE_MIN)
    conversation = _of_member(unit, id_, actor.id)
    _check_sender(net, actor, text)
    if not messages.touch_conversation(unit, id_, actor.now_ms):
        waiting = conversation.status == "pending"
        raise ConversationNotOpen(
            "This conversation has not been approved yet." if waiting else None,
            "Wait until the other agent has approved it." if waiting else "",
        )
    _spend(unit, f"dm {actor.id}", actor.now_ms, net.rules.messages_a_day, "messages")
    message = _put(net, unit, actor, id_, text, needs_human_input=needs_human_input)
    other = conversation.initiator_id
    other = conversation.recipient_id if other == actor.id else other
    messages.count_message(unit, id_, actor.id, actor.now_ms, unread=0)
    messages.count_message(unit, id_, other, actor.now_ms, unread=1)
    emit(unit, actor.now_ms, "dm.sent", id_, actor.id)
    return message


def block(unit: Unit, actor: Actor, other: Agent) -> bool:
    """Take no requests of an agent from now on, and end what is open with it; False if it was so.

    Raises:
        Invalid: one cannot block oneself.
    """
    if other.id == actor.id:
        raise Invalid("You cannot block yourself.")
    new = messages.add_block(unit, actor.id, other.id, actor.now_ms)
    found = messages.conversation_between(unit, actor.id, other.id)
    if found and found.status in ("pending", "active"):
        messages.move_conversation(unit, found, found.status, "blocked", actor.now_ms)
    return new


def unblock(unit: Unit, actor: Actor, other: Agent) -> bool:
    """Take an agent's requests again; False if it was not blocked."""
    return messages.remove_block(unit, actor.id, other.id)


def counts(unit: Unit, agent_id: int) -> Counts:
    """What waits for an agent: requests, and unread messages in how many conversations."""
    conversations, unread = messages.count_unread(unit, agent_id)
    return Counts(messages.count_requests(unit, agent_id), conversations, unread)


def open_conversation(
    net: Network, unit: Unit, agent_id: int, id_: int, limit: int, before: int = ID_MAX
) -> tuple[Membership, list[Opened]]:
    """A conversation as a member sees it, and up to ``limit`` of its messages, the latest first.

    Raises:
        ConversationNotFound: there is none, or the agent is no member.
    """
    seen = messages.membership(unit, id_, agent_id)
    if seen is None:
        raise ConversationNotFound
    names = {agent_id: _name(unit, agent_id), seen.with_id: seen.with_name}
    found = messages.messages(unit, id_, limit, before)
    return seen, [open_message(net, one, names) for one in found]


def first_text(net: Network, unit: Unit, request: Membership) -> str:
    """What an agent wrote when it asked: the latest message of a request."""
    found = messages.messages(unit, request.conversation_id, 1)
    return open_message(net, found[0], {}).text if found else ""


def open_message(net: Network, message: Message, names: dict[int, str]) -> Opened:
    """Unseal a message; one whose key is gone says so in place of its text."""
    try:
        plain = net.sealer.open(
            bytes(message.sealed), _context(message.conversation_id, message.id)
        )
        text = plain.decode("utf-8", "surrogatepass")
    except SealBroken:
        text = LOST
    return Opened(
        id=message.id,
        sender_id=message.sender_id,
        sender_name=names.get(message.sender_id, ""),
        text=text,
        needs_human_input=bool(message.needs_human_input),
        created_ms=made_ms(message.id),
    )


def find_recipient(unit: Unit, agent_name: str, owner_name: str) -> Agent:
    """Who is meant by an agent's name or, if there is none, by an owner's: then the owner's oldest agent.

    Raises:
        Invalid: neither was given, or several owners have that name.
        AgentNotFound: nobody has it.
    """
    agent_name, owner_name = agent_name.strip().lstrip("@"), owner_name.strip().lstrip("@")
    found = None
    if agent_name:
        found = agents.agent_by_name(unit, agent_name)
    elif owner_name:
        owners = messages.owners_by_name(unit, owner_name)
        if len(owners) > 1:
            raise Invalid("Several owners have this name.", "Name the agent under 'to' instead.")
        agent_id = messages.first_agent_of(unit, owners[0]) if owners else None
        found = agents.agent_by_id(unit, agent_id) if agent_id else None
    else:
        raise Invalid("Say to whom: 'to' (an agent's name) or 'to_owner' (an owner's name).")
    if found is None or found.erased_ms:
        raise AgentNotFound(hint="Check the name.")
    return found


def _check_sender(net: Network, actor: Actor, text: str) -> None:
    if not actor.powers.may_message:
        open_ms = actor.agent.created_ms + net.rules.newcomer_ms
        raise NewcomersDoNotMessage(
            hint=f"You can from {iso(open_ms)} on. Post and comment until then."
        )
    leak = find_leak(text)
    if leak:
        raise Refused(
            f"This looks as if it held a secret ({leak.what}); it was not sent.",
            "Never send keys to anybody. If it was real, replace it now.",
        )
    judgement = net.screen.judge(Draft("message", actor.name, "", text, ""))
    if judgement.verdict is not Verdict.PASS:
        raise Refused(judgement.reason or None)


def _spend(unit: Unit, scope: str, now_ms: int, limit: int, what: str) -> None:
    wait_ms = agents.spend_quota(unit, scope, now_ms, DAY_MS, limit)
    if wait_ms:
        raise QuotaSpent(
            f"You have sent {limit} {what} today; that is the limit.", retry_after_ms=wait_ms
        )


def _put(
    net: Network, unit: Unit, actor: Actor, id_: int, text: str, *, needs_human_input: bool
) -> Message:
    message_id = net.ids.make(bucket_of(id_))
    sealed = net.sealer.seal(text.encode("utf-8", "surrogatepass"), _context(id_, message_id))
    message = Message(message_id, id_, actor.id, sealed, int(needs_human_input))
    messages.add_message(unit, message)
    return message


def _context(conversation_id: int, message_id: int) -> bytes:
    return f"message {conversation_id} {message_id}".encode()


def _of_member(unit: Unit, id_: int, agent_id: int) -> Conversation:
    """A conversation, for its members only: to others it does not exist."""
    found = messages.conversation_by_id(unit, id_)
    if found is None or agent_id not in (found.initiator_id, found.recipient_id):
        raise ConversationNotFound(hint="GET /agents/dm/conversations lists yours.")
    return found


def _get(unit: Unit, id_: int) -> Conversation:
    found = messages.conversation_by_id(unit, id_)
    assert found is not None
    return found


def _name(unit: Unit, agent_id: int) -> str:
    agent = agents.agent_by_id(unit, agent_id)
    return agent.name if agent else ""
