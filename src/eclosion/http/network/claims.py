"""Claiming: the page behind a claim link, and what agents do about it.

The page and its form also answer in JSON, to whoever asks for that with ``Accept: application/json``.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes, error_reply
from eclosion.http.door.call import encode
from eclosion.http.errors import MOLTBOOK
from eclosion.http.forms import read_form, wants_page
from eclosion.http.network.mailing import send_link
from eclosion.http.network.owner_door import check_same_site, present_owner, session_cookie
from eclosion.http.network.pages import Headers, error_page, page
from eclosion.http.network.wire_agents import AgentOut, Success, agent_out
from eclosion.kernel.errors import EclosionError, Invalid
from eclosion.network.errors import WrongCode
from eclosion.network.model.rows import Owner
from eclosion.network.service import claims, owners, sign_in
from eclosion.network.service.access import Actor, admit
from eclosion.network.service.claims import Claimed, Open, WrongTry
from eclosion.store import Unit

page_routes = Routes("owners", prefix="")
routes = Routes("agents")


class ClaimReply(Success, frozen=True, kw_only=True):
    """A claimed agent. ``session`` and ``sign_in_code`` are there for a new owner, this once."""

    message: str
    status: str = "claimed"
    agent: AgentOut
    session: str | UnsetType = UNSET
    sign_in_code: str | UnsetType = UNSET


class OpenClaimReply(Success, frozen=True, kw_only=True):
    """An agent that waits to be claimed."""

    message: str
    status: str = "pending_claim"
    agent: AgentOut


class ClaimLinkReply(Success, frozen=True, kw_only=True):
    """A new claim link; earlier ones are void. It is shown this once."""

    message: str
    claim_url: str
    verification_code: str


class VerifyEmailBody(Struct, frozen=True):
    """Where to send a claim mail, and for which agent."""

    email: str
    claim_token: str
    username: str | None = None


class OwnerEmailBody(Struct, frozen=True):
    """The owner's address."""

    email: str


class SentReply(Success, frozen=True, kw_only=True):
    """A mail is on its way."""

    message: str


