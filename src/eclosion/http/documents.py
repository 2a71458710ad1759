"""The files that agents read: what this network is and how to live on it, true for these very settings, and signed.

They are made once, when the doors are opened, from templates in ``files/`` and the declared routes. A file's version is
that of its words and the first digits of its hash, so it changes exactly when the text does. ``auth.md`` alone depends
on its link's parameters, which anybody may have written: they are held to a few harmless letters.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jinja2 import Environment, StrictUndefined, Template
from litestar.types import HTTPScope
from msgspec import Struct

from eclosion.app.caller import header
from eclosion.app.house import House
from eclosion.app.identity import jwks
from eclosion.http.door import API, Call, NoBody, NoQuery, Reply, Route, Routes
from eclosion.http.errors import PROBLEM
from eclosion.kernel.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from eclosion.kernel.errors import Invalid
from eclosion.network.model.names import CONTENT_MAX, MESSAGE_MAX, REQUEST_MIN, TITLE_MAX

WORDS = "1.2.0"
"""The version of the templates' words. Raise it with every change of meaning, and say so in CHANGELOG.md."""

MARKDOWN = b"text/markdown; charset=utf-8"
PLAIN = b"text/plain; charset=utf-8"
JSON = b"application/json"
SIGNATURE = b"application/jose; charset=us-ascii"
NAMES = ("skill.md", "heartbeat.md", "messaging.md", "rules.md", "llms.txt")
_FILES = resources.files("eclosion.http") / "files"
_ENVIRONMENT = Environment(
    autoescape=False,  # noqa: S701 - Markdown, and all values are the operator's or checked
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_SPANS = ((DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (SECOND_MS, "second"))
_APP = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,47}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.:-]{1,253}(/[A-Za-z0-9._~/-]{0,200})?")


class AuthQuery(Struct, frozen=True):
    """For which service: its name, where it takes the token, and in which header."""

    app: str = ""
    endpoint: str = ""
    header: str = ""


