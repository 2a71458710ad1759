"""The ASGI application: all doors around one house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from eclosion import web
from eclosion.app.consumers import make_dispatcher
from eclosion.app.delivering.sender import Sender
from eclosion.app.house import House
from eclosion.app.jobs import Upkeep
from eclosion.app.statuses import MethodNotAllowed
from eclosion.app.traffic import TrafficFeeder
from eclosion.entry.gatedoor import gate_handlers
from eclosion.http.documents import document_routes
from eclosion.http.door import error_reply, handlers
from eclosion.http.errors import MOLTBOOK
from eclosion.http.findings import ROUTES as FINDINGS
from eclosion.http.ledger import ROUTES as LEDGER
from eclosion.http.network import ROUTES as NETWORK
from eclosion.http.operations import operation_routes
from eclosion.http.paying import ROUTES as PAYING
from eclosion.http.reference import reference_routes
from eclosion.http.streams import event_routes
from eclosion.kernel.errors import EclosionError, Invalid, NotFound
from eclosion.mcp import Mount


def make_app(house: House) -> Litestar:
    """Put the doors around a house; the application closes it when it ends."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        dispatcher = make_dispatcher(house)
        upkeep, sender = Upkeep(house), Sender(house)
        house.streams.start()
        traffic = TrafficFeeder(house)
        if house.writable:
            traffic.start()
            dispatcher.start()
            upkeep.start()
            sender.start()
        try:
            yield
        finally:
            house.begin_stop()
            await mount.stop()
            await house.streams.stop()
            await sender.stop()
            await traffic.stop()
            await upkeep.stop()
            await dispatcher.stop()
            house.close()

    api = [*NETWORK, *FINDINGS, *LEDGER, *PAYING, *event_routes()]
    routes = [
        *api,
        *operation_routes(house),
        *document_routes(house, api),
        *reference_routes(house, api),
    ]
    wall = web.Door(house)
    mount = Mount(house)
    more = [*web.handlers(wall), *mount.handlers(), *gate_handlers(house)]

    def unrouted(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        return _unrouted(wall, request, error)

    app = Litestar(
        route_handlers=[*handlers(house, routes), *more],
        lifespan=[lifespan],
        openapi_config=None,
        exception_handlers={HTTPException: unrouted},
    )
    mount.around(cast(ASGIApp, app))
    return app


def _unrouted(
    wall: web.Door, request: Request[Any, Any, Any], error: HTTPException
) -> Response[bytes]:
    """What Litestar itself refuses: unknown addresses and methods. A browser gets a page."""
    known: dict[int, EclosionError] = {
        404: NotFound("There is nothing at this address.", "GET /skill.md tells what there is."),
        405: MethodNotAllowed(),
    }
    told = known.get(error.status_code, Invalid())
    if "text/html" in request.headers.get("accept", "") and error.status_code == 404:
        page = wall.failed(told)
        return Response(page.body, status_code=page.status, headers=page.headers)
    reply = error_reply(told, MOLTBOOK)
    return Response(reply.body, status_code=error.status_code, media_type="application/json")
