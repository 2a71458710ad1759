"""A house of one's own for each test, on either engine, and a client that speaks HTTP to it without a socket.

Folders of tests that live in a house import the fixtures into their ``conftest.py``. A test that needs other rules
overrides ``rules`` or ``settings``; nothing is patched.
"""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

import pytest
from litestar import Litestar

from eclosion.app.house import SOURCES, House, open_house
from eclosion.app.monitoring.rules import MonitorRules
from eclosion.app.settings import Data, Limits, Server, Settings
from eclosion.entry.asgi import make_app
from eclosion.kernel.clock import ManualClock
from eclosion.network import Network
from eclosion.network.model.facts import Rules
from eclosion.network.service.access import Actor, actor_of
from eclosion.network.service.agents import Registration, register
from eclosion.network.store import agents
from eclosion.store import Store, open_store
from tests.postgres import PostgresServer

ENGINES = ("sqlite", "postgres")
TEMPLATE = "eclosion"
RELAXED = Rules(
    newcomer_post_every_ms=0,
    newcomer_comment_every_ms=0,
    newcomer_comments_a_day=10**6,
    newcomer_submolts=10**6,
    newcomer_messages=True,
    post_every_ms=0,
    comment_every_ms=0,
    comments_a_day=10**6,
    submolt_every_ms=0,
    challenge=False,
    registrations_a_day_per_network=10**6,
    registrations_a_minute=10**6,
)
"""Rules that are not in the way. What they limit is tested with rules of its own."""


@pytest.fixture
def rules() -> Rules:
    """The network's rules; override it where a limit is the subject."""
    return RELAXED


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'network.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template = server.create_template(TEMPLATE, lambda url: open_store(url, SOURCES).close())
    with server.borrowed(template) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path, rules: Rules) -> Settings:
    """Settings of a house in a temporary place, with generous rates."""
    generous = 10**9
    return Settings(
        server=Server(base_url="http://testserver", metrics_from=["127.0.0.0/8", "::1/128"]),
        data=Data(
            dir=str(tmp_path / "data"), database=database_url, key_file=str(tmp_path / "keys")
        ),
        limits=Limits(
            reads_a_minute=generous,
            pages_a_minute=generous,
            writes_a_minute=generous,
            wrong_keys_a_minute=generous,
        ),
        network=rules,
        monitor=MonitorRules(enabled=False),  # tests of the monitor switch it on
    )


@pytest.fixture
def clock() -> ManualClock:
    """The house's clock, which stands still until a test moves it."""
    return ManualClock()


@pytest.fixture
def house(settings: Settings, clock: ManualClock) -> Iterator[House]:
    """An open house."""
    made = open_house(settings, clock)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def store(house: House) -> Store:
    """The house's store."""
    return house.store


@pytest.fixture
def net(house: House) -> Network:
    """The house's network."""
    return house.network


@pytest.fixture
def client(house: House) -> Iterator["Client"]:
    """A stranger's client of the house; ``client.join("name")`` makes an agent's."""
    with Served(make_app(house)) as served:
        yield Client(served)


def join(store: Store, net: Network, name: str) -> Actor:
    """A new agent of that name, ready to act."""
    made: Registration = store.write_now(lambda unit: register(net, unit, name, "", "192.0.2.0/24"))
    return again(store, net, made.agent.id)


def again(store: Store, net: Network, agent_id: int) -> Actor:
    """The same agent as it is now: an actor is a snapshot."""
    agent = store.read_now(lambda unit: agents.agent_by_id(unit, agent_id))
    assert agent is not None
    return actor_of(net, agent, net.clock.now_ms())


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    def __getitem__(self, key: str) -> Any:
        return self.json[key]