@dataclass(frozen=True)
class Document:
    """A file as it is served."""

    body: bytes
    media_type: bytes
    signature: bytes
    version: str

    @property
    def hash(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def reply(self, scope: HTTPScope) -> Reply:
        """The file, or 304 for whoever has it."""
        return _reply(scope, self.body, self.media_type)


@cache
def _template(name: str) -> Template:
    return _ENVIRONMENT.from_string(_FILES.joinpath(name).read_text("utf-8"))


class Library:
    """Makes the files of one house."""

    def __init__(self, house: House, others: list[Route]) -> None:
        self._sign_with = house.keys.signing_key
        self._key_id = jwks(house.keys.signing_key)["keys"][0]["kid"]
        server = house.settings.server
        self._values: dict[str, object] = {
            "name": server.name,
            "slug": slug(server.name),
            "url": server.url,
            "api": server.url + API,
            "rules": house.settings.network,
            "limits": house.settings.limits,
            "every": every,
            "gate": house.gatehouse is not None,
            "burst": _burst(house),
            "gate_stages": house.gatehouse.gate.stages if house.gatehouse else (),
            "rounds": house.gatehouse.gate.policy.rounds if house.gatehouse else None,
            "proven_ms": house.settings.gate.proven_ms,
            "span": span,
            "title_max": f"{TITLE_MAX:,}",
            "content_max": f"{CONTENT_MAX:,}",
            "message_max": f"{MESSAGE_MAX:,}",
            "request_min": REQUEST_MIN,
            "routes": [
                {
                    "method": one.method,
                    "path": one.path,
                    "text": (one.serve.__doc__ or "").partition("\n")[0],
                    "public": one.public,
                }
                for one in others
                if is_for_agents(one)
            ],
        }
        self.files = {name: self._make(name) for name in NAMES}
        auth = self.auth(AuthQuery())
        self.files["skill.json"] = self._index({**self.files, "auth.md": auth}, server.name)

    def auth(self, query: AuthQuery) -> Document:
        """``auth.md`` for one service.

        Raises:
            Invalid: a parameter has other letters than names, addresses and headers need.
        """
        for given, form, what in (
            (query.app, _APP, "app is a name of letters, digits, spaces, '.', '_' and '-'"),
            (query.endpoint, _ENDPOINT, "endpoint is an http or https address without a query"),
            (query.header, _HEADER, "header is the name of a header"),
        ):
            if given and not form.fullmatch(given):
                raise Invalid(f"This link is malformed: {what}.")
        host = urlsplit(query.endpoint).hostname if query.endpoint else ""
        return self._make(
            "auth.md",
            app=query.app,
            endpoint=query.endpoint,
            header=query.header or "X-Moltbook-Identity",
            audience=host or "service.example.org",
        )

    def _make(self, name: str, **more: object) -> Document:
        template = _template(name)
        values = {**self._values, **more}
        plain = template.render(version=WORDS, **values)
        version = f"{WORDS}+{hashlib.sha256(plain.encode()).hexdigest()[:12]}"
        body = template.render(version=version, **values).encode()
        return self._sign(body, MARKDOWN if name.endswith(".md") else PLAIN, version)

    def _index(self, files: dict[str, Document], name: str) -> Document:
        """``skill.json``: what there is, with hashes, for whoever wants to pin them."""
        url = self._values["url"]
        index = {
            "name": self._values["slug"],
            "title": name,
            "version": files["skill.md"].version,
            "description": f"Take part in {name}, a network of software agents.",
            "homepage": url,
            "api_base": self._values["api"],
            "openapi": f"{url}/openapi.json",
            "keys": f"{url}/.well-known/jwks.json",
            "key_id": self._key_id,
            "files": {
                one: {
                    "url": f"{url}/{one}",
                    "signature_url": f"{url}/{one}.sig",
                    "version": file.version,
                    "sha256": file.hash,
                    "size_bytes": len(file.body),
                }
                for one, file in sorted(files.items())
            },
        }
        body = msgspec.json.format(msgspec.json.encode(index), indent=2)
        return self._sign(body, JSON, files["skill.md"].version)

    def _sign(self, body: bytes, media_type: bytes, version: str) -> Document:
        signature = sign_detached(self._sign_with, self._key_id, body)
        return Document(body, media_type, signature, version)


def is_for_agents(route: Route) -> bool:
    """Whether the list of endpoints names a route: all of the API that an agent's key opens, or that is open."""
    inside = route.path.removeprefix(API)
    others = ("/owner/", "/owners/", "/operator/", "/findings/", API)
    return inside != route.path and not inside.startswith(others)


def document_routes(house: House, others: list[Route]) -> list[Route]:
    """Routes of the files, whose list of endpoints is ``others``."""
    library = Library(house, others)
    routes = Routes("documents", PROBLEM, prefix="")
    for name, file in library.files.items():
        _declare(routes, name, file)

    @routes.get("/auth.md", public=True)
    async def read_auth_md(house: House, call: Call[AuthQuery, NoBody]) -> Reply:
        """How an agent signs in to a service with an identity token; filled in for that service."""
        return library.auth(call.query).reply(call.scope)

    @routes.get("/auth.md.sig", public=True)
    async def read_auth_md_sig(house: House, call: Call[AuthQuery, NoBody]) -> Reply:
        """The detached signature of ``auth.md`` with the same parameters."""
        return _reply(call.scope, library.auth(call.query).signature, SIGNATURE)

    return routes.found


def _declare(routes: Routes, name: str, file: Document) -> None:
    operation = "read_" + name.replace(".", "_")

    async def read(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        return file.reply(call.scope)

    async def read_signature(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        return _reply(call.scope, file.signature, SIGNATURE)

    read.__name__, read.__doc__ = operation, f"The file {name}, for agents."
    read_signature.__name__ = operation + "_sig"
    read_signature.__doc__ = f"The detached signature of {name}."
    routes.get(f"/{name}", public=True)(read)
    routes.get(f"/{name}.sig", public=True)(read_signature)


def _reply(scope: HTTPScope, body: bytes, media_type: bytes) -> Reply:
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = (
        (b"etag", tag.encode()),
        (b"cache-control", b"public, max-age=300"),
        (b"x-content-type-options", b"nosniff"),
    )
    known = {one.strip().removeprefix("W/") for one in header(scope, b"if-none-match").split(",")}
    if tag in known or "*" in known:
        return Reply(b"", media_type, 304, headers)
    return Reply(body, media_type, headers=headers)


def sign_detached(key: Ed25519PrivateKey, key_id_: str, body: bytes) -> bytes:
    """A JSON Web Signature in compact form without its payload (RFC 7515 appendix F; EdDSA, RFC 8037)."""
    head = _base64url(msgspec.json.encode({"alg": "EdDSA", "kid": key_id_}))
    signed = key.sign(head + b"." + _base64url(body))
    return head + b".." + _base64url(signed)


def span(duration_ms: int) -> str:
    """A duration in words: ``30 minutes``, ``24 hours``, ``2.5 minutes``, ``no time``.

    Never one of a unit (but the smallest): "one every 60 minutes" reads well, "one every 1 hour" does not.
    """
    for unit_ms, noun in _SPANS:
        count = duration_ms / unit_ms
        if (count > 1 or unit_ms == SECOND_MS == duration_ms) and duration_ms * 10 % unit_ms == 0:
            return f"{count:g} {noun}" + ("" if count == 1 else "s")
    return f"{duration_ms} milliseconds" if duration_ms else "no time"


def every(pause_ms: int) -> str:
    """How often something may be done: ``one every 30 minutes``, or ``as often as you like``."""
    return f"one every {span(pause_ms)}" if pause_ms else "as often as you like"


def slug(name: str) -> str:
    """A network's name as a skill's name: lower-case letters, digits and hyphens, 64 at most."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-") or "eclosion"


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _burst(house: House) -> str:
    """What the gate asks of a program, in its own numbers."""
    if house.gatehouse is None:
        return ""
    rules, policy = house.settings.gate, house.gatehouse.gate.policy
    return f"{policy.burst_floor_per_s:,} chained answers a second for {rules.burst_ms / 1_000:.2g} seconds"
