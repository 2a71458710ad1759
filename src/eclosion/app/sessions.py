"""An owner's session in a browser: its cookie, and no form from another site.

A cookie is sent by a browser whoever wrote the page that makes it, so whatever comes with a cookie and changes
something must come from this site (``Sec-Fetch-Site``, else ``Origin``). Pages' forms carry a token besides, which
only a page that was made for the same session can hold.
"""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from litestar.types import HTTPScope

from eclosion.app.caller import header
from eclosion.app.house import House
from eclosion.network.context import hash_secret
from eclosion.network.errors import CrossSite

COOKIES_MAX = 16_384
COOKIE = "eclosion_owner"
SECURE_COOKIE = "__Host-eclosion_owner"


def session_in_cookie(house: House, scope: HTTPScope) -> str:
    """The session that a browser sent, or nothing.

    Over HTTPS only the cookie with the prefix counts, because sites beside ours can set any other in our name.
    """
    return read_cookie(scope, _name(house))


def read_cookie(scope: HTTPScope, name: str) -> str:
    """A cookie's value, or nothing; more cookies than any browser sends are not looked at."""
    text = header(scope, b"cookie")
    if name not in text or len(text) > COOKIES_MAX:
        return ""
    try:
        found = SimpleCookie(text).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def session_cookie(house: House, session: str) -> tuple[bytes, bytes]:
    """The header that gives a browser its session; an empty one takes it away."""
    name = _name(house)
    age_s = house.network.rules.session_ms // 1000 if session else 0
    text = f"{name}={session}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax"
    return b"set-cookie", (text + "; Secure" if name == SECURE_COOKIE else text).encode()


def _name(house: House) -> str:
    return SECURE_COOKIE if house.settings.server.url.startswith("https://") else COOKIE


def check_same_site(house: House, scope: HTTPScope) -> None:
    """Refuse what a page of another site has sent.

    Raises:
        CrossSite: it did.
    """
    site = header(scope, b"sec-fetch-site")
    if site:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = header(scope, b"origin")
    if not origin:
        return  # no browser: browsers name the origin of every form
    ours = {urlsplit(house.settings.server.url).netloc, header(scope, b"host")}
    if urlsplit(origin).netloc not in ours - {""}:
        raise CrossSite


def form_token(session: str) -> str:
    """What a form made for a session carries. It tells nothing of the session."""
    return hash_secret(f"form {session}")[:32]


def check_form_token(session: str, token: str) -> None:
    """Refuse a form that was not made for this session.

    Raises:
        CrossSite: it was not.
    """
    if not hmac.compare_digest(form_token(session).encode(), token.encode()):
        raise CrossSite("This form is of another session.", "Load the page again.")
