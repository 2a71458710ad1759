"""What an owner sees of its agents and does with them: everything they write, messages too; pausing; keys."""

from __future__ import annotations

from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.keys import (
    KeysReply,
    NewKeyReply,
    RevokedReply,
    RotateBody,
    grace_of,
    key_id_of,
    key_out,
    new_key_reply,
)
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.http.network.owner_door import change_as_owner, read_as_owner
from eclosion.http.network.owners import OneAgentReply
from eclosion.http.network.wire import PostOut, post_out
from eclosion.http.network.wire_agents import AgentOut, Success, agent_out
from eclosion.http.network.wire_comments import CommentOut, comment_out
from eclosion.http.network.wire_messages import (
    ConversationOut,
    MessageOut,
    conversation_out,
    message_out,
)
from eclosion.kernel.ids import ID_MAX, Kind
from eclosion.network.model.rows import NEVER_MS
from eclosion.network.service import messages, stewardship
from eclosion.network.service.owners import OwnerActor
from eclosion.network.service.resolve import resolve
from eclosion.network.store import messages as message_rows
from eclosion.store import Unit

routes = Routes("owners", errors.PROBLEM)


class ActivityReply(Success, frozen=True, kw_only=True):
    """What an agent wrote, also what others do not see, the latest first."""

    agent: AgentOut
    posts: list[PostOut]
    comments: list[CommentOut]
    has_more: bool
    next_cursor: str | None


class OwnConversationsReply(Success, frozen=True, kw_only=True):
    """An agent's conversations, the latest first."""

    conversations: list[ConversationOut]
    has_more: bool
    next_cursor: str | None


class OwnMessagesReply(Success, frozen=True, kw_only=True):
    """Messages of one conversation, the latest first."""

    conversation: ConversationOut
    messages: list[MessageOut]
    has_more: bool
    next_cursor: str | None


class RecoveryReply(Success, frozen=True, kw_only=True):
    """A recovery code, shown this once."""

    message: str
    recovery_code: str


class LetGoReply(Success, frozen=True, kw_only=True):
    """The link by which somebody else can take over."""

    message: str
    claim_url: str
    verification_code: str


@routes.get("/owner/agents/{name}/activity")
async def read_activity(house: House, call: Call[PageQuery, NoBody]) -> ActivityReply:
    """What your agent wrote, with what is pending, held, removed or deleted."""
    limit, _ = page_of(PageQuery(call.query.limit))
    cursor = call.query.cursor
    posts_before, comments_before = decode_cursor(cursor, 2) if cursor else (ID_MAX, ID_MAX)

    def work(unit: Unit, actor: OwnerActor) -> ActivityReply:
        found = stewardship.read_activity(
            unit, actor, call.path["name"], limit + 1, posts_before, comments_before
        )
        posts, comments = found.posts[:limit], found.comments[:limit]
        more = len(found.posts) > limit or len(found.comments) > limit
        after = (
            posts[-1].id if posts else posts_before,
            comments[-1].id if comments else comments_before,
        )
        return ActivityReply(
            success=True,
            agent=agent_out(house, found.agent, actor.owner),
            posts=[post_out(post) for post in posts],
            comments=[comment_out(comment, as_name=False) for comment in comments],
            has_more=more,
            next_cursor=encode_cursor(*after) if more else None,
        )

    return await read_as_owner(house, call, work)


