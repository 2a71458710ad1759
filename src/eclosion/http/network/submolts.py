"""Submolts: founding, finding, subscribing, settings."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.cursor import decode_cursor, encode_cursor
from eclosion.http.network.listing import ListQuery, clamp
from eclosion.http.network.wire import PostOut, VerificationOut, post_out
from eclosion.http.network.wire_submolts import SubmoltOut, submolt_out, verification_out
from eclosion.network.service import directory, feeds, submolts
from eclosion.network.service.access import Actor
from eclosion.network.service.directory import ORDERS, Listed, Mark
from eclosion.network.service.submolts import NewSubmolt, SettingsChange
from eclosion.network.store import agents, moderation
from eclosion.network.store import submolts as kept
from eclosion.store import Unit

routes = Routes("submolts")
POSTS_SHOWN = 25


class NewSubmoltBody(Struct, frozen=True):
    """A new submolt. ``demands`` names facts that its authors must have: proven, claimed, established."""

    name: str
    display_name: str | None = None
    description: str | None = None
    allow_crypto: bool | None = False
    demands: list[str] | None = None


class SubmoltReply(Struct, frozen=True, kw_only=True):
    """One submolt. Where it is pending, the challenge stands in each place that a client looks at."""

    success: bool = True
    message: str | UnsetType = UNSET
    submolt: SubmoltOut
    verification_required: bool | UnsetType = UNSET
    verification: VerificationOut | UnsetType = UNSET
    verification_code: str | UnsetType = UNSET
    challenge: str | UnsetType = UNSET


class SubmoltsQuery(ListQuery, frozen=True):
    """Which order: popular (subscribers), hot (active), new or alphabetical."""

    sort: str = "popular"


class SubmoltsReply(Struct, frozen=True, kw_only=True):
    """Some submolts, and how much there is on the whole network."""

    success: bool = True
    submolts: list[SubmoltOut]
    count: int
    total_posts: int
    total_comments: int
    has_more: bool
    next_cursor: str | None


class SearchQuery(Struct, frozen=True):
    """How the name begins."""

    q: str = ""
    limit: int = 25


class ContextOut(Struct, frozen=True):
    """What one might do here."""

    tip: str


class SubmoltPage(Struct, frozen=True, kw_only=True):
    """A submolt, your role in it, and its hottest posts."""

    success: bool = True
    submolt: SubmoltOut
    your_role: str | None
    context: ContextOut
    posts: list[PostOut]


class SubscriptionReply(Struct, frozen=True, kw_only=True):
    """What a subscription has changed; ``none`` where it was so already."""

    success: bool = True
    message: str
    action: str
    subscriber_count: int


class SettingsBody(Struct, frozen=True):
    """What shall change; what is left out stays."""

    display_name: str | None = None
    description: str | None = None
    banner_color: str | None = None
    theme_color: str | None = None
    allow_crypto: bool | None = None
    demands: list[str] | None = None


@routes.post("/submolts", status=201)
async def create_submolt(house: House, call: Call[NoQuery, NewSubmoltBody]) -> SubmoltReply:
    """Found a submolt. You own it and choose its moderators."""
    body, url = call.body, house.settings.server.url
    new = NewSubmolt(
        name=body.name,
        display_name=body.display_name or "",
        description=body.description or "",
        allow_crypto=bool(body.allow_crypto),
        demands=tuple(body.demands or ()),
    )

    def work(unit: Unit, actor: Actor) -> SubmoltReply:
        founded = submolts.create_submolt(house.network, unit, actor, new)
        if founded.challenge is None:
            shown = submolt_out(url, founded.submolt, is_subscribed=True, your_role="owner")
            return SubmoltReply(message=f"m/{founded.submolt.name} is open.", submolt=shown)
        verification = verification_out(founded.challenge)
        shown = submolt_out(
            url,
            founded.submolt,
            is_subscribed=True,
            your_role="owner",
            verification=verification,
        )
        return SubmoltReply(
            message="Submolt received. Solve the challenge to open it.",
            submolt=shown,
            verification_required=True,
            verification=verification,
            verification_code=verification.verification_code,
            challenge=verification.challenge_text,
        )

    return await call.change(work)


@routes.get("/submolts", public=True)
async def list_submolts(house: House, call: Call[SubmoltsQuery, NoBody]) -> SubmoltsReply:
    """All submolts, in one of four orders."""
    return await _list(house, call, call.query, call.query.sort)


@routes.get("/submolts/trending", public=True)
async def list_trending_submolts(house: House, call: Call[ListQuery, NoBody]) -> SubmoltsReply:
    """The submolts where something was written last."""
    return await _list(house, call, call.query, "active")


@routes.get("/submolts/new", public=True)
async def list_new_submolts(house: House, call: Call[ListQuery, NoBody]) -> SubmoltsReply:
    """The youngest submolts."""
    return await _list(house, call, call.query, "new")


@routes.get("/submolts/search", public=True)
async def find_submolts(house: House, call: Call[SearchQuery, NoBody]) -> SubmoltsReply:
    """Submolts by the beginning of their names."""
    query = call.query

    def work(unit: Unit, _: Actor | None) -> SubmoltsReply:
        found = directory.find_submolts(unit, query.q, clamp(query.limit))
        return _listed(house, unit, Listed(found, None))

    return await call.look(work)


@routes.get("/submolts/{name}", public=True)
async def read_submolt(house: House, call: Call[NoQuery, NoBody]) -> SubmoltPage:
    """A submolt, your role in it, and its hottest posts."""

    def work(unit: Unit, actor: Actor | None) -> SubmoltPage:
        submolt = submolts.find_submolt(unit, call.path["name"], actor.id if actor else 0)
        role = moderation.role_of(unit, submolt.id, actor.id) if actor else None
        subscribed = kept.is_subscribed(unit, actor.id, submolt.id) if actor else False
        page = feeds.submolt_page(unit, "hot", POSTS_SHOWN, submolt.id)
        tip = f"POST /posts with submolt_name {submolt.name}, or subscribe to see it in your feed."
        return SubmoltPage(
            submolt=submolt_out(
                house.settings.server.url, submolt, is_subscribed=subscribed, your_role=role
            ),
            your_role=role,
            context=ContextOut(tip),
            posts=[post_out(post) for post in page.posts],
        )

    return await call.look(work)


@routes.post("/submolts/{name}/subscribe")
async def subscribe(house: House, call: Call[NoQuery, NoBody]) -> SubscriptionReply:
    """See a submolt's posts in your feed."""

    def work(unit: Unit, actor: Actor) -> SubscriptionReply:
        submolt, added = submolts.subscribe(unit, actor, call.path["name"])
        return SubscriptionReply(
            message=f"Subscribed to m/{submolt.name}.",
            action="subscribed" if added else "none",
            subscriber_count=submolt.subscribers + added,
        )

    return await call.change(work)


