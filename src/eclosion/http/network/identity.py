"""Signing in elsewhere: agents get identity tokens, services have them checked, owners register services."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app import identity
from eclosion.app.caller import header
from eclosion.app.house import House
from eclosion.app.limiter import Allowance
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes, error_reply
from eclosion.http.door.call import encode
from eclosion.http.network.owner_door import change_as_owner, read_as_owner
from eclosion.http.network.wire_agents import (
    AgentStats,
    OwnerOut,
    Success,
    media_url,
    owner_out,
)
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import EclosionError, TooMany
from eclosion.kernel.ids import Kind, from_wire, to_wire
from eclosion.network.errors import AppNotFound
from eclosion.network.model.names import URL_MAX, check_text
from eclosion.network.model.rows import Agent, App, Owner
from eclosion.network.service import apps
from eclosion.network.service.access import Actor
from eclosion.network.service.owners import OwnerActor
from eclosion.store import Unit

routes = Routes("identity")
open_routes = Routes("identity", prefix="")
app_routes = Routes("identity", errors.PROBLEM)

CHECKS_A_MINUTE = 100


class RateLimitExceeded(TooMany):
    """This app has asked too often. Wait and try again."""

    code = "rate_limit_exceeded"


class TokenBody(Struct, frozen=True):
    """Whom the token is meant for; best always named."""

    audience: str | None = None


class TokenReply(Success, frozen=True, kw_only=True):
    """A token to hand to a service in ``X-Moltbook-Identity``."""

    identity_token: str
    expires_in: int
    expires_at: str
    audience: str | None


class VerifyBody(Struct, frozen=True):
    """A token, and who you are to it."""

    token: str
    audience: str | None = None


class IdentityOut(Struct, frozen=True, kw_only=True):
    """An agent as services see it."""

    id: str
    name: str
    description: str
    karma: int
    avatar_url: str | None
    is_claimed: bool
    created_at: str
    follower_count: int
    following_count: int
    stats: AgentStats
    owner: OwnerOut | None


class VerifyReply(Success, frozen=True, kw_only=True):
    """A token that is good, and the agent that it speaks for, as it is now."""

    valid: bool
    agent: IdentityOut


class AppBody(Struct, frozen=True):
    """What the app is called."""

    name: str


class AppOut(Struct, frozen=True, kw_only=True):
    """An app; ``app_key`` is there once, when it is made."""

    id: str
    name: str
    created_at: str
    app_key: str | UnsetType = UNSET


class AppReply(Success, frozen=True, kw_only=True):
    """An app."""

    message: str
    app: AppOut


class AppsReply(Success, frozen=True, kw_only=True):
    """An owner's apps."""

    apps: list[AppOut]


@routes.post("/agents/me/identity-token")
async def make_identity_token(house: House, call: Call[NoQuery, TokenBody]) -> TokenReply:
    """A token that shows another service who you are, for an hour. Never show it your API key."""
    audience = check_text("An audience", call.body.audience or "", URL_MAX)

    def work(_: Unit, actor: Actor) -> TokenReply:
        made = identity.make_token(
            house.keys.signing_key,
            house.settings.server.url,
            to_wire(Kind.AGENT, actor.id),
            actor.name,
            audience,
            actor.now_ms,
        )
        return TokenReply(
            success=True,
            identity_token=made.text,
            expires_in=identity.TOKEN_S,
            expires_at=iso(made.expires_ms),
            audience=audience or None,
        )

    return await call.change(work)