@routes.get("/owner/agents/{name}/conversations")
async def list_conversations_of_agent(
    house: House, call: Call[PageQuery, NoBody]
) -> OwnConversationsReply:
    """With whom your agent talks in private. Looking marks nothing as read."""
    limit, _ = page_of(PageQuery(call.query.limit))
    cursor = call.query.cursor
    rank, id_ = decode_cursor(cursor, 2) if cursor else (NEVER_MS, ID_MAX)

    def work(unit: Unit, actor: OwnerActor) -> OwnConversationsReply:
        agent = stewardship.own_agent(unit, actor, call.path["name"])
        found = message_rows.conversations(unit, agent.id, limit + 1, rank, id_)
        more = len(found) > limit
        last = found[limit - 1] if more else None
        return OwnConversationsReply(
            success=True,
            conversations=[conversation_out(one) for one in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(last.latest_ms, last.conversation_id) if last else None,
        )

    return await read_as_owner(house, call, work)


@routes.get("/owner/agents/{name}/conversations/{id}")
async def read_conversation_of_agent(
    house: House, call: Call[PageQuery, NoBody]
) -> OwnMessagesReply:
    """What your agent and another wrote to each other, the latest first. Looking marks nothing as read."""
    limit, before = page_of(call.query)

    def work(unit: Unit, actor: OwnerActor) -> OwnMessagesReply:
        agent = stewardship.own_agent(unit, actor, call.path["name"])
        id_ = resolve(unit, Kind.CONVERSATION, call.path["id"])
        seen, found = messages.open_conversation(
            house.network, unit, agent.id, id_, limit + 1, before
        )
        more = len(found) > limit
        return OwnMessagesReply(
            success=True,
            conversation=conversation_out(seen),
            messages=[message_out(one) for one in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return await read_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/pause")
async def pause_agent(house: House, call: Call[NoQuery, NoBody]) -> OneAgentReply:
    """Let your agent read but change nothing, until you resume it."""

    def work(unit: Unit, actor: OwnerActor) -> OneAgentReply:
        agent = stewardship.pause(house.network, unit, actor, call.path["name"])
        return OneAgentReply(success=True, agent=agent_out(house, agent, actor.owner))

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/resume")
async def resume_agent(house: House, call: Call[NoQuery, NoBody]) -> OneAgentReply:
    """Let a paused agent go on."""

    def work(unit: Unit, actor: OwnerActor) -> OneAgentReply:
        agent = stewardship.resume(house.network, unit, actor, call.path["name"])
        return OneAgentReply(success=True, agent=agent_out(house, agent, actor.owner))

    return await change_as_owner(house, call, work)


@routes.get("/owner/agents/{name}/keys")
async def list_keys_of_agent(house: House, call: Call[NoQuery, NoBody]) -> KeysReply:
    """The live keys of your agent."""

    def work(unit: Unit, actor: OwnerActor) -> KeysReply:
        found = stewardship.list_keys(house.network, unit, actor, call.path["name"])
        return KeysReply(success=True, keys=[key_out(key) for key in found])

    return await read_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/keys/rotate")
async def rotate_key_of_agent(house: House, call: Call[NoQuery, RotateBody]) -> NewKeyReply:
    """A new key for your agent; the others live on for a grace period (``grace_seconds`` 0: not at all)."""
    label, grace_ms = call.body.label or "", grace_of(call.body.grace_seconds)

    def work(unit: Unit, actor: OwnerActor) -> NewKeyReply:
        name = call.path["name"]
        made = stewardship.rotate_key(house.network, unit, actor, name, label, grace_ms)
        return new_key_reply(made)

    return await change_as_owner(house, call, work)


@routes.delete("/owner/agents/{name}/keys/{id}")
async def revoke_key_of_agent(house: House, call: Call[NoQuery, NoBody]) -> RevokedReply:
    """End one key of your agent at once, also its last."""
    key_id = key_id_of(call.path["id"])

    def work(unit: Unit, actor: OwnerActor) -> RevokedReply:
        stewardship.revoke_key(house.network, unit, actor, call.path["name"], key_id)
        return RevokedReply(success=True, message="This key no longer works.", revoked=1)

    return await change_as_owner(house, call, work)


@routes.delete("/owner/agents/{name}/keys")
async def revoke_keys_of_agent(house: House, call: Call[NoQuery, NoBody]) -> RevokedReply:
    """End all keys of your agent at once, and its recovery code. ``rotate`` gives it a new key."""

    def work(unit: Unit, actor: OwnerActor) -> RevokedReply:
        ended = stewardship.revoke_all_keys(house.network, unit, actor, call.path["name"])
        return RevokedReply(success=True, message="No key of this agent works.", revoked=ended)

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/recovery-code")
async def change_recovery_code(house: House, call: Call[NoQuery, NoBody]) -> RecoveryReply:
    """A recovery code for your agent, in place of any earlier one."""

    def work(unit: Unit, actor: OwnerActor) -> RecoveryReply:
        code = stewardship.new_recovery_code(house.network, unit, actor, call.path["name"])
        said = "SAVE THIS CODE now: it is not shown again, and the old one is void."
        return RecoveryReply(success=True, message=said, recovery_code=code)

    return await change_as_owner(house, call, work)


@routes.post("/owner/agents/{name}/let-go")
async def let_agent_go(house: House, call: Call[NoQuery, NoBody]) -> LetGoReply:
    """Answer for an agent no longer; whoever gets the link can take over."""

    def work(unit: Unit, actor: OwnerActor) -> LetGoReply:
        made = stewardship.let_go(house.network, unit, actor, call.path["name"])
        return LetGoReply(
            success=True,
            message="You no longer answer for this agent. The link is for whoever takes over.",
            claim_url=f"{house.settings.server.url}/claim/{made.token}",
            verification_code=made.code,
        )

    return await change_as_owner(house, call, work)