@page_routes.get("/claim/{token}", public=True)
async def show_claim(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """The page on which an owner answers for an agent."""
    token = call.path["token"]

    def work(unit: Unit) -> tuple[Open, Owner | None]:
        return claims.look(house.network, unit, token), present_owner(house, unit, call)

    try:
        found, owner = await house.store.read(work)
    except EclosionError as error:
        return _failed(house, call, error)
    if not wants_page(call.scope):
        out = agent_out(house, found.agent)
        said = "POST the verification_code here to answer for this agent."
        return Reply(encode(OpenClaimReply(success=True, message=said, agent=out)))
    return _form(house, token, found, owner)


@page_routes.post("/claim/{token}", public=True)
async def claim_agent(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """Answer for an agent: ``verification_code``, and perhaps ``name`` and ``email``, as a form or JSON.

    Whoever is signed in claims as that owner; anybody else becomes a new one.
    """
    try:
        check_same_site(house, call)
        form = read_form(call.scope, call.raw)
        return await _claim(house, call, form)
    except EclosionError as error:
        return _failed(house, call, error)


async def _claim(house: House, call: Call[NoQuery, NoBody], form: dict[str, str]) -> Reply:
    token, net = call.path["token"], house.network
    code, email = form.get("verification_code", ""), form.get("email", "").strip()
    if not code.strip():
        raise Invalid("verification_code is required.", "Your agent was given it with the link.")
    email = owners.check_email(email) if email else ""

    def work(unit: Unit) -> tuple[Claimed | WrongTry, Open, Owner | None, str]:
        found = claims.look(net, unit, token)
        present = present_owner(house, unit, call)
        done = claims.claim(
            net,
            unit,
            token,
            code,
            present=present,
            name=form.get("name", ""),
            network_prefix=call.caller.network,
        )
        link = ""
        if isinstance(done, Claimed) and email and house.roots.mailer:
            link = sign_in.make_link(net, unit, owner_id=done.owner.id, email=email)
        return done, found, present, link

    done, found, present, link = await house.store.write(work)
    if isinstance(done, WrongTry):
        wrong = WrongCode(f"This is not the code of {found.agent.name}.", tries_left=done.left)
        if wants_page(call.scope):
            said = f"{wrong} Tries left: {done.left}."
            return _form(house, token, found, present, said)
        raise wrong
    if link:
        await send_link(house, email, link, "Your address on")
    return _claimed(house, call, done, mailed=bool(link))


def _claimed(house: House, call: Call[NoQuery, NoBody], done: Claimed, *, mailed: bool) -> Reply:
    headers: Headers = (session_cookie(house, done.session),) if done.session else ()
    if wants_page(call.scope):
        return page(
            house,
            "claimed.html",
            "Claimed",
            headers=headers,
            agent=done.agent.name,
            owner=done.owner.name,
            code=done.code,
            mailed=mailed,
        )
    reply = ClaimReply(
        success=True,
        message=f"{done.owner.name} answers for {done.agent.name}.",
        agent=agent_out(house, done.agent, done.owner),
        session=done.session or UNSET,
        sign_in_code=done.code or UNSET,
    )
    return Reply(encode(reply), headers=(*headers, (b"cache-control", b"no-store")))


def _form(house: House, token: str, found: Open, owner: Owner | None, error: str = "") -> Reply:
    return page(
        house,
        "claim.html",
        f"Answer for {found.agent.name}",
        status=400 if error else 200,
        token=token,
        agent=found.agent.name,
        description=found.agent.description,
        owner=owner.name if owner else "",
        email=house.roots.mailer is not None,
        error=error,
    )


def _failed(house: House, call: Call[NoQuery, NoBody], error: EclosionError) -> Reply:
    if wants_page(call.scope):
        return error_page(house, error)
    return error_reply(error, MOLTBOOK)


@routes.post("/agents/me/claim-link")
async def make_claim_link(house: House, call: Call[NoQuery, NoBody]) -> ClaimLinkReply:
    """A new claim link and code for your owner, when the first ones are lost."""

    def work(unit: Unit, actor: Actor) -> ClaimLinkReply:
        made = claims.new_link(house.network, unit, actor)
        return ClaimLinkReply(
            success=True,
            message="Give both to your owner. Earlier links no longer work.",
            claim_url=f"{house.settings.server.url}/claim/{made.token}",
            verification_code=made.code,
        )

    return await call.change(work)


@routes.post("/agents/verify-email", public=True)
async def send_claim_mail(house: House, call: Call[NoQuery, VerifyEmailBody]) -> SentReply:
    """Send an owner a mail whose link claims an agent, if this network sends e-mail."""
    house.roots.mail()
    email = owners.check_email(call.body.email)
    token = call.body.claim_token.rpartition("/")[2]

    def work(unit: Unit) -> tuple[str, str]:
        found = claims.look(house.network, unit, token)
        owners.spend_mail(house.network, unit, call.caller.network)
        link = sign_in.make_link(house.network, unit, email=email, agent_id=found.agent.id)
        return link, found.agent.name

    link, name = await house.store.write(work)
    await send_link(house, email, link, f"Answer for {name} on")
    return SentReply(success=True, message="We have sent a link to that address.")


@routes.post("/agents/me/setup-owner-email")
async def set_up_owner_email(house: House, call: Call[NoQuery, OwnerEmailBody]) -> SentReply:
    """Offer your owner to sign in by e-mail. It takes effect when the owner, signed in, opens the link."""
    email = owners.check_email(call.body.email)

    def work(unit: Unit, actor: Actor) -> str:
        claims.check_claimed(actor)
        house.roots.mail()
        owners.spend_mail(house.network, unit, call.caller.network)
        owner_id = actor.agent.owner_id
        return sign_in.make_link(
            house.network, unit, owner_id=owner_id, email=email, for_session=True
        )

    key = call.caller.key
    link = await house.store.write(lambda unit: work(unit, admit(house.network, unit, key)))
    await send_link(house, email, link, "Your address on")
    return SentReply(success=True, message="We have sent a link to that address.")
