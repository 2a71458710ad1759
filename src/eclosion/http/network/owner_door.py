"""How an owner comes in: a session in a cookie or a header, and no form from another site.

A cookie is sent by a browser whoever wrote the page that makes it, so whatever comes with a cookie and changes
something must come from this site (``Sec-Fetch-Site``, else ``Origin``). A session in a header needs no such
check, because no foreign page can set it.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlsplit

from litestar.types import HTTPScope

from eclosion.app.house import House
from eclosion.http.door import Call
from eclosion.http.door.call import header
from eclosion.kernel.errors import EclosionError
from eclosion.network.errors import CrossSite
from eclosion.network.model.rows import Owner
from eclosion.network.service.owners import (
    SESSION_PREFIX,
    OwnerActor,
    authenticate_owner,
)
from eclosion.store import Unit

R = TypeVar("R")
COOKIE = "eclosion_owner"
_SECURE_COOKIE = "__Host-eclosion_owner"


def session_of(call: Call[Any, Any]) -> str | None:
    """The session that came with a request, or None."""
    if call.caller.key and call.caller.key.startswith(SESSION_PREFIX):
        return call.caller.key
    cookie = read_cookie(call.scope, _SECURE_COOKIE) or read_cookie(call.scope, COOKIE)
    return cookie or None


def read_cookie(scope: HTTPScope, name: str) -> str:
    """A cookie's value, or nothing."""
    text = header(scope, b"cookie")
    if name not in text:
        return ""
    try:
        found = SimpleCookie(text).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def check_same_site(house: House, call: Call[Any, Any]) -> None:
    """Refuse what a page of another site has sent.

    Raises:
        CrossSite: it did.
    """
    site = header(call.scope, b"sec-fetch-site")
    if site:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = header(call.scope, b"origin")
    if not origin:
        return  # no browser: browsers name the origin of every form
    ours = {urlsplit(house.settings.server.url).netloc, header(call.scope, b"host")}
    if urlsplit(origin).netloc not in ours - {""}:
        raise CrossSite


def present_owner(house: House, unit: Unit, call: Call[Any, Any]) -> Owner | None:
    """Who is signed in, if anybody is; a session that has ended counts as none."""
    session = session_of(call)
    if session is None:
        return None
    try:
        return authenticate_owner(house.network, unit, session).owner
    except EclosionError:
        return None


async def read_as_owner(
    house: House, call: Call[Any, Any], fn: Callable[[Unit, OwnerActor], R], *, slow: bool = False
) -> R:
    """Read something as the owner who is signed in.

    Raises:
        SessionRequired, SessionInvalid: nobody is.
    """
    session = session_of(call)
    return await house.store.read(
        lambda unit: fn(unit, authenticate_owner(house.network, unit, session)), slow=slow
    )


async def change_as_owner(
    house: House, call: Call[Any, Any], fn: Callable[[Unit, OwnerActor], R]
) -> R:
    """Change something as the owner who is signed in.

    Raises:
        SessionRequired, SessionInvalid: nobody is.
        CrossSite: another site's page sent it.
    """
    session = session_of(call)
    if session != call.caller.key:
        check_same_site(house, call)
    return await call.act(lambda unit: authenticate_owner(house.network, unit, session), fn)


def session_cookie(house: House, session: str) -> tuple[bytes, bytes]:
    """The header that gives a browser its session; an empty one takes it away."""
    secure = house.settings.server.url.startswith("https://")
    name = _SECURE_COOKIE if secure else COOKIE
    age_s = house.network.rules.session_ms // 1000 if session else 0
    text = f"{name}={session}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax"
    return b"set-cookie", (text + "; Secure" if secure else text).encode()
