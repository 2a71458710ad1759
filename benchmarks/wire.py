"""The dialects of the Moltbook API, as far as a load needs them, and a small reader that speaks them.

Both sides of a comparison get the same questions; only what truly differs on the wire stands here. A page that takes
one server several requests counts as one page: its rate is that of whole pages, its latency that of single requests.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

Json = dict[str, Any]
_API = "/api/v1"


class WireError(Exception):
    """A server did not answer a preparing request as its dialect says."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One dialect. A path is None where that server has no such route, or none that works."""

    name: str
    posts_key: str
    """Where a list reply keeps its posts."""
    post_page: tuple[str, ...]
    """The requests that bring one post with its comments."""
    home: str | None
    personal_feed: str | None
    front: str | None = None
    """The page that people see first."""


COMMENTS_PATH = "/posts/{id}/comments?limit=35"
ECLOSION = Wire("eclosion", "posts", ("/posts/{id}",), "/home", "/feed?sort=hot&limit=25", "/")
# Its post route brings no comments, its personal feed always answers 500 (SELECT DISTINCT ordered by an expression),
# and it has no /home.
REFERENCE = Wire("reference", "data", ("/posts/{id}", COMMENTS_PATH), None, None)
# The floor serves lists of posts only.
FLOOR = Wire("floor", "posts", (), None, None)
WIRES = {wire.name: wire for wire in (ECLOSION, REFERENCE, FLOOR)}


def raw_request(
    host: str,
    method: str,
    path: str,
    key: str | None,
    body: Json | None = None,
    idempotency_key: str | None = None,
) -> bytes:
    """One HTTP/1.1 request as bytes. `path` is below the API's base; `body` goes as JSON."""
    lines = [f"{method} {_API}{path} HTTP/1.1", f"Host: {host}"]
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    if idempotency_key is not None:
        lines.append(f"Idempotency-Key: {idempotency_key}")
    content = b""
    if body is not None:
        content = msgspec.json.encode(body)
        lines.append("Content-Type: application/json")
    if method != "GET":
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def page_request(host: str, path: str) -> bytes:
    """One request for a page, as a browser without a session sends it."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Accept: text/html",
        "Accept-Encoding: gzip, deflate, br",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class Reader:
    """A keep-alive connection for the few requests that prepare or check a run; not for load."""

    def __init__(self, url: str, key: str | None) -> None:
        parts = urlsplit(url)
        if parts.hostname is None:
            raise WireError(f"not a URL with a host: {url}")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=120)
        self._key = key

    def get(self, path: str, key: str | None = None) -> Json:
        """The JSON object at `path`; raises WireError on any status but 200."""
        headers = {"Accept": "application/json"}
        if key or self._key:
            headers["Authorization"] = f"Bearer {key or self._key}"
        self._connection.request("GET", _API + path, headers=headers)
        reply = self._connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise WireError(f"GET {path} answered {reply.status}: {content[:200]!r}")
        found = msgspec.json.decode(content)
        if not isinstance(found, dict):
            raise WireError(f"GET {path} did not answer an object")
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def author_of(post: Json) -> str:
    """The author's name of a post in either dialect."""
    author = post.get("author")
    return str(author["name"] if isinstance(author, dict) else post.get("author_name", ""))


def submolt_of(post: Json) -> str:
    """The submolt's name of a post in either dialect."""
    submolt = post.get("submolt")
    return str(submolt["name"] if isinstance(submolt, dict) else submolt)
