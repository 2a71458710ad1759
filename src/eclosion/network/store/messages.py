"""Conversations, each member's view of them, sealed messages and blocks."""

from __future__ import annotations

from eclosion.kernel.ids import ID_MAX, bucket_of
from eclosion.network.model.rows import NEVER_MS, Agent, Conversation, Membership, Message
from eclosion.store import Unit


def conversation_by_id(unit: Unit, id_: int) -> Conversation | None:
    """One conversation, whoever asks: callers check membership."""
    row = unit.row("network.conversation_by_id", bucket=bucket_of(id_), id=id_)
    return Conversation._make(row) if row else None


def conversation_between(unit: Unit, one_id: int, other_id: int) -> Conversation | None:
    """The conversation of two agents, in any state."""
    first, second = sorted((one_id, other_id))
    row = unit.row("network.conversation_of_pair", first_id=first, second_id=second)
    return conversation_by_id(unit, row[0]) if row else None


def add_conversation(unit: Unit, id_: int, sender: Agent, recipient: Agent, now_ms: int) -> bool:
    """Open a request; False if the two have a conversation already."""
    first, second = sorted((sender.id, recipient.id))
    taken = unit.run(
        "network.take_conversation_pair", first_id=first, second_id=second, conversation_id=id_
    )
    if not taken:
        return False
    unit.run(
        "network.add_conversation",
        id=id_,
        bucket=bucket_of(id_),
        initiator_id=sender.id,
        initiator_name=sender.name,
        recipient_id=recipient.id,
        recipient_name=recipient.name,
        now_ms=now_ms,
    )
    _set_members(unit, id_, sender, recipient, now_ms)
    return True


def reopen_conversation(unit: Unit, id_: int, sender: Agent, recipient: Agent, now_ms: int) -> bool:
    """Turn a conversation that has ended into a request again; False if it has not ended."""
    changed = unit.run(
        "network.reopen_conversation",
        bucket=bucket_of(id_),
        id=id_,
        initiator_id=sender.id,
        initiator_name=sender.name,
        recipient_id=recipient.id,
        recipient_name=recipient.name,
        now_ms=now_ms,
    )
    if changed:
        _set_members(unit, id_, sender, recipient, now_ms)
    return changed == 1


def _set_members(unit: Unit, id_: int, sender: Agent, recipient: Agent, now_ms: int) -> None:
    for agent, other, initiated in ((sender, recipient, 1), (recipient, sender, 0)):
        unit.run(
            "network.set_conversation_member",
            bucket=bucket_of(agent.id),
            agent_id=agent.id,
            conversation_id=id_,
            with_id=other.id,
            with_name=other.name,
            initiated=initiated,
            now_ms=now_ms,
        )


def move_conversation(
    unit: Unit, conversation: Conversation, from_status: str, to_status: str, now_ms: int
) -> bool:
    """Change a conversation's state for both members; False if it was no longer in ``from_status``."""
    changed = unit.run(
        "network.move_conversation",
        bucket=bucket_of(conversation.id),
        id=conversation.id,
        from_status=from_status,
        status=to_status,
        now_ms=now_ms,
    )
    if not changed:
        return False
    for agent_id in (conversation.initiator_id, conversation.recipient_id):
        unit.run(
            "network.move_conversation_member",
            bucket=bucket_of(agent_id),
            agent_id=agent_id,
            conversation_id=conversation.id,
            status=to_status,
        )
    return True


def touch_conversation(unit: Unit, id_: int, now_ms: int) -> bool:
    """Hold a conversation for a new message; False if it is not active."""
    return unit.run("network.touch_conversation", bucket=bucket_of(id_), id=id_, now_ms=now_ms) == 1


def add_message(unit: Unit, message: Message) -> None:
    """Keep a sealed message."""
    unit.run(
        "network.add_message",
        id=message.id,
        bucket=bucket_of(message.id),
        conversation_id=message.conversation_id,
        sender_id=message.sender_id,
        sealed=message.sealed,
        needs_human_input=message.needs_human_input,
    )


def count_message(
    unit: Unit, conversation_id: int, agent_id: int, now_ms: int, *, unread: int
) -> None:
    """Note a new message in one member's view; ``unread`` is 1 for whom it is addressed to."""
    unit.run(
        "network.count_message_in",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        conversation_id=conversation_id,
        unread=unread,
        now_ms=now_ms,
    )


