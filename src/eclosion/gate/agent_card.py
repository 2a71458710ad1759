"""Agent cards (A2A 1.0): say who one is in a signed document, and check what others say.

A card is signed as A2A asks (section 8.4): a JWS (RFC 7515) with its payload taken out, over the canonical JSON
(RFC 8785) of the card without its signatures and without empty values. What always holds: one algorithm, Ed25519; a key
is believed only if it was given by the caller or published at the card's own origin, whatever address the signature
names; a card is strangers' text, and a good signature says who wrote it and not that it is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from eclosion.gate.canonical import DEPTH_MAX, canonical_json
from eclosion.gate.encoding import expect, from_json, from_text, to_json, to_text
from eclosion.gate.errors import CardRefused, SignatureUnverified
from eclosion.gate.fitting import read_origin
from eclosion.gate.jose import ALGORITHM
from eclosion.gate.keys import KeyRing, is_signed, public_bytes, thumbprint
from eclosion.gate.signatures.directories import Fetch, Fetched, read_directory

if TYPE_CHECKING:
    from eclosion.gate.gate import Gate

CARD = "/.well-known/agent-card.json"
EXTENSION = "urn:eclosion:a2a:extension:gate"
PURPOSE = "agent card signature"
CARD_BYTES_MAX = 65_536
SIGNATURES_MAX = 8
_NEEDED = ("name", "description", "version", "supportedInterfaces", "capabilities", "skills")


class Card(NamedTuple):
    """A card that somebody signed.

    Attributes:
        told: what it says; strangers' text.
        keyid: the thumbprint of the key that signed it.
    """

    told: dict[str, Any]
    keyid: str


def gate_card(gate: Gate, prefix: str = "/gate") -> dict[str, Any]:
    """What a gate with nothing else behind it says of itself."""
    return {
        "name": f"The gate of {gate.audience}",
        "description": "A reverse CAPTCHA: lets software agents in and keeps hands and browsers out.",
        "version": str(gate.policy.version),
        "supportedInterfaces": [
            {
                "url": f"{gate.audience}{prefix}/hello",
                "protocolBinding": "urn:eclosion:binding:gate",
                "protocolVersion": "1.0",
            }
        ],
        "defaultInputModes": ["application/json"],
        "defaultOutputModes": ["application/json"],
        "skills": [
            {
                "id": "enter",
                "name": "Enter",
                "description": "Pass the gate's stages and get a token that works for your key alone.",
                "tags": ["gate", "reverse-captcha", "dpop"],
            }
        ],
    }


def with_gate(card: Mapping[str, Any], gate: Gate, *, required: bool) -> dict[str, Any]:
    """A card that also says that there is a gate, how to pass it, and whether its interfaces demand that."""
    told = dict(card)
    extension: dict[str, Any] = {
        "uri": EXTENSION,
        "description": "There is a gate here that software passes and hands and browsers do not.",
        "params": {"discovery": f"{gate.audience}/.well-known/reverse-captcha"},
    }
    if required:  # what is false is left out, because other implementations do so before they check a signature
        extension["required"] = True
    capabilities = dict(told.get("capabilities", {}))
    capabilities["extensions"] = [*capabilities.get("extensions", []), extension]
    dpop = {"httpAuthSecurityScheme": {"scheme": "DPoP", "bearerFormat": "JWT"}}
    schemes = {**told.get("securitySchemes", {}), "gate": dpop}
    return {**told, "capabilities": capabilities, "securitySchemes": schemes}


def sign_card(card: Mapping[str, Any], ring: KeyRing, jwks_url: str) -> dict[str, Any]:
    """The card with a signature under the ring's current secret.

    Args:
        card: what it says.
        ring: the gate's secrets; cards have a key of their own.
        jwks_url: where the key is published, as the signature's ``jku``.
    """
    key = ring.signer(ring.current, PURPOSE)
    header = {
        "alg": ALGORITHM,
        "typ": "JOSE",
        "kid": thumbprint(public_bytes(key)),
        "jku": jwks_url,
    }
    protected = to_text(to_json(header))
    signature = to_text(key.sign(_signed(protected, card)))
    return {**card, "signatures": [{"protected": protected, "signature": signature}]}


def read_card(data: bytes) -> dict[str, Any]:
    """A card's form: JSON with what A2A demands.

    Raises:
        CardRefused: it is none.
    """
    try:
        expect(len(data) <= CARD_BYTES_MAX, "it is too long")
        card = from_json(data)
        canonical_json(card)
        missing = [name for name in _NEEDED if name not in card]
        expect(not missing, f"{', '.join(missing)} is missing")
        interfaces = card["supportedInterfaces"]
        expect(isinstance(interfaces, list) and len(interfaces) > 0, "it has no interfaces")
        expect(
            all(isinstance(one, dict) and "url" in one for one in interfaces),
            "interfaces have URLs",
        )
    except ValueError as error:
        raise CardRefused(f"This is no agent card: {error}.") from None
    return card


def verify_card(card: Mapping[str, Any], keys: Mapping[str, bytes]) -> Card:
    """A card by one of these keys.

    Args:
        card: as it was read.
        keys: thumbprint to public Ed25519 key; keys that the caller trusts for this card.

    Raises:
        CardRefused: none of its signatures is by one of them.
    """
    signatures = card.get("signatures")
    if not isinstance(signatures, list) or not 0 < len(signatures) <= SIGNATURES_MAX:
        raise CardRefused("The card is not signed.")
    for one in signatures:
        try:
            protected, signature = one["protected"], from_text(one["signature"])
            header = from_json(from_text(protected))
            expect(header.get("alg") == ALGORITHM and "crit" not in header, "another algorithm")
            raw = keys[header["kid"]]
        except (ValueError, TypeError, KeyError):
            continue
        if any(is_signed(raw, signature, text) for text in _spellings(protected, card)):
            told = {name: value for name, value in card.items() if name != "signatures"}
            return Card(told, header["kid"])
    raise CardRefused("The card's signatures do not hold.")


async def look_up(fetch: Fetch, origin: str) -> Card:
    """The card that an origin publishes, by a key that the same origin publishes.

    Args:
        fetch: the port to the internet; ``eclosion.gate.signatures.fetching.Fetcher`` keeps to public addresses.
        origin: ``https://agent.example``.

    Raises:
        Invalid: that is no origin.
        SignatureUnverified: it cannot be had.
        CardRefused: it is no card, or not signed by its origin.
    """
    home = read_origin(origin)
    fetched = await fetch(home + CARD)
    if fetched.media_type not in ("application/json", "application/a2a+json"):
        raise CardRefused("What is published there is no agent card.")
    card = read_card(fetched.body)
    keys: dict[str, bytes] = {}
    for place in _key_places(card, home):
        keys |= await _keys_at(fetch, place)
    return verify_card(card, keys)


def _key_places(card: Mapping[str, Any], home: str) -> list[str]:
    """Where the signatures' keys are, as far as that is at the card's own origin."""
    found = []
    for one in list(card.get("signatures") or ())[:SIGNATURES_MAX]:
        try:
            place = from_json(from_text(one["protected"]))["jku"]
        except (ValueError, TypeError, KeyError):
            continue
        if isinstance(place, str) and place.startswith(f"{home}/") and place not in found:
            found.append(place)
    return found


async def _keys_at(fetch: Fetch, place: str) -> dict[str, bytes]:
    try:
        fetched: Fetched = await fetch(place)
        return read_directory("jwks_uri", fetched, 0, timeless=True)
    except SignatureUnverified:
        return {}


def _signed(protected: str, card: Mapping[str, Any]) -> bytes:
    told = {name: value for name, value in card.items() if name != "signatures"}
    return f"{protected}.{to_text(canonical_json(_without_empty(told)))}".encode()


def _spellings(protected: str, card: Mapping[str, Any]) -> list[bytes]:
    """What may have been signed: A2A leaves empty values out, and some signers do not."""
    told = {name: value for name, value in card.items() if name != "signatures"}
    try:
        whole = f"{protected}.{to_text(canonical_json(told))}".encode()
        return [_signed(protected, card), whole]
    except ValueError:
        return []


def _without_empty(value: Any, depth: int = 0) -> Any:
    """Without empty texts, lists and objects (A2A section 8.4.1); None where nothing is left."""
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(value, dict):
        kept = {name: _without_empty(one, depth + 1) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None} or None
    if isinstance(value, list):
        left = [_without_empty(one, depth + 1) for one in value]
        return [one for one in left if one is not None] or None
    return None if value == "" else value
