"""Signing in as an owner: by a code that was saved, a link that was sent, or somebody who knows the person.

What is asked for by e-mail gets the same answer whether anybody has the address or not.
"""

from __future__ import annotations

import base64
import binascii
import re

import msgspec
from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.app.statuses import status_of
from eclosion.http import errors
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes, error_reply
from eclosion.http.door.call import encode
from eclosion.http.forms import read_form, wants_page
from eclosion.http.network.mailing import send_link
from eclosion.http.network.owner_door import (
    check_same_site,
    present_owner,
    read_cookie,
    session_cookie,
)
from eclosion.http.network.pages import error_page, page
from eclosion.http.network.wire_agents import Success
from eclosion.kernel.errors import EclosionError, Invalid
from eclosion.network.errors import LinkExpired, SealBroken
from eclosion.network.service import owners, sign_in
from eclosion.network.service.agents import CLAIM_PREFIX
from eclosion.network.service.owners import SignedIn
from eclosion.network.service.profiles import get_agent
from eclosion.store import Unit

page_routes = Routes("owners", prefix="")
routes = Routes("owners", errors.PROBLEM)

STATE_COOKIE = "eclosion_sign_in"
_STATE_CONTEXT = b"sign-in state"
_CLAIM = re.compile(CLAIM_PREFIX + "[0-9a-f]{64}")


class SignInQuery(Struct, frozen=True):
    """``claim`` is the claim link to go on with afterwards."""

    claim: str = ""


class BackQuery(Struct, frozen=True):
    """What a provider sends a browser back with."""

    code: str = ""
    state: str = ""


class SignInBody(Struct, frozen=True):
    """A sign-in code, or an address to send a link to."""

    email: str | None = None
    code: str | None = None


class SignInReply(Success, frozen=True, kw_only=True):
    """With a code: a session. With an address: only that a mail may be on its way."""

    message: str
    session: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET


@routes.post("/owners/sign-in", public=True)
async def sign_in_owner(house: House, call: Call[NoQuery, SignInBody]) -> SignInReply:
    """Sign in by ``code``, or have a link sent to ``email``.

    The session goes into ``Authorization: Bearer owner_sess_…`` of what follows.
    """
    if call.body.code:
        done = await _by_code(house, call.body.code)
        said = f"You are signed in as {done.owner.name}."
        return SignInReply(success=True, message=said, session=done.session, owner=done.owner.name)
    if not call.body.email:
        raise Invalid("code or email is required.")
    await _by_mail(house, call.body.email, call.caller.network)
    return SignInReply(success=True, message="A link is on its way to that address.")


@page_routes.get("/sign-in", public=True)
async def show_sign_in(house: House, call: Call[SignInQuery, NoBody]) -> Reply:
    """The page with every way to sign in that this network offers."""
    return _page(house, call.query.claim)


