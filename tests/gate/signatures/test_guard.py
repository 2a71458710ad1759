"""Signatures at a gate: domains are counted as owners, the solver signs, and an application sees whose requests are."""

from __future__ import annotations

import asyncio
import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Form, Request
from http_message_signatures import HTTPMessageVerifier
from http_message_signatures.algorithms import ED25519

from eclosion.gate import Asker, Policy
from eclosion.gate.asgi import SIGNED, GateMiddleware, asker_of
from eclosion.gate.digests import content_digest
from eclosion.gate.fastapi import proven
from eclosion.gate.signatures import Directories, Fetched, Signatures, Signer
from eclosion.gate.signatures.checking import LENIENT
from eclosion.gate.signatures.covered import authority_of
from eclosion.gate.signatures.signing import DIRECTORY, DIRECTORY_TYPE
from eclosion.gate.solver import Agent, GateRefused, Key
from tests.gate.asking import SHORT, Echo, Member, ask
from tests.gate.serving import gate_for, running
from tests.gate.signatures.signed import AGENT, PeerKeys, Web, bot, signer


@pytest.fixture
def web() -> Web:
    made = Web()
    made.publish(AGENT, bot())
    return made


def rules(web: Web, member: Member, **more: Any) -> Signatures:
    return Signatures(Directories(web, member.clock.now_ms), **more)


def test_an_application_sees_whose_a_request_is(web: Web) -> None:
    member, echo = Member(), Echo()
    app = GateMiddleware(echo, member.gate, signatures=rules(web, member))
    body, uri = b"{}", f"{member.gate.audience}/x"
    own = member.headers("POST", "/x", content_digest=content_digest(body))
    made = signer().headers("POST", uri, body)
    assert ask(app, "POST", "/x", {**own, **made}, body).status == 200
    assert echo.scopes[0][SIGNED].host == "bot.example"
    assert ask(app, "GET", "/x", member.headers("GET", "/x")).status == 200
    assert echo.scopes[1][SIGNED] is None
    again = {**member.headers("POST", "/x", content_digest=content_digest(body)), **made}
    heard = ask(app, "POST", "/x", again, body)
    assert (heard.status, heard.told["code"]) == (401, "already_spent")
    query = signer().headers("GET", f"{uri}?a=1")
    assert ask(app, "GET", "/x", {**member.headers("GET", "/x"), **query}).status == 401
    good = signer().headers("GET", f"{uri}?a=1")
    assert ask(app, "GET", "/x", {**member.headers("GET", "/x"), **good}, query="a=1").status == 200
    assert len(echo.scopes) == 3


def _behind_a_dependency(member: Member, rules: Signatures) -> FastAPI:
    app = FastAPI()
    app.add_middleware(GateMiddleware, gate=member.gate, guard=(), signatures=rules)

    @app.get("/x", dependencies=[Depends(proven(member.gate))])
    def read(request: Request) -> str | None:
        signed = request.scope[SIGNED]
        return signed.host if signed else None

    @app.post("/form", dependencies=[Depends(proven(member.gate))])
    def write(request: Request, amount: int = Form()) -> str:
        return f"{request.scope[SIGNED].host} {amount}"

    return app


def test_the_dependency_sees_whose_a_request_is_too(web: Web) -> None:
    member = Member()
    app, uri = _behind_a_dependency(member, rules(web, member)), f"{member.gate.audience}/x"
    made = signer().headers("GET", uri)
    for headers, said in ((made, "bot.example"), ({}, None)):
        heard = ask(app, "GET", "/x", {**member.headers("GET", "/x"), **headers})
        assert (heard.status, heard.told) == (200, said)
    again = ask(app, "GET", "/x", {**member.headers("GET", "/x"), **made})
    assert (again.status, again.told["detail"]["code"]) == (401, "already_spent")


def test_the_dependency_demands_one_where_the_rules_do(web: Web) -> None:
    member = Member()
    app = _behind_a_dependency(member, rules(web, member, required=True))
    heard = ask(app, "GET", "/x", member.headers("GET", "/x"))
    assert (heard.status, heard.told["detail"]["code"]) == (403, "signature_wanted")
    assert 'tag="web-bot-auth"' in heard.headers["accept-signature"]


@pytest.mark.parametrize(("sent", "status"), [(b"amount=1", 200), (b"amount=9", 401)])
def test_a_form_that_was_read_is_held_to_its_signature(web: Web, sent: bytes, status: int) -> None:
    """FastAPI reads a form before its dependencies; what was signed must be what came all the same."""
    member = Member()
    app = _behind_a_dependency(member, rules(web, member))
    made = signer().headers("POST", f"{member.gate.audience}/form", b"amount=1")
    own = member.headers("POST", "/form", content_digest=content_digest(sent))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    heard = ask(app, "POST", "/form", {**own, **made, **kind}, sent)
    assert heard.status == status
    if status == 200:
        assert heard.told == "bot.example 1"
    else:
        assert heard.told["detail"]["code"] == "signature_refused"


