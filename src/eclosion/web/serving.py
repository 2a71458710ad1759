"""All handlers of the web door: pages, and the assets that they need."""

from __future__ import annotations

from typing import Any, cast

from litestar import Request, route
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp

from eclosion.kernel.errors import NotFound
from eclosion.web.desk import Desk
from eclosion.web.door import Door
from eclosion.web.findings import finding_pages
from eclosion.web.network.operators import operator_pages
from eclosion.web.network.owners import owner_pages
from eclosion.web.network.public import public_pages
from eclosion.web.network.purses import purse_pages
from eclosion.web.network.webhooks import webhook_pages
from eclosion.web.pulse import Pulse
from eclosion.web.rendering import Headers, Page

IMMUTABLE: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"vary", b"accept-encoding"),
)
TYPES = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
    "png": b"image/png",
}


def handlers(door: Door) -> list[BaseRouteHandler]:
    """Litestar handlers for everything that people look at."""
    desk = Desk(door)
    return [
        *public_pages(door),
        *Pulse(door).handlers(),
        *owner_pages(desk),
        *purse_pages(desk),
        *webhook_pages(desk),
        *operator_pages(desk),
        *finding_pages(desk),
        _assets(door),
    ]


def _assets(door: Door) -> HTTPRouteHandler:
    made = {
        name: Page(body, TYPES[kind], headers=IMMUTABLE)
        for name, body in door.renderer.static.items()
        if (kind := name.rpartition(".")[2]) in TYPES
    }

    async def page_asset(request: Request[Any, Any, Any]) -> ASGIApp:
        found = made.get(request.path_params["name"])
        if found is None:
            found = door.failed(NotFound("There is no such file."))
        return cast(ASGIApp, found)

    return route("/static/{name:str}", http_method=["GET", "HEAD"], name="page_asset")(page_asset)
