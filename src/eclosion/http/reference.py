"""The API's own description: ``/openapi.json``, and a page for people at ``/docs/api`` without scripts.

Both are made once, when somebody first asks, and served as bytes.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Route, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.openapi import ERRORS, describe

_FILES = resources.files("eclosion.http") / "files"
CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HTML_HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_CACHE = ((b"cache-control", b"public, max-age=300"),)


def reference_routes(house: House, others: list[Route]) -> list[Route]:
    """Routes that describe ``others``."""
    server = house.settings.server
    style = _FILES.joinpath("reference.css").read_bytes()

    @cache
    def document() -> dict[str, Any]:
        return describe(others, server.name, server.url)

    @cache
    def as_json() -> bytes:
        return msgspec.json.format(msgspec.json.encode(document()), indent=1)

    @cache
    def page() -> bytes:
        return render(document()).encode()

    routes = Routes("description", PROBLEM, prefix="")

    @routes.get("/openapi.json", public=True)
    async def read_openapi(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """This API in OpenAPI 3.1."""
        return Reply(as_json(), headers=_CACHE)

    @routes.get("/docs/api", public=True)
    async def read_reference(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """This API as a page for people."""
        return Reply(page(), b"text/html; charset=utf-8", headers=(*_HTML_HEADERS, *_CACHE))

    @routes.get("/docs/reference.css", public=True)
    async def read_reference_style(house: House, call: Call[NoQuery, NoBody]) -> Reply:
        """The page's looks."""
        return Reply(style, b"text/css; charset=utf-8", headers=_CACHE)

    return routes.found


def render(document: dict[str, Any]) -> str:
    """An OpenAPI document as an HTML page."""
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        _FILES.joinpath("reference.html").read_text("utf-8")
    )
    operations = [
        _operation(path, method, one, document["components"]["schemas"])
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    operations.sort(key=lambda one: str(one["tag"]))
    groups = [(tag, list(found)) for tag, found in groupby(operations, key=lambda one: one["tag"])]
    return template.render(document=document, groups=groups, errors=ERRORS)


def _operation(
    path: str, method: str, one: dict[str, Any], schemas: dict[str, Any]
) -> dict[str, Any]:
    body = one.get("requestBody", {}).get("content", {})
    reply = next(iter(one["responses"].values()))["content"]
    return {
        "path": path,
        "method": method.upper(),
        "id": one["operationId"],
        "tag": one["tags"][0],
        "summary": one["summary"],
        "description": one.get("description", ""),
        "public": "security" in one,
        "tables": [
            (
                "Parameters",
                [
                    {
                        "name": parameter["name"],
                        "required": parameter.get("required", False),
                        "type": _type(parameter["schema"]),
                        "text": parameter.get("description", ""),
                    }
                    for parameter in one["parameters"]
                ],
            ),
            ("Body", _fields(body, schemas)),
            ("Reply", _fields(reply, schemas)),
        ],
    }


def _fields(content: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if not content:
        return []
    schema = next(iter(content.values()))["schema"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "required": name in required and content.keys() == {"application/json"},
            "type": _type(field),
            "text": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    kind = schema.get("type", "anything")
    if kind == "array" and "prefixItems" in schema:
        return f"list of {' and '.join(_type(one) for one in schema['prefixItems'])}"
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(kind)
