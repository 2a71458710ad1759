"""A write's proof covers its body: nothing else than what was proved reaches the application."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from fastapi import Body, Depends, FastAPI, Form
from starlette.requests import Request

from eclosion.gate import Entrant
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.digests import content_digest, is_digest_of
from eclosion.gate.fastapi import proven
from tests.gate.asking import Echo, Member, ask

BODY = b'{"amount": 1}'


@pytest.fixture(scope="module")
def member() -> Member:
    return Member()


@pytest.mark.parametrize("pieces", [1, 5])
def test_a_covered_body_reaches_the_application_whole(member: Member, pieces: int) -> None:
    echo = Echo()
    headers = member.headers("POST", "/pay", content_digest=content_digest(BODY))
    app = GateMiddleware(echo, member.gate)
    assert ask(app, "POST", "/pay", headers, BODY, pieces).body == BODY
    assert echo.bodies == [BODY]


@pytest.mark.parametrize(
    ("named", "sent"),
    [
        (None, BODY),
        (content_digest(BODY), b'{"amount": 1000}'),
        (content_digest(BODY), BODY + b" "),
        (content_digest(BODY), b""),
        (content_digest(b""), BODY),
        (hashlib.sha256(BODY).hexdigest(), BODY),
        ("sha-512=:AAAA:", BODY),
        (7, BODY),
        ("x" * 200, BODY),
        ("", BODY),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
def test_any_other_body_is_refused_before_the_application(
    member: Member, named: Any, sent: bytes, method: str
) -> None:
    echo = Echo()
    headers = member.headers(method, "/pay", content_digest=named)
    heard = ask(GateMiddleware(echo, member.gate), method, "/pay", headers, sent)
    assert (heard.status, heard.told["code"]) == (401, "invalid_dpop_proof")
    assert echo.bodies == []


def test_requests_without_a_body_need_no_digest_and_may_have_one(member: Member) -> None:
    app = GateMiddleware(Echo(), member.gate)
    for method in ("GET", "POST", "DELETE"):
        assert ask(app, method, "/x", member.headers(method, "/x")).status == 200
        empty = member.headers(method, "/x", content_digest=content_digest(b""))
        assert ask(app, method, "/x", empty).status == 200


def test_a_body_beyond_the_limit_is_refused(member: Member) -> None:
    echo, body = Echo(), b"x" * 101
    app = GateMiddleware(echo, member.gate, body_bytes_max=100)
    headers = member.headers("POST", "/x", content_digest=content_digest(body))
    assert ask(app, "POST", "/x", headers, body, 3).status == 413
    assert echo.bodies == []


def test_a_captured_write_cannot_be_sent_again_with_another_body(member: Member) -> None:
    """The proof is spent with the first, whatever the first was."""
    app = GateMiddleware(Echo(), member.gate)
    headers = member.headers("POST", "/x", content_digest=content_digest(BODY))
    assert ask(app, "POST", "/x", headers, BODY).status == 200
    assert ask(app, "POST", "/x", headers, BODY).told["code"] == "already_spent"


def _guarded_by_dependency(member: Member) -> Any:
    app = FastAPI()
    app.add_middleware(GateMiddleware, gate=member.gate, guard=())
    passed = Depends(proven(member.gate))

    @app.post("/json")
    def take_json(order: dict[str, int] = Body(), entrant: Entrant = passed) -> int:  # noqa: B008
        return order["amount"]

    @app.post("/form")
    def take_form(amount: int = Form(), entrant: Entrant = passed) -> int:
        return amount

    @app.post("/raw")
    async def take_raw(request: Request, entrant: Entrant = passed) -> int:
        return len(await request.body())

    return app


@pytest.mark.parametrize(
    ("path", "kind", "body", "bent"),
    [
        ("/json", "application/json", BODY, b'{"amount": 9}'),
        ("/form", "application/x-www-form-urlencoded", b"amount=1", b"amount=9"),
        ("/raw", "text/plain", b"!", b"?"),
    ],
)
def test_the_dependency_checks_bodies_of_every_kind(
    member: Member, path: str, kind: str, body: bytes, bent: bytes
) -> None:
    app = _guarded_by_dependency(member)
    for sent, status in ((body, 200), (bent, 401)):
        headers = member.headers("POST", path, content_digest=content_digest(body))
        heard = ask(app, "POST", path, {**headers, "content-type": kind}, sent)
        assert heard.status == status
        if status == 200:
            assert json.loads(heard.body) == 1
    bare = member.headers("POST", path)
    assert ask(app, "POST", path, {**bare, "content-type": kind}, body).status == 401


def test_digests_are_those_of_the_rfc() -> None:
    """RFC 9530 appendix B, and what must not count as one."""
    body = b'{"hello": "world"}\n'
    assert content_digest(body) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    right = {"sha-256": hashlib.sha256(body).digest(), "sha-512": hashlib.sha512(body).digest()}
    assert is_digest_of(dict(right), body)
    assert not is_digest_of({**right, "sha-512": b"\0" * 64}, body)
    assert not is_digest_of({}, body)
    assert not is_digest_of({"md5": hashlib.md5(body, usedforsecurity=False).digest()}, body)
    assert not is_digest_of({"sha-256": "text"}, body)
