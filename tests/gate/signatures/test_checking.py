"""Signatures that must not hold: every part of one is bent in turn."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from eclosion.gate.errors import (
    AlreadySpent,
    SignatureRefused,
    SignatureUnverified,
    SignatureWanted,
    StoreDown,
)
from eclosion.gate.guarded_store import GuardedStore
from eclosion.gate.signatures import LENIENT, STRICT, Fetched, Profile, Signatures, Signed
from eclosion.gate.signatures.checking import read_claims
from eclosion.gate.signatures.signing import directory_of
from eclosion.gate.stores import MemoryStore
from tests.gate.signatures.signed import AGENT, URL, Web, bot, message, signer
from tests.gate.world import NOON_MS

BODY = b"grant_type=x"


def check(
    headers: dict[str, str],
    body: bytes = BODY,
    *,
    web: Web | None = None,
    profile: Profile = STRICT,
    required: bool = False,
    method: str = "POST",
    url: str = URL,
    store: GuardedStore | None = None,
    now_ms: int = NOON_MS,
) -> Signed | None:
    if web is None:
        web = Web()
        web.publish(AGENT, bot())
    rules = Signatures(web.directories(lambda: now_ms), profile=profile, required=required)
    kept = store or GuardedStore(MemoryStore())
    return asyncio.run(rules.check(message(headers, method, url), body, kept, now_ms))


def good() -> dict[str, str]:
    return signer().headers("POST", URL, BODY)


def test_a_good_one_names_its_domain() -> None:
    found = check(good())
    assert found is not None
    assert found.host == "bot.example"
    assert found.identifier == f"{AGENT}/.well-known/http-message-signatures-directory"
    assert set(found.covered) == {
        "@method",
        "@authority",
        "@target-uri",
        "signature-agent",
        "content-digest",
    }


def test_no_signature_is_no_fault_unless_one_is_wanted() -> None:
    assert check({}) is None
    with pytest.raises(SignatureWanted):
        check({}, required=True)
    other = {"Signature-Input": 'a=("@method");created=1;tag="other"', "Signature": "a=:YQ==:"}
    assert check(other) is None, "a signature for something else is none of ours"


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "PUT"},
        {"url": URL + "&b=2"},
        {"url": URL.replace("/token", "/hello")},
        {"url": URL.replace("api.example.org", "api.example.com")},
        {"url": URL.replace("https:", "http:")},
        {"body": b"grant_type=y"},
        {"body": b""},
    ],
)
def test_it_is_for_one_request(asked: dict[str, Any]) -> None:
    body = asked.pop("body", BODY)
    with pytest.raises(SignatureRefused):
        check(good(), body, **asked)


def _swap(name: str, old: str, new: str) -> dict[str, str]:
    headers = good()
    assert old in headers[name]
    return {**headers, name: headers[name].replace(old, new)}


BENT = {
    "other agent": lambda: _swap("Signature-Agent", "bot.example", "evil.example"),
    "http agent": lambda: _swap("Signature-Agent", "https:", "http:"),
    "agent with a path": lambda: _swap("Signature-Agent", 'example"', 'example/x"'),
    "agent with a user": lambda: _swap("Signature-Agent", "bot.", "a@bot."),
    "agent is a token": lambda: _swap("Signature-Agent", f'"{AGENT}"', "bot"),
    "agent under another name": lambda: _swap("Signature-Agent", "sig1=", "sig2="),
    "no agent": lambda: {k: v for k, v in good().items() if k != "Signature-Agent"},
    "no signature": lambda: {k: v for k, v in good().items() if k != "Signature"},
    "no input": lambda: {k: v for k, v in good().items() if k != "Signature-Input"},
    "other label": lambda: _swap("Signature", "sig1=", "sig2="),
    "digest of another body": lambda: {
        **good(),
        "Content-Digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:",
    },
    "digest of no kind": lambda: {**good(), "Content-Digest": "crc=:AAAA:"},
    "digest unreadable": lambda: {**good(), "Content-Digest": "!"},
    "uncovered agent": lambda: _swap("Signature-Input", ' "signature-agent";key="sig1"', ""),
    "uncovered method": lambda: _swap("Signature-Input", '"@method" ', ""),
    "uncovered body": lambda: _swap("Signature-Input", ' "content-digest"', ""),
    "component twice": lambda: _swap("Signature-Input", '"@method"', '"@method" "@method"'),
    "component unknown": lambda: _swap("Signature-Input", '"@method"', '"@method" "@query-param"'),
    "header not there": lambda: _swap("Signature-Input", '"@method"', '"@method" "x-none"'),
    "component in capitals": lambda: _swap("Signature-Input", '"@method"', '"@method" "Date"'),
    "component of a response": lambda: _swap("Signature-Input", '"@method"', '"@method";req'),
    "params covered": lambda: _swap(
        "Signature-Input", '"@method"', '"@method" "@signature-params"'
    ),
    "hmac": lambda: _swap("Signature-Input", '"ed25519"', '"hmac-sha256"'),
    "rsa": lambda: _swap("Signature-Input", '"ed25519"', '"rsa-pss-sha512"'),
    "algorithm as a token": lambda: _swap("Signature-Input", '"ed25519"', "ed25519"),
    "keyid too short": lambda: _swap("Signature-Input", 'keyid="', 'keyid="x'),
    "created missing": lambda: _swap("Signature-Input", ";created=", ";made="),
    "expires missing": lambda: _swap("Signature-Input", ";expires=", ";ends="),
    "created as text": lambda: _swap("Signature-Input", ";created=", ";created=x"),
    "nonce missing": lambda: _swap("Signature-Input", ";nonce=", ";once="),
    "nonce a number": lambda: _swap("Signature-Input", ";nonce=", ";nonce=1;o="),
    "input unreadable": lambda: {**good(), "Signature-Input": "sig1=("},
    "input too long": lambda: {**good(), "Signature-Input": "sig1=" + "(" * 10_000},
    "signature no bytes": lambda: {**good(), "Signature": "sig1=1"},
    "signature empty": lambda: {**good(), "Signature": "sig1=::"},
    "a bit of the signature": lambda: _swap("Signature", "sig1=:", "sig1=:AAAA"),
    "another's signature": lambda: {
        **good(),
        "Signature": signer(bot(6)).headers("POST", URL, BODY)["Signature"],
    },
    "five signatures": lambda: {
        **good(),
        "Signature-Input": ", ".join(
            good()["Signature-Input"].replace("sig1=", f"sig{one}=", 1) for one in range(5)
        ),
    },
}


@pytest.mark.parametrize("how", BENT)
def test_a_bent_one_is_refused(how: str) -> None:
    web = Web()
    web.publish(AGENT, bot())
    web.publish("https://evil.example", bot(6))
    with pytest.raises(SignatureRefused):
        check(BENT[how](), web=web)


def test_a_key_counts_only_for_who_publishes_it() -> None:
    """Somebody's own key with another's name: the name's directory decides, however often his was looked up."""
    web = Web()
    web.publish(AGENT, bot())
    web.publish("https://evil.example", bot(6))
    thief = signer(bot(6), "https://evil.example")
    assert check(thief.headers("POST", URL, BODY), web=web) is not None
    with pytest.raises(SignatureRefused, match="does not publish"):
        check(signer(bot(6), AGENT).headers("POST", URL, BODY), web=web)