@page_routes.post("/sign-in", public=True)
async def submit_sign_in(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """The form of that page: ``code`` or ``email``."""
    claim = ""
    try:
        check_same_site(house, call)
        form = read_form(call.scope, call.raw)
        claim = form.get("claim", "")
        if form.get("code", "").strip():
            return _arrive(house, await _by_code(house, form["code"]), claim)
        await _by_mail(house, form.get("email", ""), call.caller.network)
    except EclosionError as error:
        return _page(house, claim, f"{error} {error.hint}", status_of(error))
    said = "A link is on its way to that address. Open it in this browser."
    return page(house, "message.html", "Look into your mail", text=said, hint="", error=False)


@page_routes.get("/sign-in/{token}", public=True)
async def show_link(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """The page behind a sign-in link. Looking at it uses nothing up: mail programs look at links too."""

    def work(unit: Unit) -> tuple[bool, str]:
        link = sign_in.look(house.network, unit, call.path["token"])
        return bool(link.for_session), get_agent(unit, link.agent_id).name if link.agent_id else ""

    try:
        attach, agent = await house.store.read(work)
    except EclosionError as error:
        return error_page(house, error)
    return page(house, "link.html", "Sign in", attach=attach, agent=agent)


@page_routes.post("/sign-in/{token}", public=True)
async def use_link(house: House, call: Call[NoQuery, NoBody]) -> Reply:
    """Sign in by a link, which works this once."""

    def work(unit: Unit) -> SignedIn:
        present = present_owner(house, unit, call)
        token, network = call.path["token"], call.caller.network
        return sign_in.use_link(house.network, unit, token, present, network)

    try:
        check_same_site(house, call)
        done = await house.store.write(work)
    except EclosionError as error:
        if wants_page(call.scope):
            return error_page(house, error)
        return error_reply(error, errors.PROBLEM)
    if wants_page(call.scope):
        return _arrive(house, done)
    said = f"You are signed in as {done.owner.name}."
    reply = SignInReply(
        success=True, message=said, session=done.session or UNSET, owner=done.owner.name
    )
    return Reply(encode(reply), headers=((b"cache-control", b"no-store"),))


@page_routes.get("/sign-in/with/{kind}", public=True)
async def begin_redirect(house: House, call: Call[SignInQuery, NoBody]) -> Reply:
    """Send the browser to somebody who knows the person."""
    kind = call.path["kind"]
    try:
        begun = await house.roots.redirecting(kind).begin(_back(house, kind))
    except EclosionError as error:
        return error_page(house, error)
    now_ms = house.clock.now_ms()
    claim = call.query.claim if _CLAIM.fullmatch(call.query.claim) else ""
    state = {**begun.secret, "kind": kind, "claim": claim, "at": str(now_ms)}
    sealed = house.keys.seal(msgspec.json.encode(state), _STATE_CONTEXT)
    text = base64.urlsafe_b64encode(sealed).decode()
    return _redirect(begun.url, _state_cookie(house, text))


@page_routes.get("/sign-in/with/{kind}/callback", public=True)
async def finish_redirect(house: House, call: Call[BackQuery, NoBody]) -> Reply:
    """Where the browser comes back to."""
    kind = call.path["kind"]
    try:
        state = _state(house, read_cookie(call.scope, STATE_COOKIE), kind)
        query = {"code": call.query.code, "state": call.query.state}
        root = house.roots.redirecting(kind)
        identity = await root.finish(_back(house, kind), state, query)

        def work(unit: Unit) -> SignedIn:
            present = present_owner(house, unit, call)
            net, network = house.network, call.caller.network
            owner = owners.sign_in(net, unit, identity, present, network)
            return SignedIn(owner, owners.begin_session(net, unit, owner, kind))

        done = await house.store.write(work)
    except EclosionError as error:
        return error_page(house, error)
    return _arrive(house, done, state["claim"])


async def _by_code(house: House, code: str) -> SignedIn:
    def work(unit: Unit) -> SignedIn:
        owner = owners.sign_in_by_code(unit, code)
        return SignedIn(owner, owners.begin_session(house.network, unit, owner, "code"))

    return await house.store.write(work)


async def _by_mail(house: House, email: str, network: str) -> None:
    email = owners.check_email(email)
    house.roots.mail()

    def work(unit: Unit) -> str:
        owners.spend_mail(house.network, unit, network)
        return sign_in.make_link(house.network, unit, email=email)

    await send_link(house, email, await house.store.write(work), "Sign in to")


def _page(house: House, claim: str, error: str = "", status: int = 200) -> Reply:
    ways = [(kind, root.label) for kind, root in house.roots.others.items()]
    return page(
        house,
        "sign_in.html",
        "Sign in",
        status=status,
        ways=ways,
        email=house.roots.mailer is not None,
        claim=claim if _CLAIM.fullmatch(claim) else "",
        error=error,
    )


def _arrive(house: House, done: SignedIn, claim: str = "") -> Reply:
    """Signed in: on to the agent that is to be claimed, or to what the owner has here."""
    cookies = (session_cookie(house, done.session),) if done.session else ()
    return _redirect(f"/claim/{claim}" if _CLAIM.fullmatch(claim) else "/owner", *cookies)


def _redirect(url: str, *headers: tuple[bytes, bytes]) -> Reply:
    own = ((b"location", url.encode()), (b"cache-control", b"no-store"))
    return Reply(b"", b"text/plain", 303, (*own, *headers))


def _back(house: House, kind: str) -> str:
    return f"{house.settings.server.url}/sign-in/with/{kind}/callback"


def _state_cookie(house: House, text: str) -> tuple[bytes, bytes]:
    secure = "; Secure" if house.settings.server.url.startswith("https://") else ""
    age_s = house.network.rules.sign_in_link_ms // 1000
    line = f"{STATE_COOKIE}={text}; Path=/sign-in; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", line.encode()


def _state(house: House, text: str, kind: str) -> dict[str, str]:
    """What was to be remembered.

    Raises:
        LinkExpired: there is nothing, it is too old, or it belongs to another way to sign in.
    """
    try:
        raw = house.keys.open(base64.urlsafe_b64decode(text.encode()), _STATE_CONTEXT)
        state = msgspec.json.decode(raw, type=dict[str, str])
    except (SealBroken, binascii.Error, ValueError):
        raise LinkExpired("This sign-in was not begun here. Begin again.") from None
    age_ms = house.clock.now_ms() - int(state["at"])
    if state["kind"] != kind or age_ms > house.network.rules.sign_in_link_ms:
        raise LinkExpired("This sign-in took too long. Begin again.")
    return state
