"""What happens to a visit on its way in and out: the rate limit, the one-second cache, the page or what went wrong.

A page is a function from a house, a unit of work and what was asked for to a view. It changes nothing and is the same
for everybody, so a reply that was made for one visitor is given to all for one. Each has twins: ``.md`` for
agents and terminals, ``.atom`` for feed readers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlencode

from litestar import Request, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope

from eclosion.app.caller import caller_of
from eclosion.app.cursors import decode_cursor
from eclosion.app.house import House
from eclosion.app.statuses import Broken, status_of
from eclosion.kernel.errors import EclosionError, Invalid, TooMany
from eclosion.network.service.brakes import network_brake
from eclosion.store import Unit
from eclosion.web.outline import Outline, to_atom, to_markdown
from eclosion.web.rendering import OPEN, Headers, Page, Renderer

CACHE_MS = 1_000
CACHE_BYTES_MAX = 24 * 2**20
QUERY_BYTES_MAX = 4_096
TWINS = {".md": b"text/markdown; charset=utf-8", ".atom": b"application/atom+xml; charset=utf-8"}

_NONE: Mapping[str, str] = MappingProxyType({})
_log = logging.getLogger(__name__)


class Ask(NamedTuple):
    """What a visitor asks for: the variable part of the path, the query, and ``twin``: '', '.md' or '.atom'.

    ``found`` is what was looked up elsewhere than in the network's store, if anything was; ``params`` are all
    variable parts of the path by name.
    """

    name: str
    query: Mapping[str, str]
    twin: str = ""
    found: Any = None
    params: Mapping[str, str] = _NONE

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        """One of some words; the first is the default and stands for unknown ones."""
        found = self.query.get(key, "")
        return found if found in among else among[0]

    def cursor(self, count: int) -> tuple[int, ...] | None:
        """Where the page begins; None is the beginning.

        Raises:
            Invalid: the cursor is none of this list.
        """
        text = self.query.get("after", "")
        return decode_cursor(text, count) if text else None


class View(NamedTuple):
    """What a page shows: a template and its values, and the same as an outline for its twins.

    ``heavy`` views take more than a few milliseconds to render and are rendered beside the event loop.
    """

    template: str
    values: dict[str, Any]
    outline: Callable[[], Outline]
    heavy: bool = False


Make = Callable[[House, Unit, Ask], View]
Find = Callable[[House, Ask], Awaitable[Any]]


class Door:
    """Serves pages of one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.renderer = Renderer(house)
        self._kept = Kept()
        self._making: dict[tuple[str, bytes], asyncio.Future[Page]] = {}
        self._rate = house.settings.limits.pages_a_minute

    def page(self, path: str, make: Make, name: str, find: Find | None = None) -> HTTPRouteHandler:
        """Declare a page. A path that ends in ``{name}`` finds its twins there; others have paths of their own.

        Args:
            find: looks something up first; the page is then made beside the event loop.
        """
        paths = [path]
        if not path.endswith("}"):
            stem = path if path != "/" else "/index"
            paths += [stem + twin for twin in TWINS]

        tally = self.house.measures.tally("GET", path, is_page=True)

        async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
            started = perf_counter()
            page = await self._reply(request.scope, make, find)
            tally.note(page.status, perf_counter() - started)
            return cast(ASGIApp, page)

        handle.__name__ = name
        litestar_paths = [one.replace("}", ":str}") for one in paths]
        return route(litestar_paths, http_method=["GET", "HEAD"], name=name)(handle)

    async def _reply(self, scope: HTTPScope, make: Make, find: Find | None) -> Page:
        if (wait_ms := self.spend(scope)) > 0:
            return self.failed(TooMany("You look faster than we can show.", retry_after_ms=wait_ms))
        key = (scope["path"], scope["query_string"])
        now_ms = self.house.clock.now_ms()
        found = self._kept.find(key, now_ms)
        if found is not None:
            return found
        waiting = self._making.get(key)
        if waiting is not None:
            return await asyncio.shield(waiting)
        future: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self._making[key] = future
        page: Page | None = None
        try:
            page = await self._made(scope, make, find)
            if page.status == 200:
                self._kept.keep(key, page, now_ms)
            return page
        finally:
            del self._making[key]
            future.set_result(page or self.failed(Broken()))

    async def _made(self, scope: HTTPScope, make: Make, find: Find | None) -> Page:
        try:
            ask = asked(scope)
            if find is not None:
                ask = ask._replace(found=await find(self.house, ask))
            asking = ask
            view, brake = await self.house.store.read(
                lambda unit: (make(self.house, unit, asking), network_brake(unit)),
                slow=find is not None,
            )
            view.values["brake"] = brake
            if view.heavy:
                return await asyncio.to_thread(self._render, view, ask)
            return self._render(view, ask)
        except EclosionError as error:
            return self.failed(error)
        except Exception:  # noqa: BLE001 - the last line of defence: logged, and told without detail
            _log.exception("GET %r failed", scope["path"])
            return self.failed(Broken())

    def _render(self, view: View, ask: Ask) -> Page:
        renderer = self.renderer
        if ask.twin:
            write = to_markdown if ask.twin == ".md" else to_atom
            body = write(view.outline(), renderer.site, renderer.url)
            return Page(body.encode("utf-8", "replace"), TWINS[ask.twin])
        return renderer.page(view.template, **view.values)

    def spend(self, scope: HTTPScope) -> int:
        """Count a visit against its network; the milliseconds to wait, or 0."""
        network = caller_of(self.house, scope).network
        return self.house.limiter.spend("p" + network, self._rate).wait_ms

    def failed(self, error: EclosionError, headers: Headers = OPEN) -> Page:
        """The page that tells what went wrong."""
        if isinstance(error, TooMany):
            wait_s = max(1, -(-error.retry_after_ms // 1000))
            headers = ((b"retry-after", b"%d" % wait_s), (b"cache-control", b"no-store"))
        status = status_of(error)
        return self.renderer.page("missing.html", status, headers, code=status, message=str(error))


class Kept:
    """Pages of the last second, the oldest forgotten when they take more than ``CACHE_BYTES_MAX``."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, bytes], tuple[int, Page]] = {}
        self._bytes = 0

    def find(self, key: tuple[str, bytes], now_ms: int) -> Page | None:
        """A page made at most ``CACHE_MS`` ago."""
        found = self._pages.get(key)
        if found is None or not 0 <= now_ms - found[0] < CACHE_MS:
            return None
        return found[1]

    def keep(self, key: tuple[str, bytes], page: Page, made_at_ms: int) -> None:
        """Keep a page that was begun at an instant."""
        self._forget(key)
        self._pages[key] = (made_at_ms, page)
        self._bytes += page.size_bytes
        while self._bytes > CACHE_BYTES_MAX:
            self._forget(next(iter(self._pages)))

    def _forget(self, key: tuple[str, bytes]) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self._bytes -= old[1].size_bytes


def asked(scope: HTTPScope) -> Ask:
    """What a visitor asks for.

    Raises:
        Invalid: the address is too long, or is no text.
    """
    if len(scope["query_string"]) > QUERY_BYTES_MAX or "\x00" in scope["path"]:
        raise Invalid("This address cannot be read.")
    try:
        pairs = parse_qsl(scope["query_string"].decode("ascii"), errors="strict", max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        raise Invalid("This address cannot be read.") from None
    query = {name: value.replace("\x00", "") for name, value in pairs}
    last = scope["path"].rpartition("/")[2]
    for twin in TWINS:
        if last.endswith(twin):
            return Ask(last.removesuffix(twin), query, twin)
    return Ask(last, query, params=scope["path_params"])


def link(path: str, ask: Ask, **query: str) -> str:
    """A path of ours in the form that was asked for, with a query without what is empty."""
    stem = (path if path != "/" else "/index") + ask.twin if ask.twin else path
    given = {name: value for name, value in query.items() if value}
    return f"{stem}?{urlencode(given)}" if given else stem