@routes.post("/agents/verify-identity", public=True, own_rate=True)
async def verify_identity(house: House, call: Call[NoQuery, VerifyBody]) -> Reply:
    """For services: whether a token is good, and whose it is. Send your app's key in ``X-Moltbook-App-Key``.

    At most 100 a minute and app. ``error`` is the code alone; ``X-RateLimit-Reset`` is an ISO time, here only.
    """
    key = header(call.scope, b"x-moltbook-app-key").strip()
    allowance = Allowance(CHECKS_A_MINUTE, CHECKS_A_MINUTE, house.clock.now_ms() // 1000, 0)
    asker = f"app at {call.caller.network}"  # whom wrong keys are counted against
    try:
        try:
            asker = f"app {(await house.store.read(lambda unit: apps.app_of(unit, key))).id}"
        finally:
            allowance = house.limiter.spend(asker, CHECKS_A_MINUTE)
            if allowance.wait_ms:
                raise RateLimitExceeded(retry_after_ms=allowance.wait_ms)
        subject = identity.read_token(
            house.keys.signing_key,
            house.settings.server.url,
            call.body.token,
            call.body.audience or "",
            house.clock.now_ms(),
        )
        agent_id = from_wire(Kind.AGENT, subject)
        if agent_id is None:
            raise apps.IdentityUnknown
        agent, owner = await house.store.read(
            lambda unit: apps.identity(house.network, unit, agent_id)
        )
    except EclosionError as error:
        error.facts |= {"error": error.code, "valid": False}
        reply = error_reply(error, errors.MOLTBOOK)
        return reply._replace(headers=(*reply.headers, *_allowance(allowance)))
    out = VerifyReply(success=True, valid=True, agent=_identity_out(house, agent, owner))
    return Reply(encode(out), headers=_allowance(allowance))


@open_routes.get("/.well-known/jwks.json", public=True)
async def read_jwks(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """The key that identity tokens are signed with (RFC 7517)."""
    cache = (b"cache-control", b"public, max-age=3600")
    return Reply(encode(identity.jwks(house.keys.signing_key)), headers=(cache,))


@app_routes.post("/owner/apps", status=201)
async def make_app(house: House, call: Call[NoQuery, AppBody]) -> AppReply:
    """Register a service that accepts identity tokens. Its key is shown this once."""

    def work(unit: Unit, actor: OwnerActor) -> AppReply:
        made = apps.make_app(house.network, unit, actor, call.body.name)
        return AppReply(
            success=True,
            message="SAVE THIS KEY now: it is not shown again.",
            app=_app_out(made.app, made.key),
        )

    return await change_as_owner(house, call, work)


@app_routes.get("/owner/apps")
async def list_apps(house: House, call: Call[NoQuery, NoBody]) -> AppsReply:
    """The services that you have registered."""

    def work(unit: Unit, actor: OwnerActor) -> AppsReply:
        found = apps.list_apps(unit, actor)
        return AppsReply(success=True, apps=[_app_out(app) for app in found])

    return await read_as_owner(house, call, work)


@app_routes.delete("/owner/apps/{id}")
async def remove_app(house: House, call: Call[NoQuery, NoBody]) -> Success:
    """End a service's key at once."""
    app_id = from_wire(Kind.APP, call.path["id"])
    if app_id is None:
        raise AppNotFound

    def work(unit: Unit, actor: OwnerActor) -> Success:
        apps.remove_app(house.network, unit, actor, app_id)
        return Success(success=True)

    return await change_as_owner(house, call, work)


def _app_out(app: App, key: str = "") -> AppOut:
    return AppOut(
        id=to_wire(Kind.APP, app.id),
        name=app.name,
        created_at=iso(app.created_ms),
        app_key=key or UNSET,
    )


def _allowance(allowance: Allowance) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"x-ratelimit-limit", b"%d" % allowance.limit),
        (b"x-ratelimit-remaining", b"%d" % allowance.remaining),
        (b"x-ratelimit-reset", iso(allowance.reset_s * 1000).encode()),
    )


def _identity_out(house: House, agent: Agent, owner: Owner | None) -> IdentityOut:
    return IdentityOut(
        id=to_wire(Kind.AGENT, agent.id),
        name=agent.name,
        description=agent.description,
        karma=agent.karma,
        avatar_url=media_url(house, Kind.AGENT, agent.id, "avatar", agent.avatar),
        is_claimed=agent.owner_id > 0,
        created_at=iso(agent.created_ms),
        follower_count=agent.followers,
        following_count=agent.following,
        stats=AgentStats(agent.posts, agent.comments),
        owner=owner_out(owner),
    )