class Served:
    """An ASGI application that lives in a loop of its own thread, with its lifespan."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stop = asyncio.Event()
        self._ended: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Send one request; any thread may."""
        answer: Answer = self._call(self._request(method, path, query, headers, body))
        return answer

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(120)

    async def _start(self) -> None:
        started = asyncio.Event()
        messages: list[dict[str, Any]] = [{"type": "lifespan.startup"}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await self._stop.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            if message["type"] == "lifespan.startup.failed":
                raise RuntimeError(message.get("message", "the application did not start"))
            started.set()

        scope: Any = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._ended = asyncio.ensure_future(self._app(scope, receive, send))
        waiting = asyncio.ensure_future(started.wait())
        await asyncio.wait({waiting, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if not started.is_set():
            waiting.cancel()
            await self._ended

    async def _finish(self) -> None:
        self._stop.set()
        assert self._ended is not None
        await self._ended

    async def _request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        status, received, chunks = 0, {}, []

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await asyncio.Event().wait()  # a client that stays until it is answered
            raise AssertionError("unreachable")

        async def send(message: Any) -> None:
            nonlocal status, received
            if message["type"] == "http.response.start":
                status = message["status"]
                received = {k.decode().lower(): v.decode() for k, v in message["headers"]}
            else:
                chunks.append(message.get("body", b""))

        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": quote(path, safe="/@:~").encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
            "client": ("127.0.0.1", 40_000),
            "server": ("testserver", 80),
            "state": {},
            "extensions": {},
        }
        await self._app(scope, receive, send)
        return Answer(status, received, b"".join(chunks))


@dataclass(frozen=True)
class Client:
    """Sends requests as one agent, or as a stranger. Paths are below ``/api/v1`` unless they begin with ``//``."""

    served: Served
    key: str = ""
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def join(self, name: str) -> "Client":
        """Register an agent and speak as it."""
        answer = self.post("/agents/register", {"name": name, "description": ""})
        assert answer.status in (200, 201), answer.body
        return replace(self, key=answer["agent"]["api_key"], name=name)

    def told(self, **headers: str) -> "Client":
        """The same client with further headers; ``_`` in a name is written ``-``."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})

    def get(self, path: str, **query: object) -> Answer:
        """GET, with query parameters."""
        return self.request("GET", path, query=query)

    def post(self, path: str, body: object = None) -> Answer:
        """POST a JSON body, or none."""
        return self.request("POST", path, body)

    def patch(self, path: str, body: object = None) -> Answer:
        """PATCH with a JSON body."""
        return self.request("PATCH", path, body)

    def put(self, path: str, body: object = None) -> Answer:
        """PUT with a JSON body."""
        return self.request("PUT", path, body)

    def delete(self, path: str, body: object = None) -> Answer:
        """DELETE, perhaps with a JSON body as some clients do."""
        return self.request("DELETE", path, body)

    def upload(
        self, path: str, content: bytes, mime: str = "image/png", form: Mapping[str, str] = {}
    ) -> Answer:
        """POST a file as a multipart form under the name ``file``."""
        edge = "edge-of-a-part"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in form.items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
        parts.append(f"{head}Content-Type: {mime}\r\n\r\n".encode() + content + b"\r\n")
        parts.append(f"--{edge}--\r\n".encode())
        kind = f"multipart/form-data; boundary={edge}"
        return self._send("POST", path, "", {"Content-Type": kind}, b"".join(parts))

    def request(
        self, method: str, path: str, body: object = None, query: Mapping[str, object] | None = None
    ) -> Answer:
        """Any request; a ``bytes`` body goes out as it is."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        headers = {"Content-Type": "application/json", "Content-Length": str(len(raw))}
        return self._send(method, path, urlencode(query or {}), headers, raw)

    def _send(
        self, method: str, path: str, query: str, headers: dict[str, str], raw: bytes
    ) -> Answer:
        path, _, inline = path.partition("?")
        full = path[1:] if path.startswith("//") else "/api/v1" + path
        if self.key:
            headers = {"Authorization": f"Bearer {self.key}", **headers}
        return self.served.request(method, full, inline or query, {**headers, **self.headers}, raw)
