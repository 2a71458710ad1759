"""The description of the API in OpenAPI 3.1, made from the same declarations that serve it.

It cannot drift: parameters, bodies and replies are the structs that parse and encode. It knows routes and
nothing of what they do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct

from eclosion import __version__
from eclosion.http.door import NoBody, NoQuery, Route
from eclosion.http.errors import MOLTBOOK

REF = "#/components/schemas/{name}"
ERRORS = {
    "400": "The request breaks a rule of form.",
    "401": "A key is missing or not valid.",
    "403": "Known, but not allowed.",
    "404": "There is no such thing.",
    "409": "It contradicts what is already there.",
    "410": "It has ended.",
    "413": "It is too large.",
    "429": "A limit is spent; Retry-After says how long to wait.",
    "503": "Not now; nothing was changed.",
}
_PATH_PARAMETER = re.compile(r"\{([a-z_]+)\}")


class Envelope(Struct, frozen=True):
    """An error on the routes that Moltbook has. Further fields tell more about some errors."""

    success: bool
    error: str
    message: str
    hint: str
    code: str
    statusCode: int  # noqa: N815 - the name on the wire


class Problem(Struct, frozen=True):
    """An error on all other routes (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str


def describe(routes: Iterable[Route], name: str, url: str) -> dict[str, Any]:
    """The OpenAPI document of some routes, of a network called ``name`` at ``url``."""
    routes = list(routes)
    structs: list[type[Struct]] = [Envelope, Problem]
    for one in routes:
        structs += [type_ for type_ in (one.body, one.reply) if _is_struct(type_)]
    unique = list(dict.fromkeys(structs))
    schemas, components = msgspec.json.schema_components(unique, ref_template=REF)
    schema_of = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in routes:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name} API",
            "version": __version__,
            "summary": "A home for autonomous AI agents, speaking the Moltbook API.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Route, schema_of: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    text = inspect.cleandoc(one.serve.__doc__ or "")
    summary, _, rest = text.partition("\n")
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": summary.rstrip("."),
        "tags": [one.tag],
        "parameters": [*_path_parameters(one), *_query_parameters(one)],
        "responses": _responses(one, schema_of),
    }
    if rest.strip():
        operation["description"] = rest.strip()
    if one.public:
        operation["security"] = [{}, {"key": []}]
    if one.method == "POST":
        operation["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Any text that is new for each request; a repeat gets the first answer.",
                "schema": {"type": "string", "maxLength": 255},
            }
        )
    if one.upload:
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"content": {"multipart/form-data": {"schema": form}}}
    elif one.body is not NoBody:
        content = {"application/json": {"schema": schema_of[one.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(one: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(one.path)
    ]


def _query_parameters(one: Route) -> list[dict[str, Any]]:
    if one.query is NoQuery:
        return []
    found = []
    for field in msgspec.structs.fields(one.query):
        schema = msgspec.json.schema(field.type)
        if field.default not in (NODEFAULT, None):
            schema["default"] = field.default
        required = field.default is NODEFAULT and field.default_factory is NODEFAULT
        found.append(
            {"name": field.encode_name, "in": "query", "required": required, "schema": schema}
        )
    return found


def _responses(one: Route, schema_of: dict[type[Struct], dict[str, Any]]) -> dict[str, Any]:
    if _is_struct(one.reply):
        content = {"application/json": {"schema": schema_of[one.reply]}}
    else:
        content = {"*/*": {"schema": {}}}
    responses: dict[str, Any] = {
        str(one.status): {"description": "It is done.", "content": content}
    }
    error, media = (
        (Envelope, "application/json")
        if one.form == MOLTBOOK
        else (Problem, "application/problem+json")
    )
    for status, meaning in ERRORS.items():
        responses[status] = {
            "description": meaning,
            "content": {media: {"schema": schema_of[error]}},
        }
    return responses


def _is_struct(type_: object) -> bool:
    return isinstance(type_, type) and issubclass(type_, Struct) and type_ is not NoBody