def test_a_gate_that_demands_one_says_how(web: Web) -> None:
    member, echo = Member(), Echo()
    app = GateMiddleware(echo, member.gate, signatures=rules(web, member, required=True))
    heard = ask(app, "GET", "/x", member.headers("GET", "/x"))
    assert (heard.status, heard.told["code"]) == (403, "signature_wanted")
    assert 'tag="web-bot-auth"' in heard.headers["accept-signature"]
    made = signer().headers("GET", f"{member.gate.audience}/x")
    assert ask(app, "GET", "/x", {**member.headers("GET", "/x"), **made}).status == 200
    web.documents.clear()
    lost = signer(bot(8), "https://lost.example").headers("GET", f"{member.gate.audience}/x")
    assert ask(app, "GET", "/x", {**member.headers("GET", "/x"), **lost}).status == 503
    told = ask(app, "GET", "/.well-known/reverse-captcha").told
    assert told["http_message_signatures"] == "required"


def test_nothing_is_fetched_for_who_has_no_token(web: Web) -> None:
    member = Member()
    app = GateMiddleware(Echo(), member.gate, signatures=rules(web, member))
    made = signer().headers("GET", f"{member.gate.audience}/x")
    assert ask(app, "GET", "/x", made).status == 401
    hello = json.dumps({"jwk": member.key.jwk}).encode()
    assert ask(app, "POST", "/gate/hello", made, hello).status == 200
    assert web.asked == []


def test_without_rules_signatures_are_not_looked_at(web: Web) -> None:
    member, echo = Member(), Echo()
    app = GateMiddleware(echo, member.gate)
    odd = {**member.headers("GET", "/x"), "signature": "nonsense"}
    assert ask(app, "GET", "/x", odd).status == 200
    assert echo.scopes[0][SIGNED] is None


def test_a_domain_answers_for_its_keys(web: Web) -> None:
    """The solver signs what it sends; the domain has three new keys a day, from wherever they come."""
    with running(lambda origin: _counting(origin, web)) as origin:
        for number in range(3):
            assert _enter(origin, number, AGENT)["stages"] == ["price", "burst"]
        with pytest.raises(GateRefused, match="your owner"):
            _enter(origin, 3, AGENT)
        web.publish("https://other.example", bot())
        assert _enter(origin, 4, "https://other.example")["token_type"] == "DPoP"
        stranger = Agent(origin, Key(bytes([9] * 32)))
        stranger.sign = Signer(bot(6), AGENT).headers
        with pytest.raises(GateRefused, match="does not publish"):
            stranger.enter()


def _counting(origin: str, web: Web) -> GateMiddleware:
    policy = Policy(**{**vars(SHORT), "keys_per_owner": 3})
    directories = Directories(web, lambda: time.time_ns() // 1_000_000)
    return GateMiddleware(Echo(), gate_for(origin, policy), signatures=Signatures(directories))


def _enter(origin: str, number: int, agent: str) -> dict[str, Any]:
    made = Agent(origin, Key(bytes([number + 1] * 32)))
    made.sign = Signer(bot(), agent).headers
    return made.enter()


def test_an_owner_that_the_caller_knows_goes_first(web: Web) -> None:
    member = Member()
    app = GateMiddleware(
        Echo(),
        member.gate,
        signatures=rules(web, member, profile=LENIENT),
        asker=lambda scope: Asker(asker_of(scope).prefix, "somebody"),
    )
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "client": ("1.2.3.4", 1)}
    found = asyncio.run(app._doors._asker_of(scope, b""))
    assert found == Asker("1.2.3.0/24", "somebody")


def test_a_directory_proves_that_its_key_wants_to_be_there() -> None:
    """The draft's response signature, checked by the peer; and read back by our own reader."""
    headers, body = Signer(bot(), AGENT).directory("bot.example")
    asked = SimpleNamespace(method="GET", url=AGENT + DIRECTORY, headers={})
    reply = SimpleNamespace(status_code=200, headers=headers, request=asked)
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=PeerKeys())
    (found,) = verifier.verify(
        reply,
        expect_tag="http-message-signatures-directory",
        require_components=['"@authority";req', "content-digest"],
        body=body,
    )
    assert found.parameters["keyid"] == Signer(bot(), AGENT).keyid
    assert headers["Content-Type"] == DIRECTORY_TYPE
    assert Fetched(DIRECTORY_TYPE, body)
    assert authority_of("https://BOT.example:443/x") == "bot.example"
    assert authority_of("http://bot.example:443/x") == "bot.example:443"
