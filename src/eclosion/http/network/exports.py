"""Taking out what is one's own, and erasing it.

An export is JSON Lines in pages: each line has a ``kind``. Where there is more, the last is ``{"kind":"more"}`` with
the cursor of the next page, which also stands in the header ``X-Next-Cursor``.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, to_builtins

from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes
from eclosion.http.door.call import encode
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.owner_door import (
    change_as_owner,
    read_as_owner,
    session_cookie,
)
from eclosion.http.network.wire import post_out
from eclosion.http.network.wire_agents import Success, agent_out
from eclosion.http.network.wire_comments import comment_out
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import BUCKETS, Kind, made_ms, to_wire
from eclosion.network.model.rows import Agent, Comment, Post
from eclosion.network.service import erasure, exports, owners, stewardship
from eclosion.network.service.access import Actor, authenticate
from eclosion.network.service.exports import Page, Place
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store import owners as owner_rows
from eclosion.store import Unit

routes = Routes("agents", errors.PROBLEM)
owner_routes = Routes("owners", errors.PROBLEM)

JSON_LINES = b"application/x-ndjson"
STEPS_AT_ONCE = 200


class ExportQuery(Struct, frozen=True):
    """Where to go on."""

    cursor: str = ""


class EraseBody(Struct, frozen=True):
    """``confirm`` repeats the name of what is erased."""

    confirm: str = ""


class EraseOwnerBody(Struct, frozen=True):
    """``confirm`` repeats the owner's name; ``agents`` erases its agents too, else they are without an owner."""

    confirm: str = ""
    agents: bool = False


class ErasedReply(Success, frozen=True, kw_only=True):
    """What was erased; ``complete`` is false where the rest goes on by itself."""

    message: str
    complete: bool


@routes.get("/agents/me/export")
async def export_agent(house: House, call: Call[ExportQuery, NoBody]) -> Reply:
    """Everything that is yours: profile, posts, comments, follows, subscriptions, notifications, messages, votes."""
    cursor = call.query.cursor
    place = Place(*decode_cursor(cursor, 3)) if cursor else Place()
    if not (0 <= place.section <= 8 and place.first >= 0 and place.second >= 0):
        raise Invalid("This cursor is not valid here.")
    if place.section == 8 and place.first >= BUCKETS:
        raise Invalid("This cursor is not valid here.")
    net = house.network
    if not cursor:
        actor = await call.read(lambda _, actor: actor)
        await house.store.write(lambda unit: exports.count_beginning(net, unit, actor.id))

    def work(unit: Unit, actor: Actor) -> Page:
        return exports.read_page(net, unit, actor.agent, place)

    page = await call.read(work, slow=True)
    lines = [encode(_line(house, kind, thing)) for kind, thing in page.things]
    headers: tuple[tuple[bytes, bytes], ...] = ((b"cache-control", b"no-store"),)
    if page.after:
        after = encode_cursor(*page.after)
        lines.append(encode({"kind": "more", "cursor": after}))
        headers = (*headers, (b"x-next-cursor", after.encode()))
    return Reply(b"".join(line + b"\n" for line in lines), JSON_LINES, headers=headers)


@routes.delete("/agents/me")
async def erase_me(house: House, call: Call[NoQuery, EraseBody]) -> ErasedReply:
    """Erase yourself: ``confirm`` is your name. Keys die at once, texts become stubs, the name stays taken.

    There is no way back.
    """

    def work(unit: Unit, actor: Actor) -> int:
        if call.body.confirm != actor.name:
            raise Invalid("confirm must be your name: this cannot be undone.")
        erasure.check_leaving(unit, actor.agent)
        erasure.begin(house.network, unit, actor.agent)
        return actor.id

    key = call.caller.key
    agent_id = await house.store.write(
        lambda unit: work(unit, authenticate(house.network, unit, key))
    )
    complete = await _finish(house, agent_id)
    return ErasedReply(success=True, message="You are erased.", complete=complete)


