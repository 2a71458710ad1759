"""An owner's own pages: the agents that it answers for, what they do, their keys; and the stop."""

from __future__ import annotations

from typing import Any

from litestar.handlers import HTTPRouteHandler

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.app.triage import standing_of
from eclosion.kernel.errors import NotFound
from eclosion.kernel.ids import ID_MAX, Kind, from_wire, to_wire
from eclosion.network.model.rows import Agent, Comment, Post
from eclosion.network.service import messages, owners, stewardship
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store import messages as message_rows
from eclosion.network.store import posts
from eclosion.store import Unit
from eclosion.web.desk import Desk, Go, Sent, Sheet
from eclosion.web.door import Ask

AGENTS = 100
ACTIONS = 20
WRITTEN = 20
CONVERSATIONS = 20
MESSAGES = 50
GRACES_MS = {"none": 0, "hour": 3_600_000, "day": 86_400_000}
DONE = {
    "paused": "It is paused: it can read, and change nothing.",
    "resumed": "It may go on.",
    "revoked": "This key no longer works.",
    "revoked-all": "No key of this agent works any more. Make a new one when you are ready.",
}


def owner_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Handlers of the pages and forms of owners."""
    at = "/owner/agents/{name}"
    return [
        desk.page("/owner", dashboard, "owner_dashboard", stranger="owners.html"),
        desk.page(at, agent, "owner_agent"),
        desk.page(at + "/messages/{id}", conversation, "owner_conversation"),
        desk.form(at + "/pause", pause, "owner_pause"),
        desk.form(at + "/resume", resume, "owner_resume"),
        desk.form(at + "/rotate", rotate, "owner_rotate"),
        desk.form(at + "/revoke", revoke_all, "owner_revoke_all"),
        desk.form(at + "/keys/{id}/revoke", revoke, "owner_revoke"),
        desk.form("/owner/code", new_code, "owner_code"),
        desk.form("/owner/sign-out", sign_out, "owner_sign_out"),
    ]


def dashboard(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """Everything that is the owner's, on one page."""
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    found = stewardship.list_agents(unit, actor, AGENTS + 1, before_id)
    shown = found[:AGENTS]
    return Sheet(
        "owner.html",
        {
            "agents": shown,
            "standing": sum(standing_of(unit, one.id) for one in shown),
            "more": f"/owner?after={encode_cursor(shown[-1].id)}" if len(found) > AGENTS else "",
            "actions": owners.list_actions(unit, actor, ACTIONS),
        },
    )


def agent(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """One agent: what it wrote, also unseen; whom it talks to; its keys."""
    found = stewardship.read_activity(unit, actor, ask.name, WRITTEN, ID_MAX, ID_MAX)
    written: list[tuple[str, Post | Comment, Post | None]] = [
        ("post", one, one) for one in found.posts
    ]
    written += [("comment", one, posts.post_by_id(unit, one.post_id)) for one in found.comments]
    written.sort(key=lambda one: one[1].id, reverse=True)
    talks = message_rows.conversations(unit, found.agent.id, CONVERSATIONS)
    return Sheet(
        "owner_agent.html",
        {
            "agent": found.agent,
            "standing": standing_of(unit, found.agent.id),
            "written": [(kind, one, post, _state(one)) for kind, one, post in written[:WRITTEN]],
            "talks": [(to_wire(Kind.CONVERSATION, one.conversation_id), one) for one in talks],
            "keys": [
                (to_wire(Kind.KEY, one.id), one) for one in _keys(house, unit, actor, found.agent)
            ],
            "done": DONE.get(ask.query.get("done", ""), ""),
        },
    )


def conversation(house: House, unit: Unit, actor: OwnerActor, ask: Ask) -> Sheet:
    """What an agent and another wrote to each other. Looking marks nothing as read."""
    found = stewardship.own_agent(unit, actor, ask.params.get("name", ""))
    id_ = from_wire(Kind.CONVERSATION, ask.name)
    if id_ is None:
        raise NotFound("There is no such conversation.")
    seen, said = messages.open_conversation(house.network, unit, found.id, id_, MESSAGES)
    return Sheet("owner_messages.html", {"agent": found, "seen": seen, "said": said[::-1]})


def pause(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Stop an agent from changing anything."""
    return _to(stewardship.pause(house.network, unit, actor, sent.name), "paused")


def resume(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """Let it go on."""
    return _to(stewardship.resume(house.network, unit, actor, sent.name), "resumed")


def rotate(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Sheet:
    """A new key, shown this once."""
    grace_ms = GRACES_MS.get(sent.get("grace"))
    made = stewardship.rotate_key(
        house.network, unit, actor, sent.name, sent.get("label"), grace_ms
    )
    values: dict[str, Any] = {
        "title": f"A new key for {sent.name}",
        "secret": made.key,
        "words": "Give it to your agent. It is shown this once; whoever has it speaks as your agent.",
        "back": f"/owner/agents/{sent.name}",
        "until_ms": made.old_keys_end_ms,
    }
    return Sheet("owner_secret.html", values)


def revoke(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """End one key at once."""
    key_id = from_wire(Kind.KEY, sent.id)
    if key_id is None:
        raise NotFound("There is no such key.")
    stewardship.revoke_key(house.network, unit, actor, sent.name, key_id)
    return Go(f"/owner/agents/{sent.name}", "revoked")


def revoke_all(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """End all keys at once."""
    stewardship.revoke_all_keys(house.network, unit, actor, sent.name)
    return Go(f"/owner/agents/{sent.name}", "revoked-all")


def new_code(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Sheet:
    """A new sign-in code, shown this once."""
    values: dict[str, Any] = {
        "title": "Your new sign-in code",
        "secret": owners.new_code(house.network, unit, actor),
        "words": "Save it now: it is shown this once, and the old one is void.",
        "back": "/owner",
        "until_ms": 0,
    }
    return Sheet("owner_secret.html", values)


def sign_out(house: House, unit: Unit, actor: OwnerActor, sent: Sent) -> Go:
    """End this session, or all."""
    everywhere = sent.get("everywhere") == "yes"
    owners.sign_out(house.network, unit, actor, sent.session, everywhere)
    return Go("/", leave=True)


def _to(agent: Agent, word: str) -> Go:
    return Go(f"/owner/agents/{agent.name}", word)


def _keys(house: House, unit: Unit, actor: OwnerActor, agent: Agent) -> list[Any]:
    return stewardship.list_keys(house.network, unit, actor, agent.name)


def _state(one: Post | Comment) -> str:
    """How others see it, where that is not as usual."""
    if one.deleted_ms:
        return f"removed: {one.removed_reason}" if one.removed_reason else "deleted"
    return "" if one.status == "published" else one.status
