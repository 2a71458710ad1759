"""How an owner comes in: a session in a cookie or a header, and no form from another site.

A cookie is sent by a browser whoever wrote the page that makes it, so whatever comes with a cookie and changes
something must come from this site (``Sec-Fetch-Site``, else ``Origin``). A session in a header needs no such
check, because no foreign page can set it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from eclosion.app import sessions
from eclosion.app.house import House
from eclosion.app.sessions import read_cookie, session_cookie
from eclosion.http.door import Call
from eclosion.kernel.errors import EclosionError
from eclosion.network.model.rows import Owner
from eclosion.network.service.owners import (
    SESSION_PREFIX,
    OwnerActor,
    authenticate_owner,
)
from eclosion.store import Unit

R = TypeVar("R")

__all__ = [
    "change_as_owner",
    "check_same_site",
    "present_owner",
    "read_as_owner",
    "read_cookie",
    "session_cookie",
    "session_of",
]


def session_of(house: House, call: Call[Any, Any]) -> str | None:
    """The session that came with a request, or None."""
    if call.caller.key and call.caller.key.startswith(SESSION_PREFIX):
        return call.caller.key
    return sessions.session_in_cookie(house, call.scope) or None


def check_same_site(house: House, call: Call[Any, Any]) -> None:
    """Refuse what a page of another site has sent.

    Raises:
        CrossSite: it did.
    """
    sessions.check_same_site(house, call.scope)


def present_owner(house: House, unit: Unit, call: Call[Any, Any]) -> Owner | None:
    """Who is signed in, if anybody is; a session that has ended counts as none."""
    session = session_of(house, call)
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
    session = session_of(house, call)
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
    session = session_of(house, call)
    if session != call.caller.key:
        check_same_site(house, call)
    return await call.act(lambda unit: authenticate_owner(house.network, unit, session), fn)
