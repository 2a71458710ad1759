"""Agent cards: ours are signed as A2A asks, others' are believed by their own origin's keys alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import rfc8785

from eclosion.gate.agent_card import (
    CARD,
    EXTENSION,
    PURPOSE,
    gate_card,
    look_up,
    read_card,
    sign_card,
    verify_card,
    with_gate,
)
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.encoding import from_json, from_text, to_json, to_text
from eclosion.gate.errors import CardRefused, SignatureUnverified
from eclosion.gate.keys import is_signed, public_bytes, thumbprint
from eclosion.gate.signatures import Fetched
from eclosion.gate.signatures.signing import directory_of
from tests.gate.asking import Echo, ask
from tests.gate.signatures.signed import AGENT, Web, bot
from tests.gate.world import AUDIENCE, make_gate, ring

JWKS = f"{AUDIENCE}/gate/jwks.json"
OURS = {
    thumbprint(public_bytes(ring().signer("k1", PURPOSE))): public_bytes(
        ring().signer("k1", PURPOSE)
    )
}

FROM_SDK = {
    "capabilities": {"pushNotifications": True, "streaming": False},
    "defaultInputModes": ["text/plain"],
    "defaultOutputModes": ["text/plain"],
    "description": "Helps \u20ac 5 cooks",
    "name": "Recipe \u00e4gent",
    "signatures": [
        {
            "protected": "eyJhbGciOiJFZERTQSIsImprdSI6Imh0dHBzOi8vYm90LmV4YW1wbGUva2V5cy5qc29uIiwia2lk"
            "IjoiVlBUSWFlVGdBZFItdy1CcUp0QUJmN0syT3JoYnFUbzY1ajVMaXctVUFiSSIsInR5cCI6IkpPU0UifQ",
            "signature": "-N2az_JuvEVfvOW1MC3EGWY2DuzpXSmUXpsFMMjcDMgmP315Q4walIsLUrueiGyF2JbSdB0VhBj4xaOSpBtmAg",
        }
    ],
    "skills": [{"id": "cook", "name": "Cook", "tags": ["food"]}],
    "supportedInterfaces": [
        {
            "protocolBinding": "JSONRPC",
            "protocolVersion": "1.0",
            "url": "https://bot.example/a2a",
        }
    ],
    "version": "1.0",
}
"""Made and signed by a2a-sdk 1.3.0 with the key ``bot()``; that SDK also verifies what we sign."""


def signed(**more: Any) -> dict[str, Any]:
    gate = make_gate()
    return sign_card({**with_gate(gate_card(gate), gate, required=True), **more}, ring(), JWKS)


def test_a_card_is_signed_over_the_referees_canonical_form() -> None:
    card = signed()
    (one,) = card["signatures"]
    header = from_json(from_text(one["protected"]))
    (keyid,) = OURS
    assert header == {"alg": "EdDSA", "typ": "JOSE", "kid": keyid, "jku": JWKS}
    payload = rfc8785.dumps({name: card[name] for name in card if name != "signatures"})
    message = f"{one['protected']}.{to_text(payload)}".encode()
    assert is_signed(OURS[keyid], from_text(one["signature"]), message)
    found = verify_card(read_card(to_json(card)), OURS)
    assert found.keyid == keyid
    assert "signatures" not in found.told


def test_empty_values_are_not_part_of_what_is_signed() -> None:
    """A2A section 8.4.1; so a reader that drops or adds them comes to the same bytes."""
    card = signed(provider={"organization": "", "url": ""}, iconUrl="")
    bare = {name: one for name, one in card.items() if name not in ("provider", "iconUrl")}
    assert verify_card(card, OURS).keyid == verify_card(bare, OURS).keyid


def test_the_sdks_card_verifies() -> None:
    card = read_card(json.dumps(FROM_SDK).encode())
    keys = {thumbprint(bot().public): bot().public}
    assert verify_card(card, keys).told["name"] == "Recipe \u00e4gent"
    for name in ("name", "description", "version", "skills"):
        with pytest.raises(CardRefused, match="do not hold"):
            verify_card({**card, name: "x"}, keys)


def _resigned(header: dict[str, Any]) -> dict[str, Any]:
    card = signed()
    protected = to_text(to_json(header))
    return {**card, "signatures": [{"protected": protected, "signature": to_text(bytes(64))}]}


@pytest.mark.parametrize(
    "card",
    [
        {**signed(), "signatures": []},
        {**signed(), "signatures": None},
        {**signed(), "signatures": [1, None, "x", {}]},
        {**signed(), "signatures": signed()["signatures"] * 9},
        {**signed(), "signatures": [{"protected": "!", "signature": "!"}]},
        {**signed(), "name": "somebody else"},
        {**signed(), "added": 1},
        _resigned({"alg": "none", "kid": next(iter(OURS))}),
        _resigned({"alg": "HS256", "kid": next(iter(OURS))}),
        _resigned({"alg": "EdDSA", "kid": "unknown"}),
        _resigned({"alg": "EdDSA", "kid": next(iter(OURS)), "crit": ["b64"], "b64": False}),
        _resigned({"alg": "EdDSA", "kid": ["x"]}),
        _resigned({"alg": "EdDSA"}),
    ],
)
def test_a_card_that_nobody_signed_is_refused(card: dict[str, Any]) -> None:
    with pytest.raises(CardRefused):
        verify_card(card, OURS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"name": 1, "name": 2}',
        b"[" * 70_000,
        b'{"a": ' + b"[" * 60_000,
        to_json({**signed(), "supportedInterfaces": []}),
        to_json({**signed(), "supportedInterfaces": [1]}),
        to_json({**signed(), "supportedInterfaces": [{"protocolBinding": "JSONRPC"}]}),
        to_json({name: one for name, one in signed().items() if name != "skills"}),
        to_json({**signed(), "padding": "x" * 70_000}),
        to_json({**signed(), "number": 2**60}),
    ],
)
def test_what_is_no_card_is_refused(data: bytes) -> None:
    with pytest.raises(CardRefused):
        read_card(data)


def published(web: Web, card: dict[str, Any], keys: str = f"{AGENT}/keys.json") -> None:
    web.documents[AGENT + CARD] = Fetched("application/json", json.dumps(card).encode())
    web.documents[keys] = Fetched("application/json", directory_of([bot().public]))


def test_an_origin_answers_for_its_card() -> None:
    web = Web()
    published(web, FROM_SDK)
    found = asyncio.run(look_up(web, f"{AGENT}/"))
    assert found.told["name"] == "Recipe \u00e4gent"
    assert web.asked == [AGENT + CARD, f"{AGENT}/keys.json"]


def test_keys_elsewhere_are_not_even_fetched() -> None:
    """A card may name any address; only its own origin's keys count, so nobody speaks for another."""
    web = Web()
    header = {"alg": "EdDSA", "kid": thumbprint(bot().public), "jku": "https://evil.example/k"}
    protected = to_text(to_json(header))
    told = {name: one for name, one in FROM_SDK.items() if name != "signatures"}
    message = f"{protected}.{to_text(rfc8785.dumps(told))}".encode()  # type: ignore[arg-type]
    card = {
        **told,
        "signatures": [{"protected": protected, "signature": to_text(bot().sign(message))}],
    }
    published(web, card, "https://evil.example/k")
    with pytest.raises(CardRefused, match="do not hold"):
        asyncio.run(look_up(web, AGENT))
    assert web.asked == [AGENT + CARD]
    web.documents[AGENT + CARD] = Fetched("text/html", b"<p>")
    with pytest.raises(CardRefused, match="no agent card"):
        asyncio.run(look_up(web, AGENT))
    with pytest.raises(SignatureUnverified):
        asyncio.run(look_up(Web(), AGENT))


def test_a_gate_publishes_its_own_and_its_keys() -> None:
    gate = make_gate()
    app = GateMiddleware(Echo(), gate, card=gate_card(gate))
    heard = ask(app, "GET", CARD)
    web = Web()
    web.documents[AUDIENCE + CARD] = Fetched("application/json", heard.body)
    keys = ask(app, "GET", "/gate/jwks.json").body
    web.documents[JWKS] = Fetched("application/json", keys)
    found = asyncio.run(look_up(web, AUDIENCE))
    (extension,) = found.told["capabilities"]["extensions"]
    assert (extension["uri"], extension["required"]) == (EXTENSION, True)
    assert extension["params"]["discovery"].startswith(AUDIENCE)
    assert found.told["securitySchemes"]["gate"]["httpAuthSecurityScheme"]["scheme"] == "DPoP"


def test_an_application_keeps_its_own_card_unless_it_hands_it_over() -> None:
    app = GateMiddleware(Echo(), make_gate(), guard=())
    assert ask(app, "GET", CARD).body == b""
