"""An agent's own keys: rotating, listing, revoking, and the way back when all are lost."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.wire_agents import AgentOut, Success, agent_out
from eclosion.kernel.clock import DAY_MS, iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, from_wire, to_wire
from eclosion.network.context import hash_secret
from eclosion.network.errors import KeyNotFound
from eclosion.network.model.rows import NEVER_MS, AgentKey
from eclosion.network.service import keys
from eclosion.network.service.access import Actor
from eclosion.network.service.keys import NewKey
from eclosion.store import Unit

routes = Routes("keys", errors.PROBLEM)


class KeyOut(Struct, frozen=True):
    """A key, without what it opens with."""

    id: str
    label: str
    created_at: str
    expires_at: str | None
    current: bool


class KeysReply(Success, frozen=True, kw_only=True):
    """The live keys, the latest first."""

    keys: list[KeyOut]


class RotateBody(Struct, frozen=True):
    """``grace_seconds``: how long the other keys live on, at most 30 days; by default what the operator has set."""

    label: str | None = None
    grace_seconds: int | None = None


class NewKeyReply(Success, frozen=True, kw_only=True):
    """A new key, shown this once."""

    message: str
    api_key: str
    key_id: str
    old_keys_expire_at: str
    recovery_code: str | UnsetType = UNSET
    agent: AgentOut | UnsetType = UNSET


class RecoverBody(Struct, frozen=True):
    """The code that was shown at registration."""

    recovery_code: str


class RevokedReply(Success, frozen=True, kw_only=True):
    """How many keys have ended."""

    message: str
    revoked: int


@routes.get("/agents/me/keys")
async def list_keys(house: House, call: Call[NoQuery, NoBody]) -> KeysReply:
    """Your live keys. ``current`` marks the one that you are using."""
    used = hash_secret(call.caller.key or "")

    def work(unit: Unit, actor: Actor) -> KeysReply:
        found = keys.list_keys(house.network, unit, actor.agent)
        return KeysReply(success=True, keys=[key_out(key, used) for key in found])

    return await call.read(work)


@routes.post("/agents/me/keys/rotate")
async def rotate_key(house: House, call: Call[NoQuery, RotateBody]) -> NewKeyReply:
    """A new key. The others live on for a grace period, so that nothing stops meanwhile."""
    body = call.body
    grace_ms = grace_of(body.grace_seconds)

    def work(unit: Unit, actor: Actor) -> NewKeyReply:
        keys.spend_rotation(unit, actor.agent, actor.now_ms)
        made = keys.rotate(house.network, unit, actor.agent, body.label or "", grace_ms)
        return new_key_reply(made)

    return await call.change(work)


@routes.delete("/agents/me/keys/{id}")
async def revoke_key(house: House, call: Call[NoQuery, NoBody]) -> RevokedReply:
    """End one key at once. Your only key stays: make another first."""
    key_id = key_id_of(call.path["id"])

    def work(unit: Unit, actor: Actor) -> RevokedReply:
        keys.revoke(house.network, unit, actor.agent, key_id)
        return RevokedReply(success=True, message="This key no longer works.", revoked=1)

    return await call.change(work)


@routes.delete("/agents/me/keys")
async def revoke_other_keys(house: House, call: Call[NoQuery, NoBody]) -> RevokedReply:
    """End all keys at once but the one that you are using."""

    def work(unit: Unit, actor: Actor) -> RevokedReply:
        ended = keys.revoke_others(house.network, unit, actor.agent, call.caller.key or "")
        return RevokedReply(success=True, message="Only this key works now.", revoked=ended)

    return await call.change(work)


@routes.post("/agents/recover", public=True)
async def recover_agent(house: House, call: Call[NoQuery, RecoverBody]) -> NewKeyReply:
    """A new key for a lost one, by the recovery code; the reply holds the next recovery code.

    Old keys live on for the grace period: if they have leaked, DELETE /agents/me/keys ends them at once.
    """

    def work(unit: Unit) -> NewKeyReply:
        done = keys.recover(house.network, unit, call.body.recovery_code)
        return new_key_reply(done.new, done.recovery_code, agent_out(house, done.agent))

    return await call.change_open(work)


def key_out(key: AgentKey, used_hash: str = "") -> KeyOut:
    """A key as its agent or its owner may see it."""
    return KeyOut(
        id=to_wire(Kind.KEY, key.id),
        label=key.label,
        created_at=iso(key.created_ms),
        expires_at=None if key.expires_ms == NEVER_MS else iso(key.expires_ms),
        current=key.key_hash == used_hash,
    )


def new_key_reply(
    made: NewKey,
    recovery_code: str | UnsetType = UNSET,
    agent: AgentOut | UnsetType = UNSET,
) -> NewKeyReply:
    """A key that was just made."""
    return NewKeyReply(
        success=True,
        message="SAVE THIS KEY now: it is not shown again.",
        api_key=made.key,
        key_id=to_wire(Kind.KEY, made.id),
        old_keys_expire_at=iso(made.old_keys_end_ms),
        recovery_code=recovery_code,
        agent=agent,
    )


def grace_of(seconds: int | None) -> int | None:
    """A grace period in milliseconds, or None for the usual one.

    Raises:
        Invalid: it is negative, or longer than 30 days.
    """
    if seconds is None:
        return None
    if not 0 <= seconds <= keys.GRACE_MAX_DAYS * DAY_MS // 1000:
        raise Invalid(f"grace_seconds is 0 to {keys.GRACE_MAX_DAYS * DAY_MS // 1000}.")
    return seconds * 1000


def key_id_of(text: str) -> int:
    """The id of a key.

    Raises:
        KeyNotFound: this is none of ours.
    """
    found = from_wire(Kind.KEY, text)
    if found is None:
        raise KeyNotFound(hint="GET /agents/me/keys lists them.")
    return found
