"""The solver against the real server over a real socket, and what a stranger's program is told."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from eclosion.gate import Gate
from eclosion.gate.replies import DISCOVERY
from eclosion.gate.solver import Agent, GateRefused, Key, WebSocket
from tests.gate.serving import FULL, guarded, running
from tests.gate.world import QuizRoom
from tests.soon import soon


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, Gate]]:
    with guarded(FULL) as found:
        yield found


@pytest.fixture(scope="module")
def agent(place: tuple[str, Gate]) -> Agent:
    made = Agent(place[0])
    made.enter()
    return made


def call(
    origin: str, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, Any, bytes]:
    line = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body or None, names)
        reply = line.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        line.close()


def test_the_solver_passes_and_is_let_in(agent: Agent, place: tuple[str, Gate]) -> None:
    assert agent.token["token_type"] == "DPoP"
    for _ in range(3):
        status, _, body = agent.request("GET", f"{place[0]}/secret?x=1")
        assert status == 200
        assert json.loads(body)["stages"] == ["price", "burst"]


def test_every_session_is_counted_out_again(agent: Agent, place: tuple[str, Gate]) -> None:
    assert soon(lambda: place[1].open_count == 0)


def test_a_renewal(agent: Agent, place: tuple[str, Gate]) -> None:
    before = agent.token["access_token"]
    agent.renew()
    assert agent.token["access_token"] != before
    assert agent.request("GET", f"{place[0]}/secret")[0] == 200


def test_without_a_token_one_is_told_how_to_get_in(place: tuple[str, Gate]) -> None:
    status, headers, body = call(place[0], "GET", "/secret")
    assert status == 401
    assert headers["WWW-Authenticate"].startswith('DPoP algs="EdDSA", error="invalid_token"')
    assert headers["Content-Type"] == "application/problem+json"
    told = json.loads(body)
    assert told["code"] == "invalid_token"
    assert told["gate"]["discovery"] == place[0] + DISCOVERY
    assert len(told["gate"]["steps"]) == 6
    assert call(place[0], "GET", "/open")[0] == 200


def test_a_bearer_token_is_not_enough(agent: Agent, place: tuple[str, Gate]) -> None:
    token = agent.token["access_token"]
    for scheme in ("Bearer", "DPoP", "dpop"):
        assert call(place[0], "GET", "/secret", Authorization=f"{scheme} {token}")[0] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Cookie": "a=b"},
        {"Sec_Fetch_Mode": "cors"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_browsers_are_refused_everywhere(place: tuple[str, Gate], headers: dict[str, str]) -> None:
    for method, path in (("POST", "/gate/hello"), ("POST", "/gate/token"), ("GET", "/secret")):
        status, found, body = call(place[0], method, path, b"", **headers)
        assert status == 403
        assert json.loads(body)["code"] == "not_for_browsers"
        assert "Access-Control-Allow-Origin" not in found


def test_a_websocket_without_payment_is_refused_before_it_opens(place: tuple[str, Gate]) -> None:
    with pytest.raises(GateRefused, match="Authorization must be"):
        WebSocket(f"{place[0]}/gate/session", "Gate nothing")
    with pytest.raises(GateRefused):
        WebSocket(f"{place[0]}/gate/elsewhere", "Gate nothing")
    with pytest.raises(GateRefused):
        WebSocket(f"{place[0]}/secret", "Gate nothing")


def test_what_a_client_sends_never_makes_a_header(place: tuple[str, Gate], agent: Agent) -> None:
    """A reason may quote the client; quotes, lines and other alphabets stay out of the header."""
    token = agent.token["access_token"]
    bent = agent.key.proof("GET", 'https://x:1"\r\nSet-Cookie: a=b/', "", token)
    _, headers, _ = call(place[0], "GET", "/secret", b"", Authorization=f"DPoP {token}", DPoP=bent)
    assert headers["Set-Cookie"] is None
    assert headers["WWW-Authenticate"].count('"') == 8


def test_documents_are_for_everybody(place: tuple[str, Gate]) -> None:
    status, _, body = call(place[0], "GET", DISCOVERY, Sec_Fetch_Mode="navigate")
    found = json.loads(body)
    assert status == 200
    assert found["stages"] == ["price", "burst"]
    assert found["language"] == "There is no supply of texts."
    solver = call(place[0], "GET", found["endpoints"]["solver"])[2]
    assert solver == (Path(__file__).parents[2] / "src/eclosion/gate/solver.py").read_bytes()
    keys = json.loads(call(place[0], "GET", found["endpoints"]["jwks"])[2])["keys"]
    assert set(keys[0]) == {"kty", "crv", "x", "kid", "alg", "use"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/gate/hello", b"{}", 400),
        ("POST", "/gate/hello", b"x" * 2_000, 400),
        ("POST", "/gate/hello", b"x" * 20_000, 413),
        ("GET", "/gate/hello", b"", 404),
        ("POST", "/gate/none", b"", 404),
        ("DELETE", "/gate/token", b"", 404),
        ("POST", "/gate/token", b"", 400),
        ("POST", "/gate/token", b"a=1&a=2", 400),
        ("POST", "/gate/token", b"\xff", 400),
        ("POST", "/gate/token", b"grant_type=refresh_token&refresh_token=x", 400),
    ],
)
def test_bent_requests_are_refused_with_a_reason(
    place: tuple[str, Gate], method: str, path: str, body: bytes, status: int
) -> None:
    found, _, reply = call(place[0], method, path, body)
    assert found == status
    assert json.loads(reply)["title"]


def test_the_solver_is_one_file_that_needs_nothing(place: tuple[str, Gate], tmp_path: Path) -> None:
    """Downloaded, and run by a Python that has no packages."""
    script = tmp_path / "solver.py"
    script.write_bytes(call(place[0], "GET", "/gate/solver.py")[2])
    lines = script.read_text().count("\n")
    assert lines <= 400
    command = [sys.executable, "-I", "-S", str(script), place[0], str(tmp_path / "key")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stages"] == ["price", "burst"]
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    again = subprocess.run(
        [*command[:-2], "http://127.0.0.1:9"], capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert again.stderr.startswith("Not passed:")


def test_a_gate_under_anothers_name_is_not_entered(place: tuple[str, Gate]) -> None:
    """Else it could use our key to enter the other."""
    with pytest.raises(GateRefused, match="speaks for"):
        Agent(place[0].replace("127.0.0.1", "localhost")).enter()


def test_language_rounds_over_the_wire() -> None:
    seen = []

    def read(shown: str) -> str:
        seen.append(json.loads(shown))
        time.sleep(0.5)
        return "Ignore all that, I would say: [9, 9] or rather [1, 2, 3, 4]. Have a nice day!"

    with guarded(room=QuizRoom(), language="required") as (origin, _):
        agent = Agent(origin, Key(bytes(range(32))), read)
        assert agent.enter()["stages"] == ["price", "burst", "language"]
        assert len(seen) == 3
        with pytest.raises(GateRefused, match="Too few answers"):
            Agent(origin, read=lambda _: "[0, 0, 0, 0]").enter()
        with pytest.raises(ValueError, match="no list"):
            Agent(origin, read=lambda _: "run this: rm -rf").enter()
        with pytest.raises(GateRefused, match="Give me a model"):
            Agent(origin).enter()


def test_a_store_that_is_down_answers_503() -> None:
    class Down:
        def __getattr__(self, name: str) -> Any:
            return self.fail

        @staticmethod
        def fail(*_: Any) -> Any:
            raise ConnectionError

    with guarded() as (origin, gate):
        agent = Agent(origin)
        agent.enter()
        gate.store._store = Down()
        status, _, body = agent.request("GET", f"{origin}/secret")
        assert status == 503
        assert json.loads(body)["code"] == "gate_store_down"
        with pytest.raises(GateRefused, match="lets nobody in"):
            Agent(origin).enter()


def test_a_client_that_hangs_up_leaves_nothing(place: tuple[str, Gate]) -> None:
    from tests.gate.world import entry_text, key

    hello = json.loads(
        call(place[0], "POST", "/gate/hello", json.dumps({"jwk": key(9).jwk}).encode())[2]
    )
    line = WebSocket(f"{place[0]}/gate/session", entry_text(hello, key(9), place[0]))
    line.receive()
    line.close()
    assert soon(lambda: place[1].open_count == 0)


def test_running_needs_no_framework() -> None:
    """The middleware is plain ASGI: nothing of a framework is imported for it."""
    code = "import sys, eclosion.gate.asgi; print({'fastapi', 'starlette', 'litestar'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert callable(running)
