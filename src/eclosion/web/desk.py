"""Pages that only one owner may see, and the forms on them.

Nothing here is kept or compressed. A form is taken only from this site, with the token that was made for the session,
and within the limits for writing. What it does is written in one transaction; the browser is sent on to see it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, quote

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive

from eclosion.app.bodies import read_body
from eclosion.app.caller import caller_of
from eclosion.app.house import House
from eclosion.app.sessions import (
    check_form_token,
    check_same_site,
    form_token,
    session_cookie,
    session_in_cookie,
)
from eclosion.app.statuses import Broken
from eclosion.kernel.errors import EclosionError, Invalid, TooMany, Unauthenticated
from eclosion.network.service.owners import OwnerActor, authenticate_owner
from eclosion.store import Unit
from eclosion.web.door import Ask, Door, asked
from eclosion.web.rendering import PRIVATE, Page, redirect

FORM_BYTES_MAX = 16_384
FIELDS_MAX = 20

_log = logging.getLogger(__name__)


class Sheet(NamedTuple):
    """A page of an owner's own: a template and its values."""

    template: str
    values: dict[str, Any]


class Sent(NamedTuple):
    """What a form brought: ``name`` and ``id`` are the variable parts of its address; ``session`` is the sender's."""

    name: str
    id: str
    fields: Mapping[str, str]
    session: str

    def get(self, key: str) -> str:
        """A field's text, or nothing."""
        return self.fields.get(key, "").strip()


class Go(NamedTuple):
    """Where the browser is sent; ``word`` names what was done, ``leave`` ends the session in it."""

    path: str
    word: str = ""
    leave: bool = False


Show = Callable[[House, Unit, OwnerActor, Ask], Sheet]
Act = Callable[[House, Unit, OwnerActor, Sent], Go | Sheet]
First = Callable[[House, Sent], Awaitable[Sent]]


class Desk:
    """Serves the pages of owners."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._house = door.house

    def page(self, path: str, show: Show, name: str, stranger: str = "") -> HTTPRouteHandler:
        """Declare a page. Who is not signed in sees the template ``stranger``, or is sent to sign in."""

        async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
            return cast(ASGIApp, await self._show(request.scope, show, stranger))

        handle.__name__ = name
        return get(path.replace("}", ":str}"), name=name)(handle)

    def form(self, path: str, act: Act, name: str, first: First | None = None) -> HTTPRouteHandler:
        """Declare what a form does. It returns where to go, or a sheet that is shown this once.

        Args:
            first: what has to be asked outside of the store before, for an owner who is signed in.
        """

        async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
            return cast(ASGIApp, await self._act(request.scope, request.receive, act, first))

        handle.__name__ = name
        return post(path.replace("}", ":str}"), status_code=200, name=name)(handle)

    async def _show(self, scope: HTTPScope, show: Show, stranger: str) -> Page:
        house, session = self._house, session_in_cookie(self._house, scope)
        if (wait_ms := self._door.spend(scope)) > 0:
            return self._failed(TooMany("A little slower.", retry_after_ms=wait_ms))

        def work(unit: Unit) -> tuple[OwnerActor, Sheet]:
            actor = authenticate_owner(house.network, unit, session)
            return actor, show(house, unit, actor, asked(scope))

        try:
            actor, sheet = await house.store.read(work)
        except Unauthenticated:
            if stranger:
                return self._door.renderer.page(stranger, 200, PRIVATE, shared=False)
            return redirect("/sign-in")
        except EclosionError as error:
            return self._failed(error)
        except Exception:  # noqa: BLE001 - the last line of defence: logged, and told without detail
            _log.exception("GET %r failed", scope["path"])
            return self._failed(Broken())
        return self._page(sheet, actor, session)

    async def _act(self, scope: HTTPScope, receive: Receive, act: Act, first: First | None) -> Page:
        house, session = self._house, session_in_cookie(self._house, scope)
        try:
            sent = await self._sent(scope, receive, session)
            if first is not None:
                await house.store.read(
                    lambda unit: authenticate_owner(house.network, unit, session)
                )
                sent = await first(house, sent)

            def work(unit: Unit) -> tuple[OwnerActor, Go | Sheet]:
                actor = authenticate_owner(house.network, unit, session)
                return actor, act(house, unit, actor, sent)

            actor, done = await house.store.write(work)
        except Unauthenticated:
            return redirect("/sign-in")
        except EclosionError as error:
            return self._failed(error)
        except Exception:  # noqa: BLE001 - the last line of defence: logged, and told without detail
            _log.exception("POST %r failed", scope["path"])
            return self._failed(Broken())
        if isinstance(done, Sheet):
            return self._page(done, actor, session)
        path = f"{done.path}?done={quote(done.word)}" if done.word else done.path
        return redirect(path, (session_cookie(house, ""),) if done.leave else ())

    async def _sent(self, scope: HTTPScope, receive: Receive, session: str) -> Sent:
        """What a form brought, if it came from a page of ours and not too often.

        Raises:
            TooMany, CrossSite, TooLarge, Invalid: it is not taken.
        """
        self._spend(scope)
        check_same_site(self._house, scope)
        within_ms = self._house.settings.limits.body_ms
        fields = _fields(await read_body(scope, receive, FORM_BYTES_MAX, within_ms))
        check_form_token(session, fields.get("token", ""))
        params = scope["path_params"]
        return Sent(params.get("name", ""), params.get("id", ""), fields, session)

    def _page(self, sheet: Sheet, actor: OwnerActor, session: str) -> Page:
        values = {"owner": actor.owner, "token": form_token(session), **sheet.values}
        return self._door.renderer.page(sheet.template, 200, PRIVATE, shared=False, **values)

    def _failed(self, error: EclosionError) -> Page:
        """What went wrong, told to this owner alone: nobody between us may keep it."""
        return self._door.failed(error, PRIVATE)

    def _spend(self, scope: HTTPScope) -> None:
        """Count a form against its network.

        Raises:
            TooMany: too many were sent.
        """
        network = caller_of(self._house, scope).network
        limit = self._house.settings.limits.writes_a_minute
        wait_ms = self._house.limiter.spend("w" + network, limit).wait_ms
        if wait_ms:
            raise TooMany("A little slower.", retry_after_ms=wait_ms)


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError:
        raise Invalid("This form cannot be read.") from None
    if any("\x00" in value for _, value in pairs):
        raise Invalid("This form cannot be read.")
    return dict(pairs)
