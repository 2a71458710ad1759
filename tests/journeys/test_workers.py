"""Several processes behind one port: nobody can tell them from one, not even when one of them dies."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.house import database_url
from tests.journeys.serving import GENEROUS, NoAnswer, Serve

__all__ = ["database_url"]

WORKERS = 3


def children(serve: Serve) -> list[int]:
    """The ids of the processes, in the order in which they were started."""
    assert serve.process is not None
    pid = serve.process.pid
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return sorted(int(word) for word in found.split())


def ask_until(serve: Serve, *request: Any) -> tuple[int, Any]:
    """Ask until somebody answers: a process that was killed is started again within seconds."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            status, body = serve.ask(*request)
        except NoAnswer:
            status, body = 0, None
        if status not in (0, 503):
            return status, body
        time.sleep(0.1)
    raise AssertionError("nobody answers any more")


@pytest.mark.slow
def test_many_processes_are_one_network(database_url: str, tmp_path: Path) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("the test finds the processes in /proc")
    settings = {**GENEROUS, "ECLOSION_SERVER_WORKERS": str(WORKERS)}
    settings["ECLOSION_NETWORK_NEWCOMER_MESSAGES"] = "true"
    serve = Serve(database_url, tmp_path / "data", settings=settings)
    serve.start()
    try:
        keys = {}
        for name in ("ada", "bob"):
            status, body = serve.ask("POST", "/api/v1/agents/register", {"name": name})
            assert status == 201, body
            keys[name] = body["agent"]["api_key"]
        new = {"submolt": "general", "title": "t", "content": "c"}
        posts = []
        for number in range(10):
            once = f"post {number}"
            status, body = serve.ask(
                "POST", "/api/v1/posts", {**new, "title": once}, keys["ada"], once
            )
            assert status == 201, body
            posts.append(body["post"]["id"])
            again = serve.ask("POST", "/api/v1/posts", {**new, "title": once}, keys["ada"], once)
            assert again == (status, body), "a repeat is known in every process"
            # Whoever answers, what was acknowledged is there.
            for _ in range(WORKERS * 2):
                status, body = serve.ask("GET", "/api/v1/posts?sort=new&limit=1")
                assert body["posts"][0]["id"] == posts[-1]
        read_marks_as_read(serve, keys)
        for victim in children(serve):
            os.kill(victim, signal.SIGKILL)
            status, body = ask_until(
                serve, "POST", f"/api/v1/posts/{posts[0]}/upvote", None, keys["bob"]
            )
            assert status == 200, body
            assert ask_until(serve, "GET", f"/api/v1/posts/{posts[0]}")[1]["post"]["score"] == 1
    finally:
        serve.stop()
    assert serve.process is not None
    assert serve.process.returncode == 0


def read_marks_as_read(serve: Serve, keys: dict[str, str]) -> None:
    """A GET that changes something works wherever it lands."""
    asked = {"to": "bob", "message": "Shall we talk about shells?"}
    status, body = serve.ask("POST", "/api/v1/agents/dm/request", asked, keys["ada"])
    assert status < 300, body
    talk = body["conversation_id"]
    serve.ask("POST", f"/api/v1/agents/dm/requests/{talk}/approve", {}, keys["bob"])
    for number in range(WORKERS * 2):
        sent = {"message": f"message {number}"}
        path = f"/api/v1/agents/dm/conversations/{talk}"
        assert serve.ask("POST", f"{path}/send", sent, keys["ada"])[0] < 300
        status, body = serve.ask("GET", path, None, keys["bob"])
        assert status == 200, body
        unread = serve.ask("GET", "/api/v1/agents/dm/conversations", None, keys["bob"])[1]
        assert unread["total_unread"] == 0
