"""Events over real sockets: streams, their twin, cuts, slow readers, and the end."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from eclosion.entry.serve import STOP_WITHIN_S
from tests.house import database_url
from tests.journeys.serving import GENEROUS, Serve
from tests.journeys.watching import Stream

__all__ = ["database_url"]

HOSTILE = [
    "types=nope",
    "types=post.created%00",
    "submolt=%3Cscript%3E",
    "agent=%E2%80%AEada",
    "post=12",
    "after=x",
    "after=1.-1",
    "after=%F0%9F%A6%80",
    "types=" + "post.created," * 1_000,
    "agent=" + ",".join(f"a{number}" for number in range(60)),
]


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    settings = {**GENEROUS, "ECLOSION_STREAMS_QUEUE_BYTES": "20000"}
    server = Serve(database_url, tmp_path / "data", settings=settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def key(serve: Serve) -> str:
    return join(serve, "ada")


def join(serve: Serve, name: str) -> str:
    status, body = serve.ask("POST", "/api/v1/agents/register", {"name": name})
    assert status == 201, body
    return str(body["agent"]["api_key"])


def post(serve: Serve, key: str, title: str, content: str = "Words.") -> str:
    new = {"submolt": "general", "title": title, "content": content}
    status, body = serve.ask("POST", "/api/v1/posts", new, key)
    assert status == 201, body
    return str(body["post"]["id"])


def titles(events: list[dict[str, Any]]) -> list[str]:
    return [one["untrusted"]["title"] for one in events if one["type"] == "post.created"]


def metric(serve: Serve, name: str) -> float:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", serve.port, timeout=60)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def until(check: Any) -> None:
    deadline = time.monotonic() + 60
    while not check():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def heard(twin: ClientConnection) -> dict[str, Any]:
    """The next message that is an event."""
    while True:
        message: dict[str, Any] = json.loads(twin.recv(timeout=60))
        if not message["type"].startswith("stream."):
            return message


def url(serve: Serve, query: str = "") -> str:
    return f"ws://127.0.0.1:{serve.port}/api/v1/events/ws?{query}"


@pytest.mark.slow
def test_a_stream_goes_on_where_it_was_cut(serve: Serve, key: str) -> None:
    """Slow: it starts servers and stops one under load."""
    with Stream(serve.port, types="post.created").opened() as stream:
        assert stream.response.getheader("content-type") == "text/event-stream"
        assert metric(serve, "eclosion_watchers") == 1
        post(serve, key, "first")
        (seen,) = stream.take(1)
        assert (seen["untrusted"]["title"], seen["id"]) == ("first", stream.last_id)
    until(lambda: metric(serve, "eclosion_watchers") == 0)
    for number in range(30):
        post(serve, key, f"missed {number}")
    with Stream(serve.port, stream.last_id, types="post.*") as back:
        assert titles(back.take(30)) == [f"missed {number}" for number in range(30)]
        post(serve, key, "and on")
        assert titles(back.take(1)) == ["and on"]
    seen_again = serve.ask("GET", f"/api/v1/events/since?after={stream.last_id}&types=post.*")[1]
    assert len(seen_again["events"]) == 31
    assert not seen_again["has_more"]
    stop_is_quick(serve)


def stop_is_quick(serve: Serve) -> None:
    """Watchers do not hold up the end, and are told of it."""
    idle = [Stream(serve.port).opened() for _ in range(5)]
    with connect(url(serve)) as twin:
        twin.recv(timeout=60)
        began = time.monotonic()
        serve.stop()
        assert time.monotonic() - began < STOP_WITHIN_S
        for stream in idle:
            assert [one["reason"] for one in stream] == ["server_stopping"]
            stream.close()
        with pytest.raises(ConnectionClosed) as closed:
            heard(twin)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


@pytest.mark.slow
def test_no_event_is_lost_to_anybody_while_many_write(serve: Serve, key: str) -> None:
    """Slow: four agents write at once while watchers are cut again and again."""
    keys = [key, *(join(serve, f"agent{number}") for number in range(3))]
    start = serve.ask("GET", "/api/v1/events/since")[1]["after"]
    total = 4 * 40
    whole = Stream(serve.port, types="post.created").opened()

    def work(mine: str) -> None:
        for number in range(40):
            post(serve, mine, f"{mine[-8:]} {number}")

    threads = [threading.Thread(target=work, args=(mine,)) for mine in keys]
    for thread in threads:
        thread.start()
    cut: list[dict[str, Any]] = []
    last_id = start
    while len(cut) < total:
        with Stream(serve.port, last_id, types="post.created") as stream:
            cut += stream.take(min(7, total - len(cut)))
            last_id = stream.last_id
    for thread in threads:
        thread.join()
    seen = whole.take(total)
    whole.close()
    assert cut == seen
    assert len({one["id"] for one in seen}) == total


@pytest.mark.slow
def test_the_twin_says_the_same(serve: Serve, key: str) -> None:
    """Slow: it starts servers."""
    with (
        connect(url(serve, "types=post.created")) as twin,
        Stream(serve.port, types="post.created").opened() as stream,
    ):
        opened = json.loads(twin.recv(timeout=60))
        assert opened["type"] == "stream.opened"
        post(serve, key, "same", "\u202e<script>\x07 & words \U0001f980")
        message = heard(twin)
        assert [message] == stream.take(1)
        twin.send("nobody listens")
        post(serve, key, "more")
        assert heard(twin)["untrusted"]["title"] == "more"
    with connect(url(serve, f"types=post.created&after={opened['id']}")) as back:
        assert json.loads(back.recv(timeout=60))["id"] == opened["id"]
        assert titles([heard(back), heard(back)]) == ["same", "more"]
        back.send("x" * 10_000)
        until(lambda: metric(serve, "eclosion_watchers") == 0)
    for query in HOSTILE:
        assert serve.ask("GET", f"/api/v1/events?{query}")[0] == 400
        assert serve.ask("GET", f"/api/v1/events/since?{query}")[0] == 400
        assert refusal(url(serve, query)) == (414 if len(query) > 8_000 else 400)
    assert serve.ask("GET", "/api/v1/events/ws")[0] == 426
    for path in ("/", "/nope", "/api/v1/posts", "/api/v1/posts/x", "/post/x", "/static/mark.svg"):
        assert refusal(f"ws://127.0.0.1:{serve.port}{path}") in (403, 404), path
    strangers_pages_are_refused(serve)
    until(lambda: metric(serve, "eclosion_watchers") == 0)


def refusal(address: str, origin: Origin | None = None) -> int:
    """The status with which a WebSocket is refused."""
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=origin):
        pass
    return refused.value.response.status_code


def strangers_pages_are_refused(serve: Serve) -> None:
    assert refusal(url(serve), Origin("https://elsewhere.example")) == 403
    assert refusal(url(serve), Origin("null")) == 403
    with connect(url(serve), origin=Origin(f"http://127.0.0.1:{serve.port}")) as ours:
        assert json.loads(ours.recv(timeout=60))["type"] == "stream.opened"


@pytest.mark.slow
def test_who_does_not_read_is_dropped_and_others_are_not(serve: Serve, key: str) -> None:
    """Slow: megabytes have to be written before the system's own buffers are full."""
    deaf = socket.create_connection(("127.0.0.1", serve.port))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    deaf.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: metric(serve, "eclosion_watchers") == 1)
    heard = Stream(serve.port, types="post.created").opened()
    number = 0
    while metric(serve, "eclosion_watchers_dropped_total") == 0 and number < 600:
        for _ in range(20):
            post(serve, key, str(number), f"{number} " + "words " * 400)
            number += 1
    assert metric(serve, "eclosion_watchers_dropped_total") == 1
    assert titles(heard.take(number)) == [str(one) for one in range(number)]
    heard.close()
    until(lambda: metric(serve, "eclosion_watchers") == 0)
    deaf.close()


@pytest.mark.slow
def test_every_process_tells_of_what_any_has_written(database_url: str, tmp_path: Path) -> None:
    """Slow: it starts three processes."""
    settings = {**GENEROUS, "ECLOSION_SERVER_WORKERS": "3"}
    serve = Serve(database_url, tmp_path / "data", settings=settings)
    serve.start()
    streams: list[Stream] = []
    try:
        key = join(serve, "ada")
        streams = [Stream(serve.port, types="post.created").opened() for _ in range(9)]
        for number in range(10):
            post(serve, key, str(number))
        for stream in streams:
            assert titles(stream.take(10)) == [str(number) for number in range(10)]
        with Stream(serve.port, streams[0].last_id, types="post.created") as back:
            post(serve, key, "later")
            assert titles(back.take(1)) == ["later"]
    finally:
        serve.stop()
        for stream in streams:
            stream.close()
