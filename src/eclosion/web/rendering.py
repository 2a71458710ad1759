"""From a template to a reply: the templates' environment, the security headers, compression.

Whatever a template prints is escaped, and freed of hidden characters first: no template has to remember either.
"""

from __future__ import annotations

import gzip
import re
from hashlib import sha256
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar.types import Receive, Scope, Send
from markupsafe import Markup

from eclosion.app import charts
from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, made_ms, to_wire
from eclosion.network.model.facts import fact_names
from eclosion.web import deeds, drawing, money, text
from eclosion.web.hidden import visible

HTML = b"text/html; charset=utf-8"
Headers = tuple[tuple[bytes, bytes], ...]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY: Headers = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
OPEN: Headers = ((b"cache-control", b"public, max-age=1"), (b"vary", b"accept-encoding"))
PRIVATE: Headers = ((b"cache-control", b"no-store"),)
_COMPRESS_FROM_BYTES = 600
_PRINTED_MAX = 6_000
_HUES = 12
_BLANK = re.compile(r"\n\s*\n+")


class Page:
    """A finished reply; an ASGI application that sends it.

    One page is sent many times: its compressed form and both lists of headers are made once. A page that says
    ``shared=False`` is somebody's own: it is not compressed, so that its length tells nothing of what is in it.
    """

    __slots__ = ("_known", "_packed", "_plain", "body", "etag", "headers", "size_bytes", "status")

    def __init__(
        self,
        body: bytes,
        media_type: bytes = HTML,
        status: int = 200,
        headers: Headers = OPEN,
        *,
        shared: bool = True,
    ) -> None:
        self.body = body
        self.status = status
        packed = b""
        if shared and len(body) >= _COMPRESS_FROM_BYTES and b"png" not in media_type:
            packed = gzip.compress(body, 6, mtime=0)
        self.etag = b'"' + sha256(body).hexdigest()[:20].encode() + b'"'
        kept = [*SECURITY, *headers]
        if shared:
            kept.append((b"etag", self.etag))
        typed = [(b"content-type", media_type), *kept]
        self.headers = {name.decode(): value.decode() for name, value in typed}
        self.size_bytes = len(body) + len(packed)
        self._plain = _messages(status, typed, body)
        self._packed = self._plain
        if packed:
            self._packed = _messages(status, [*typed, (b"content-encoding", b"gzip")], packed)
        self._known = _messages(304, kept, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, compressed where that is understood, and only if it is not known yet."""
        messages = self._plain
        for name, value in scope["headers"]:
            if name == b"if-none-match" and self.status == 200 and self.etag in value:
                messages = self._known
                break
            if name == b"accept-encoding" and b"gzip" in value:
                messages = self._packed
        for message in messages:
            await send(message)


def _messages(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> tuple[Any, Any]:
    sized = headers if status == 304 else [*headers, (b"content-length", b"%d" % len(body))]
    return (
        {"type": "http.response.start", "status": status, "headers": sized},
        {"type": "http.response.body", "body": body, "more_body": False},
    )


def redirect(path: str, headers: Headers = ()) -> Page:
    """Go and see there. ``path`` is one of ours."""
    return Page(b"", status=303, headers=((b"location", path.encode()), *PRIVATE, *headers))


class Renderer:
    """Makes pages for one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.site = house.settings.server.name
        self.url = house.settings.server.url
        self.static = _static_files()
        self._environment = Environment(
            loader=PackageLoader("eclosion.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=_printed,
        )
        self._environment.globals.update(
            site=self.site,
            url=self.url,
            asset=self._asset,
            post_path=lambda id_: f"/post/{to_wire(Kind.POST, id_)}",
            comment_id=lambda id_: to_wire(Kind.COMMENT, id_),
            facts=fact_names,
            cursor=encode_cursor,
            made_ms=made_ms,
            brake=None,
            marks={},  # pages that list things put the labels of those in its place
        )
        self._environment.filters.update(
            markdown=lambda source: Markup(text.to_html(source)),  # noqa: S704 - sanitised there
            amount=money.amount,
            digits=money.digits,
            done=deeds.own,
            excerpt=text.excerpt,
            host=text.host_of,
            iso=iso,
            number=lambda number: f"{number:,}",
            short=text.short,
            span=text.span,
            hue=_hue,
            chart_lines=drawing.lines,
            chart_table=drawing.table,
            chart_total=charts.total,
            figure=charts.figure,
            spark=drawing.spark,
            path=lambda part: quote(part, safe=""),
        )

    def html(self, template: str, **values: Any) -> str:
        """A page's text from a template."""
        now_ms = self._house.clock.now_ms()
        made = self._environment.get_template(template).render(
            now_ms=now_ms, ago=lambda at_ms: text.ago(at_ms, now_ms), **values
        )
        return _BLANK.sub("\n", made) if "<pre" not in made else made

    def page(
        self,
        template: str,
        status: int = 200,
        headers: Headers = OPEN,
        *,
        shared: bool = True,
        **values: Any,
    ) -> Page:
        """A page from a template."""
        body = self.html(template, **values).encode("utf-8", "replace")
        return Page(body, status=status, headers=headers, shared=shared)

    def _asset(self, name: str) -> str:
        """An asset's address with a checksum in it, so that browsers may keep it for ever."""
        return f"/static/{name}?v={sha256(self.static[name]).hexdigest()[:12]}"


def _printed(value: object) -> object:
    """What a template prints: text is freed of hidden characters, and cut where no field of ours is that long."""
    if type(value) is not str:
        return value
    return visible(value if len(value) <= _PRINTED_MAX else value[:_PRINTED_MAX] + " …")


def _static_files() -> dict[str, bytes]:
    """Assets by name, ours and those of others."""
    folder = resources.files("eclosion.web") / "static"
    found = [*folder.iterdir(), *(folder / "vendor").iterdir()]
    return {one.name: one.read_bytes() for one in found if one.is_file()}


def _hue(name: str) -> int:
    """A number for a name, the same each time: its colour."""
    return sum(ord(letter) * (at + 3) for at, letter in enumerate(name.lower())) % _HUES