@pytest.mark.parametrize(
    ("at_s", "more", "why"),
    [
        (-61, {}, "has ended"),
        (-60, {}, "has ended"),
        (10, {}, "not begun"),
        (0, {"lifetime_s": 301}, "at most"),
        (0, {"lifetime_s": 0}, "has ended"),
        (3, {"lifetime_s": -1}, "at most"),
    ],
)
def test_it_has_its_time(at_s: int, more: dict[str, Any], why: str) -> None:
    made = signer(at_s=NOON_MS // 1000 + at_s, **more).headers("POST", URL, BODY)
    with pytest.raises(SignatureRefused, match=why):
        check(made)


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    assert check(signer(at_s=NOON_MS // 1000 + 5).headers("POST", URL, BODY)) is not None
    assert check(signer(at_s=NOON_MS // 1000 - 59).headers("POST", URL, BODY)) is not None


def test_it_is_good_for_once_and_fails_closed() -> None:
    store, headers = GuardedStore(MemoryStore()), good()
    assert check(headers, store=store) is not None
    with pytest.raises(AlreadySpent):
        check(headers, store=store)
    assert check(good(), store=store) is not None

    down = MemoryStore()
    down.spend = None  # type: ignore[assignment,method-assign]
    with pytest.raises(StoreDown):
        check(good(), store=GuardedStore(down))


def test_lenience_takes_what_the_draft_takes() -> None:
    """Only the authority covered, no nonce, a day long; and good for more than once, as the page says."""
    with pytest.raises(SignatureRefused, match="does not cover"):
        check(_swap("Signature-Input", ' "@target-uri"', ""), profile=STRICT)
    plain = signer(lifetime_s=86_400).headers("POST", URL)
    for body in (b"", BODY):
        assert check(plain, body, profile=LENIENT) is not None
    with pytest.raises(SignatureRefused):
        check(plain, BODY)


def test_what_cannot_be_found_out_is_no_fault_unless_one_is_wanted() -> None:
    assert check(good(), web=Web()) is None
    with pytest.raises(SignatureUnverified):
        check(good(), web=Web(), required=True)
    cimd = {**good(), "Signature-Agent": f'sig1="{AGENT}/card";type=cimd'}
    assert check(cimd) is None
    assert check({**good(), "Signature-Agent": f'sig1="{AGENT}";type=directory'}, web=Web()) is None


def test_keys_behind_an_address_of_their_own() -> None:
    headers = {**good(), "Signature-Agent": f'sig1="{AGENT}/keys.json";type=jwks_uri'}
    (claim,) = read_claims(message(headers))
    assert claim.reference == (f"{AGENT}/keys.json", "bot.example", "jwks_uri")
    web = Web()
    web.documents[f"{AGENT}/keys.json"] = Fetched("application/json", directory_of([bot().public]))
    with pytest.raises(SignatureRefused, match="not by the key"):  # it signed the other form
        check(headers, web=web)


def test_a_second_signature_by_somebody_else_takes_nothing_away() -> None:
    mine, theirs = (
        good(),
        signer(bot(9), "https://proxy.example", label="p").headers("POST", URL, BODY),
    )
    both = {
        name: f"{theirs[name]}, {mine[name]}"
        for name in ("Signature-Agent", "Signature-Input", "Signature")
    }
    found = check({**both, "Content-Digest": mine["Content-Digest"]})
    assert found is not None
    assert found.host == "bot.example"
