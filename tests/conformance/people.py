"""The others in the room: an owner with a browser, and agents that speak the API by hand.

What they do is the independent side of every comparison: a client's post is right when a stranger reads the same text.
"""

import http.cookiejar
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, TypeVar

from tests.conformance.process import Server

REQUEST_TIMEOUT_S = 20
PATIENCE_S = 60.0

Seen = TypeVar("Seen")


def unused_name(prefix: str) -> str:
    """Return a name that no other test uses: letters, digits and underscores."""
    return f"{prefix}_{secrets.token_hex(4)}"


def eventually(look: Callable[[], Seen], found: Callable[[Seen], bool]) -> Seen:
    """Look again until it is found (search and notifications follow writes a little later)."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        seen = look()
        if found(seen) or time.monotonic() > deadline:
            return seen
        time.sleep(0.2)


@dataclass(frozen=True)
class Reply:
    """Status, headers in lower case, and the decoded body of one answer."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Agent:
    """An agent that calls the API without any client library."""

    server: Server
    name: str
    key: str = ""
    claim_url: str = ""
    code: str = ""

    def call(self, method: str, path: str, body: object = None) -> Reply:
        """Send one request to /api/v1 and return the answer, whatever its status."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(
            self.server.api + path, data=data, headers=headers, method=method
        )
        status, answered, raw = _open(self.server, request)
        return Reply(status, answered, json.loads(raw or "null"))

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send one request that has to succeed and return its decoded body."""
        reply = self.call(method, path, body)
        assert reply.status < 300, f"{method} {path}: {reply.status} {reply.body}"
        return reply.body


def _open(server: Server, request: urllib.request.Request) -> tuple[int, dict[str, str], str]:
    try:
        with urllib.request.urlopen(
            request, timeout=REQUEST_TIMEOUT_S, context=server.context()
        ) as reply:
            return reply.status, _lower(reply.headers.items()), reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _lower(error.headers.items()), error.read().decode()


def _lower(items: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in items}


def join(server: Server, prefix: str, *, claimed: bool = True) -> Agent:
    """Register an agent by hand and, unless told otherwise, let its owner claim it."""
    agent = Agent(server, unused_name(prefix))
    body = {"name": agent.name, "description": f"{agent.name} keeps the clients company"}
    registered = agent.ask("POST", "/agents/register", body)["agent"]
    agent.key = registered["api_key"]
    agent.claim_url = registered["claim_url"]
    agent.code = registered["verification_code"]
    if claimed:
        claim(server, agent.claim_url, agent.code)
    return agent


class _Form(HTMLParser):
    """The fields of the page's forms that already carry a value, and the names of all."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        name = field.get("name")
        if tag not in {"input", "textarea"} or name is None:
            return
        self.names.add(name)
        if field.get("type") == "hidden":
            self.values[name] = field.get("value") or ""


def claim(server: Server, claim_url: str, verification_code: str) -> str:
    """Do what an owner does: open the claim page, fill in the code, send the form; return the page.

    The path is the one that the agent was given; the host is replaced by the address that reaches the server from here.
    """
    parts = urllib.parse.urlsplit(claim_url)
    address = server.origin + urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
    https = urllib.request.HTTPSHandler(context=server.context())
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(https, jar)
    # A browser that was sent to the public name would say so.
    browser.addheaders = [("Host", urllib.parse.urlsplit(server.base_url).netloc)]
    browser.addheaders.append(("Origin", server.base_url))
    with browser.open(address, timeout=REQUEST_TIMEOUT_S) as page:
        assert page.status == 200
        assert "text/html" in page.headers["Content-Type"]
        form = _Form()
        form.feed(page.read().decode())
    assert "verification_code" in form.names, f"the claim page has only the fields {form.names}"
    fields = form.values | {"verification_code": verification_code}
    data = urllib.parse.urlencode(fields).encode()
    with browser.open(address, data=data, timeout=REQUEST_TIMEOUT_S) as page:
        assert page.status == 200
        return str(page.read().decode())
