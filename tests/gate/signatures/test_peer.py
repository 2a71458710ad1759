"""In both directions with ``http-message-signatures``: what we sign it verifies, what it signs we verify."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature
from http_message_signatures.algorithms import ED25519

from eclosion.gate.digests import content_digest
from eclosion.gate.errors import SignatureRefused
from eclosion.gate.keys import thumbprint
from eclosion.gate.signatures import STRICT, Signer
from eclosion.gate.signatures.checking import check_claim, check_key, read_claims
from eclosion.gate.signatures.covered import Message
from tests.gate.signatures.signed import AGENT, PeerKeys, bot, message

TAG = "web-bot-auth"
BODY = '{"say": "grüß dich"}'.encode()
URLS = [
    "https://api.example.org/gate/token",
    "https://API.example.org:443/a%20b?x=1&y=%C3%BC",
    "http://127.0.0.1:8080/?",
]


@pytest.mark.parametrize("body", [b"", BODY])
@pytest.mark.parametrize("url", URLS)
def test_the_peer_verifies_what_we_sign(url: str, body: bytes) -> None:
    headers = Signer(bot(), AGENT).headers("POST", url, body)
    request = SimpleNamespace(method="POST", url=url, headers=headers)
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=PeerKeys())
    wanted = ["@method", "@authority", "@target-uri", '"signature-agent";key="sig1"']
    (found,) = verifier.verify(
        request, expect_tag=TAG, require_components=wanted, body=body or None
    )
    assert found.parameters["keyid"] == thumbprint(bot().public)
    request.headers = {**headers, "Signature-Agent": 'sig1="https://other.example"'}
    with pytest.raises(InvalidSignature):
        verifier.verify(request, expect_tag=TAG)


@pytest.mark.parametrize(
    "agent", [f'mine="{AGENT}"', f'mine="{AGENT}";type=directory', f'"{AGENT}"']
)
@pytest.mark.parametrize("body", [b"", BODY])
@pytest.mark.parametrize("url", URLS)
def test_we_verify_what_the_peer_signs(url: str, body: bytes, agent: str) -> None:
    headers: dict[str, str] = {"Signature-Agent": agent, "X-More": "  spaced \t value "}
    request: Any = SimpleNamespace(method="PUT", url=url, headers=headers)
    bare = agent.startswith('"')
    covered = ["@method", "@authority", "@target-uri", "@path", "@query", "@scheme", "x-more"]
    covered.append("signature-agent" if bare else '"signature-agent";key="mine"')
    now = dt.datetime.now(dt.UTC)
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=PeerKeys()).sign(
        request,
        key_id=thumbprint(bot().public),
        created=now,
        expires=now + dt.timedelta(seconds=60),
        nonce='a nonce of "theirs" \\',
        label="mine",
        tag=TAG,
        covered_component_ids=covered,
        body=body or None,
    )
    found = message(dict(headers), "PUT", url)
    (claim,) = read_claims(found)
    check_claim(claim, found, body, STRICT, int(now.timestamp() * 1000))
    assert check_key(claim, found, bot().public).host == "bot.example"
    assert claim.nonce == 'a nonce of "theirs" \\'
    bent = Message("PATCH", url, found.headers)
    with pytest.raises(SignatureRefused):
        check_key(claim, bent, bot().public)


def test_digests_are_the_peers() -> None:
    from http_message_signatures.digests import ContentDigest

    headers: dict[str, str] = {}
    ContentDigest.prepare(headers, BODY, use_existing_digest=False)
    assert content_digest(BODY) in headers["Content-Digest"].split(", ")