def mark_read(unit: Unit, conversation_id: int, agent_id: int) -> bool:
    """Set a member's unread count to 0; False if it was."""
    return (
        unit.run(
            "network.mark_conversation_read",
            bucket=bucket_of(agent_id),
            agent_id=agent_id,
            conversation_id=conversation_id,
        )
        == 1
    )


def membership(unit: Unit, conversation_id: int, agent_id: int) -> Membership | None:
    """An agent's view of a conversation, if it is a member."""
    row = unit.row(
        "network.membership",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        conversation_id=conversation_id,
    )
    return Membership._make(row) if row else None


def conversations(
    unit: Unit, agent_id: int, limit: int, rank: int = NEVER_MS, id_: int = ID_MAX
) -> list[Membership]:
    """An agent's conversations and own requests, the latest first, after a cursor."""
    rows = unit.rows(
        "network.list_conversations",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        rank=rank,
        id=id_,
        limit=limit,
    )
    return list(map(Membership._make, rows))


def requests(
    unit: Unit, agent_id: int, limit: int, rank: int = NEVER_MS, id_: int = ID_MAX
) -> list[Membership]:
    """Requests that wait for an agent's answer, the latest first, after a cursor."""
    rows = unit.rows(
        "network.list_message_requests",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        rank=rank,
        id=id_,
        limit=limit,
    )
    return list(map(Membership._make, rows))


def unread_conversations(unit: Unit, agent_id: int, limit: int) -> list[Membership]:
    """Some conversations with something unread."""
    rows = unit.rows(
        "network.list_unread_conversations",
        bucket=bucket_of(agent_id),
        agent_id=agent_id,
        limit=limit,
    )
    return list(map(Membership._make, rows))


def count_requests(unit: Unit, agent_id: int) -> int:
    """How many requests wait for an agent's answer."""
    row = unit.row("network.count_message_requests", bucket=bucket_of(agent_id), agent_id=agent_id)
    return int(row[0]) if row else 0


def count_unread(unit: Unit, agent_id: int) -> tuple[int, int]:
    """In how many conversations an agent has unread messages, and how many messages."""
    row = unit.row("network.count_unread_messages", bucket=bucket_of(agent_id), agent_id=agent_id)
    return (int(row[0]), int(row[1])) if row else (0, 0)


def messages(unit: Unit, conversation_id: int, limit: int, before: int = ID_MAX) -> list[Message]:
    """Messages of a conversation, the latest first, older than the message ``before``."""
    rows = unit.rows(
        "network.list_messages",
        bucket=bucket_of(conversation_id),
        conversation_id=conversation_id,
        before=before,
        limit=limit,
    )
    return list(map(Message._make, rows))


def add_block(unit: Unit, agent_id: int, blocked_id: int, now_ms: int) -> bool:
    """Block an agent; False if it was blocked."""
    return (
        unit.run(
            "network.add_block",
            bucket=bucket_of(agent_id),
            agent_id=agent_id,
            blocked_id=blocked_id,
            now_ms=now_ms,
        )
        == 1
    )


def remove_block(unit: Unit, agent_id: int, blocked_id: int) -> bool:
    """Unblock an agent; False if it was not blocked."""
    return (
        unit.run(
            "network.remove_block",
            bucket=bucket_of(agent_id),
            agent_id=agent_id,
            blocked_id=blocked_id,
        )
        == 1
    )


def has_blocked(unit: Unit, agent_id: int, other_id: int) -> bool:
    """Whether an agent has blocked another."""
    row = unit.row(
        "network.has_blocked", bucket=bucket_of(agent_id), agent_id=agent_id, blocked_id=other_id
    )
    return row is not None


def owners_by_name(unit: Unit, name: str) -> list[int]:
    """The owners with that handle or, where there is none, of that name; two at most."""
    found = unit.rows("network.owner_ids_by_handle", name=name)
    return [row[0] for row in found or unit.rows("network.owner_ids_by_name", name=name)]


def first_agent_of(unit: Unit, owner_id: int) -> int | None:
    """The oldest agent of an owner."""
    row = unit.row("network.first_agent_of_owner", owner_id=owner_id)
    return row[0] if row else None


def owner_names(unit: Unit, owner_id: int) -> tuple[str, str]:
    """An owner's public name and handle, or nothing."""
    row = unit.row("network.owner_public_name", bucket=bucket_of(owner_id), id=owner_id)
    return (str(row[0]), str(row[1])) if row else ("", "")