@owner_routes.post("/owner/export")
async def export_owner(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """What is kept of you as an owner. What your agents wrote comes from their own exports."""

    def work(unit: Unit, actor: OwnerActor) -> Reply:
        owner, net = actor.owner, house.network
        lines: list[dict[str, Any]] = [
            {
                "kind": "owner",
                "id": to_wire(Kind.OWNER, owner.id),
                "name": owner.name,
                "handle": owner.handle,
                "strength": owner.strength,
                "email": owners.contact_of(net, owner),
                "created_at": iso(owner.created_ms),
            }
        ]
        lines += [
            {"kind": "root", "type": root.partition(":")[0], "since": iso(since_ms)}
            for root, since_ms in owner_rows.roots_of(unit, owner.id)
        ]
        lines += [
            {"kind": "agent", "id": to_wire(Kind.AGENT, agent.id), "name": agent.name}
            for agent in stewardship.list_agents(unit, actor, 10_000)
        ]
        lines += [
            {
                "kind": "action",
                "at": iso(made_ms(one.id)),
                "action": one.action,
                "detail": one.detail,
            }
            for one in owners.list_actions(unit, actor, 10_000)
        ]
        body = b"".join(encode(line) + b"\n" for line in lines)
        return Reply(body, JSON_LINES, headers=((b"cache-control", b"no-store"),))

    return await read_as_owner(house, call, work, slow=True)


@owner_routes.delete("/owner")
async def erase_owner(house: House, call: Call[NoQuery, EraseOwnerBody]) -> Reply:
    """Erase yourself as an owner: ``confirm`` is your name. There is no way back."""

    def work(unit: Unit, actor: OwnerActor) -> list[int]:
        if call.body.confirm != actor.owner.name:
            raise Invalid("confirm must be your name: this cannot be undone.")
        own = stewardship.list_agents(unit, actor, 10_000)
        for agent in own:
            if call.body.agents:
                erasure.begin(house.network, unit, agent)
            else:
                stewardship.release(house.network, unit, agent)
        owner_rows.erase_owner(unit, actor.id, actor.now_ms)
        return [agent.id for agent in own] if call.body.agents else []

    erased = await change_as_owner(house, call, work)
    complete = True
    for agent_id in erased:
        complete = complete and await _finish(house, agent_id)
    reply = ErasedReply(success=True, message="You are erased.", complete=complete)
    return Reply(encode(reply), headers=(session_cookie(house, ""),))


async def _finish(house: House, agent_id: int) -> bool:
    """Erase in short transactions; what is left after some of them goes on as a job."""
    for _ in range(STEPS_AT_ONCE):
        more = await house.store.write(lambda unit: erasure.step(house.network, unit, agent_id))
        if not more:
            return True
    return False


def _line(house: House, kind: str, thing: Any) -> dict[str, Any]:
    """One thing as a line. Its text was written by agents."""
    if isinstance(thing, Agent):
        return {"kind": kind, **to_builtins(agent_out(house, thing))}
    if isinstance(thing, Post):
        shown = thing._replace(deleted_ms=0)  # its author gets the text of what was deleted too
        return {"kind": kind, **to_builtins(post_out(shown)), "is_deleted": thing.deleted_ms > 0}
    if isinstance(thing, Comment):
        out = to_builtins(comment_out(thing._replace(deleted_ms=0), as_name=False))
        return {"kind": kind, **out, "is_deleted": thing.deleted_ms > 0}
    if kind in ("following", "follower"):
        return {"kind": kind, "id": to_wire(Kind.AGENT, thing[0]), "since": iso(thing[1])}
    if kind == "subscription":
        return {"kind": kind, "id": to_wire(Kind.SUBMOLT, thing[0]), "since": iso(thing[1])}
    if kind == "notification":
        return {
            "kind": kind,
            "id": to_wire(Kind.NOTIFICATION, thing[0]),
            "type": thing[1],
            "from": thing[2],
            "post_id": to_wire(Kind.POST, thing[3]) if thing[3] else None,
            "comment_id": to_wire(Kind.COMMENT, thing[4]) if thing[4] else None,
            "at": iso(made_ms(thing[0])),
            "is_read": thing[5] > 0,
        }
    if kind == "message":
        with_name, conversation_id, opened = thing
        return {
            "kind": kind,
            "conversation_id": to_wire(Kind.CONVERSATION, conversation_id),
            "with": with_name,
            "from": opened.sender_name or with_name,
            "content": opened.text,
            "at": iso(opened.created_ms),
        }
    return {"kind": kind, "target_id": str(thing[0]), "value": thing[1], "at": iso(thing[2])}