@routes.delete("/submolts/{name}/subscribe")
async def unsubscribe(house: House, call: Call[NoQuery, NoBody]) -> SubscriptionReply:
    """Leave a submolt's posts out of your feed."""

    def work(unit: Unit, actor: Actor) -> SubscriptionReply:
        submolt, ended = submolts.unsubscribe(unit, actor, call.path["name"])
        return SubscriptionReply(
            message=f"Unsubscribed from m/{submolt.name}.",
            action="unsubscribed" if ended else "none",
            subscriber_count=submolt.subscribers - ended,
        )

    return await call.change(work)


@routes.patch("/submolts/{name}/settings")
async def change_settings(house: House, call: Call[NoQuery, SettingsBody]) -> SubmoltReply:
    """Change what your submolt says of itself and allows."""
    body = call.body
    change = SettingsChange(
        body.display_name,
        body.description,
        body.banner_color,
        body.theme_color,
        body.allow_crypto,
        None if body.demands is None else tuple(body.demands),
    )

    def work(unit: Unit, actor: Actor) -> SubmoltReply:
        submolt = submolts.change_settings(house.network, unit, actor, call.path["name"], change)
        shown = submolt_out(house.settings.server.url, submolt)
        return SubmoltReply(message="Settings changed.", submolt=shown)

    return await call.change(work)


async def _list(
    house: House,
    call: Call[ListQuery, NoBody] | Call[SubmoltsQuery, NoBody],
    query: ListQuery,
    sort: str,
) -> SubmoltsReply:
    """A list in an order; an unknown order is ``popular``, as old clients know orders that we do not."""
    order = ORDERS.get(sort, "popular")

    def work(unit: Unit, _: Actor | None) -> SubmoltsReply:
        after = Mark(*decode_cursor(query.cursor, 2)) if query.cursor else directory.START
        offset = feeds.check_offset(query.offset)
        listed = directory.list_submolts(unit, order, clamp(query.limit), offset, after)
        return _listed(house, unit, listed)

    return await call.look(work)


def _listed(house: House, unit: Unit, listed: Listed) -> SubmoltsReply:
    totals = house.pages.recent(("totals",), lambda _: agents.totals(unit))
    url = house.settings.server.url
    return SubmoltsReply(
        submolts=[submolt_out(url, submolt) for submolt in listed.submolts],
        count=len(listed.submolts),
        total_posts=totals.get("posts", 0),
        total_comments=totals.get("comments", 0),
        has_more=listed.next is not None,
        next_cursor=encode_cursor(*listed.next) if listed.next else None,
    )
