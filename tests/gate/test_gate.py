"""Hello, entry, token and check: who gets in, and everything that must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from typing import Any

import pytest

from eclosion.gate import Asker, Gate, KeyRing, Policy
from eclosion.gate.errors import (
    AlreadySpent,
    ChallengeRefused,
    GateFull,
    HelloRefused,
    NonceWanted,
    PriceUnpaid,
    ProofRefused,
    QuotaSpent,
    StagesMissing,
    StoreDown,
    TokenRefused,
)
from eclosion.gate.jose import read_token, sign_token
from eclosion.gate.oauth import GRANT_PASS
from eclosion.gate.policy import Rounds
from eclosion.gate.price import NONCE_BYTES, Price, is_paid, is_stamped
from eclosion.gate.solver import to_json, to_text
from eclosion.gate.stores import MemoryStore
from eclosion.kernel.errors import EclosionError, Invalid, Unavailable
from tests.gate.world import (
    AUDIENCE,
    CHEAP,
    HOME,
    TOKEN_URI,
    HandClock,
    Line,
    QuizRoom,
    begin,
    enter,
    entry_text,
    hello,
    key,
    make_gate,
    proof,
    ring,
    sign,
    take_token,
)

URI = f"{AUDIENCE}/secret"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def gate(clock: HandClock) -> Gate:
    return make_gate(clock=clock)


@pytest.fixture
def token(gate: Gate, clock: HandClock) -> str:
    return str(enter(gate, key(), clock)["access_token"])


def ask(gate: Gate, token: str, **changed: Any) -> Any:
    """A good request, but for what is changed."""
    agent = changed.pop("agent", key())
    text = proof(gate, agent, "GET", URI, token, **changed)
    return gate.check(f"DPoP {token}", text, "GET", URI)


# --- hello


def test_hellos_leave_nothing_behind(gate: Gate, clock: HandClock) -> None:
    store = MemoryStore()
    gate = make_gate(store=store, clock=clock)
    before = _weight(gate)
    for seed in range(300):
        gate.hello(Asker(f"10.{seed % 256}.0.0/24"), to_json({"jwk": key(seed).jwk}))
    assert len(store) == 0
    assert _weight(gate) == before
    assert gate.open_count == 0


def _weight(gate: Gate) -> int:
    """How many things the gate's own containers hold."""
    prices = gate._prices
    return len(prices._tries) + len(gate._wrong_works) + len(gate._reader._checked)


def test_a_challenge_tells_nothing_of_itself(gate: Gate) -> None:
    found = hello(gate, key())
    sealed = base64.urlsafe_b64decode(found["challenge"].partition(".")[2] + "==")
    for hidden in (key().public, AUDIENCE.encode(), b"exp", b"price"):
        assert hidden not in sealed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"jwk":1}',
        b'{"jwk":{}}',
        b"\xff\xfe",
        b'{"jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}}',
        b'{"jwk":{"kty":"OKP","crv":"Ed25519","x":"' + b"A" * 43 + b'"}}',
        b'{"a":{"a":' * 100 + b"1" + b"}}" * 100,
        b'{"jwk":{},"jwk":{}}',
        b"x" * 2_000,
    ],
)
def test_a_bent_hello_is_refused(gate: Gate, body: bytes) -> None:
    with pytest.raises(HelloRefused):
        gate.hello(HOME, body)


def test_a_hello_with_a_private_key_is_refused(gate: Gate) -> None:
    with pytest.raises(HelloRefused):
        gate.hello(HOME, to_json({"jwk": {**key().jwk, "d": "AAAA"}}))


def test_another_kind_of_key_is_refused(gate: Gate) -> None:
    with pytest.raises(HelloRefused):
        gate.hello(HOME, to_json({"jwk": {**key().jwk, "crv": "X25519"}}))


# --- entry


def test_a_challenge_is_good_for_once(gate: Gate) -> None:
    entry = gate.read_entry(entry_text(hello(gate, key()), key()))
    gate.admit(entry, HOME)
    with pytest.raises(AlreadySpent):
        gate.admit(entry, HOME)


def test_a_challenge_lives_a_minute(gate: Gate, clock: HandClock) -> None:
    text = entry_text(hello(gate, key()), key())
    clock.pass_ms(60_000)
    with pytest.raises(ChallengeRefused):
        gate.read_entry(text)


def test_a_challenge_of_another_key_audience_secret_or_policy_is_refused(clock: HandClock) -> None:
    gate = make_gate(clock=clock)
    found = hello(gate, key(1))
    with pytest.raises(ChallengeRefused):
        gate.read_entry(entry_text(found, key(2)))
    with pytest.raises(ChallengeRefused):
        gate.read_entry(entry_text(found, key(1), "https://evil.example"))
    good = entry_text(found, key(1))
    for other in (
        make_gate(clock=clock, audience="https://other.example"),
        make_gate(clock=clock, ring=ring(8)),
        make_gate(clock=clock, ring=ring(8, "k2")),
        make_gate(clock=clock, policy=replace(CHEAP, version=2)),
    ):
        with pytest.raises(ChallengeRefused):
            other.read_entry(good)
    gate.read_entry(good)


def test_a_seal_for_one_purpose_opens_for_no_other(gate: Gate, clock: HandClock) -> None:
    """A challenge is no pass, and a pass no renewal, though one secret seals them all."""
    agent = key()
    passed = Line(begin(gate, agent), clock).run()
    challenge = hello(gate, agent)["challenge"]
    for text, kind in ((challenge, "pass"), (passed["pass"], "refresh_token")):
        grant = GRANT_PASS if kind == "pass" else "refresh_token"
        with pytest.raises(ChallengeRefused):
            gate.exchange(
                {"grant_type": grant, kind: text},
                proof(gate, agent, "POST", TOKEN_URI),
                TOKEN_URI,
                HOME,
            )


def test_work_that_was_not_done_is_refused(clock: HandClock) -> None:
    gate = make_gate(clock=clock, policy=replace(CHEAP, price_bits=8, stamp_bits=0))
    found = hello(gate, key())
    for nonce in islice(unpaid(found), 20):
        entry = gate.read_entry(entry_text(found, key(), nonce=nonce))
        with pytest.raises(PriceUnpaid):
            gate.admit(entry, HOME)
    assert gate.open_count == 0


def unpaid(found: dict[str, Any]) -> Iterator[str]:
    """Nonces whose stamp is good and whose work is not: a blind guess would be right once in 2**bits."""
    asked, text = found["price"], found["challenge"].encode()
    price = Price(asked["n"], asked["bits"], asked["stamp_bits"])
    for number in count():
        nonce = number.to_bytes(NONCE_BYTES, "big")
        if is_stamped(price, text, nonce) and not is_paid(price, text, nonce):
            yield to_text(nonce)


def test_nothing_is_kept_of_work_that_was_not_done(clock: HandClock) -> None:
    store = MemoryStore()
    gate = make_gate(
        clock=clock, store=store, policy=replace(CHEAP, price_bits=20, price_bits_max=20)
    )
    found = hello(gate, key())
    entry = gate.read_entry(entry_text(found, key(), nonce=next(unpaid(found))))
    with pytest.raises(PriceUnpaid):
        gate.admit(entry, HOME)
    assert len(store) == 0


def test_a_missing_stamp_is_found_before_the_dear_work(clock: HandClock) -> None:
    gate = make_gate(clock=clock, policy=replace(CHEAP, stamp_bits=30))
    found = hello(gate, key())
    with pytest.raises(PriceUnpaid):
        gate.read_entry(entry_text(found, key(), nonce=next(unstamped(found))))


def unstamped(found: dict[str, Any]) -> Iterator[str]:
    """Nonces without a good stamp."""
    price = Price(found["price"]["n"], found["price"]["bits"], found["price"]["stamp_bits"])
    for number in count():
        nonce = number.to_bytes(NONCE_BYTES, "big")
        if not is_stamped(price, found["challenge"].encode(), nonce):
            yield to_text(nonce)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gate",
        "Gate a~b",
        "Gate a~b~c~d",
        "Bearer x",
        "Gate k1.AAAA~AAAA~AAAA",
        "Gate .~~",
        "Gate " + "x" * 9_000,
    ],
)
def test_a_bent_entry_is_refused(gate: Gate, text: str) -> None:
    with pytest.raises(ChallengeRefused):
        gate.read_entry(text)


def test_the_gate_takes_only_so_many_at_once(clock: HandClock) -> None:
    gate = make_gate(clock=clock, policy=replace(CHEAP, sessions_max=2))
    begin(gate, key(1))
    begin(gate, key(2))
    with pytest.raises(GateFull):
        begin(gate, key(3))
    gate.leave()
    begin(gate, key(4))


# --- language


def test_language_is_required_only_with_a_fit_supply() -> None:
    with pytest.raises(Invalid):
        make_gate(language="required")
    with pytest.raises(Unavailable, match="public"):
        make_gate(language="required", room=QuizRoom("The supply is public."))


def test_an_unfit_supply_is_not_offered_and_says_why() -> None:
    gate = make_gate(room=QuizRoom("Scripts answer 0.6 of it."))
    assert gate.stages == ("price", "burst")
    assert gate.language_reason == "Scripts answer 0.6 of it."


# --- tokens


def test_a_token_says_what_was_passed_and_nothing_more(gate: Gate, clock: HandClock) -> None:
    reply = enter(gate, key(), clock)
    assert reply["token_type"] == "DPoP"
    assert reply["expires_in"] == 900
    entrant = ask(gate, reply["access_token"])
    assert entrant.stages == ("price", "burst")
    assert "language" not in entrant.evidence
    with pytest.raises(StagesMissing):
        gate.check(
            f"DPoP {reply['access_token']}",
            proof(gate, key(), "GET", URI, reply["access_token"]),
            "GET",
            URI,
            frozenset({"burst", "language"}),
        )


def test_a_token_lives_a_quarter_of_an_hour(gate: Gate, token: str, clock: HandClock) -> None:
    clock.pass_ms(899_000)
    ask(gate, token)
    clock.pass_ms(2_000)
    with pytest.raises(TokenRefused):
        ask(gate, token)


def test_a_stolen_token_is_useless_without_its_key(gate: Gate, token: str) -> None:
    with pytest.raises(ProofRefused):
        ask(gate, token, agent=key(99))


def test_a_token_is_for_one_audience(token: str, clock: HandClock) -> None:
    other = make_gate(clock=clock, audience="https://other.example")
    with pytest.raises(TokenRefused):
        ask(other, token)


def test_a_pass_is_good_for_one_token_for_its_key(gate: Gate, clock: HandClock) -> None:
    agent = key()
    passed = Line(begin(gate, agent), clock).run()
    with pytest.raises(ProofRefused):
        take_token(gate, key(99), passed)
    take_token(gate, agent, passed)
    with pytest.raises(AlreadySpent):
        take_token(gate, agent, passed)


def test_a_pass_lives_a_minute(gate: Gate, clock: HandClock) -> None:
    passed = Line(begin(gate, key()), clock).run()
    clock.pass_ms(60_000)
    with pytest.raises(ChallengeRefused):
        take_token(gate, key(), passed)


def test_an_unknown_grant_is_refused(gate: Gate) -> None:
    with pytest.raises(Invalid):
        gate.exchange({"grant_type": "password"}, "", TOKEN_URI, HOME)


def _forged(token: str, header: dict[str, Any], signature: bytes | None = None) -> str:
    _, claims, _ = token.split(".")
    signed = f"{to_text(to_json(header))}.{claims}"
    return f"{signed}.{to_text(bytes(64) if signature is None else signature)}"


def test_algorithm_confusion_is_refused(gate: Gate, token: str) -> None:
    """None, HMAC with the public key for a secret, another's key in the header, extensions: all refused."""
    kid = gate.ring.current
    public = base64.urlsafe_b64decode(gate.ring.public_jwk(kid)["x"] + "=")
    good = {"alg": "EdDSA", "typ": "at+jwt", "kid": kid}
    signed = token.rpartition(".")[0]
    forgeries = [
        _forged(token, {**good, "alg": "none"}, b""),
        _forged(token, {**good, "alg": "none"}),
        _forged(token, {**good, "alg": "HS256"}, hmac.digest(public, signed.encode(), "sha256")),
        _forged(token, {**good, "alg": "ES256"}),
        _forged(token, {**good, "alg": "eddsa"}),
        _forged(token, {**good, "typ": "dpop+jwt"}),
        _forged(token, {**good, "kid": "other"}),
        _forged(token, {**good, "kid": None}),
        _forged(token, {**good, "jwk": key().jwk}),
        _forged(token, {**good, "crit": ["x"]}),
        _forged(token, good),
        sign(key(), {**good, "jwk": key().jwk}, {"aud": AUDIENCE}),
        token[:-1],
        token + "A",
        token + "=",
        token.replace(".", ".."),
        signed,
        "..",
        "a.b.c",
        "A" * 5_000,
    ]
    for forgery in forgeries:
        with pytest.raises(TokenRefused):
            ask(gate, forgery)
    ask(gate, token)


def test_every_bit_of_a_token_counts(gate: Gate, token: str) -> None:
    dice = random.Random(4)
    for at in dice.sample(range(len(token)), 60):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(EclosionError):
            ask(gate, token[:at] + other + token[at + 1 :])


def test_a_proof_is_no_token(gate: Gate) -> None:
    text = proof(gate, key(), "GET", URI)
    with pytest.raises(TokenRefused):
        ask(gate, text)


def test_tokens_outlive_a_change_of_the_secret(token: str, clock: HandClock) -> None:
    old, new = random.Random(7).randbytes(32), random.Random(8).randbytes(32)
    both = make_gate(clock=clock, ring=KeyRing({"k2": new, "k1": old}))
    ask(both, token)
    only_new = make_gate(clock=clock, ring=KeyRing({"k2": new}))
    with pytest.raises(TokenRefused):
        ask(only_new, token)


# --- proofs


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "POST"},
        {"htu": f"{AUDIENCE}/other"},
        {"htu": "https://other.example/secret"},
        {"htu": "/secret"},
        {"htu": 5},
        {"ath": None},
        {"ath": to_text(hashlib.sha256(b"another token").digest())},
        {"jti": None},
        {"jti": "short"},
        {"jti": "x" * 200},
        {"jti": "a\0bcdefghij"},
        {"jti": "\ud800abcdefgh"},
        {"htu": "https://x:a\r\nb/"},
        {"iat": None},
        {"iat": True},
        {"iat": "now"},
        {"iat": 1.5},
        {"iat": 10**30},
        {"iat": -1},
        {"header_alg": "none"},
        {"header_alg": "HS256"},
        {"header_alg": "ES256"},
        {"header_typ": "at+jwt"},
        {"header_typ": None},
        {"header_jwk": None},
        {"header_jwk": {"kty": "oct", "k": "AAAA"}},
        {"header_jwk": {**key().jwk, "d": "AAAA"}},
        {"header_jwk": key(5).jwk},
        {"header_kid": "k1"},
        {"header_crit": []},
    ],
)
def test_a_bent_proof_is_refused(gate: Gate, token: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ProofRefused):
        ask(gate, token, **changed)


def test_a_proof_is_good_for_once(gate: Gate, token: str) -> None:
    text = proof(gate, key(), "GET", URI, token)
    gate.check(f"DPoP {token}", text, "GET", URI)
    with pytest.raises(AlreadySpent):
        gate.check(f"DPoP {token}", text, "GET", URI)


def test_a_proof_must_be_fresh(gate: Gate, token: str, clock: HandClock) -> None:
    text = proof(gate, key(), "GET", URI, token)
    clock.pass_ms(61_000)
    with pytest.raises(ProofRefused):
        gate.check(f"DPoP {token}", text, "GET", URI)
    ahead = proof(gate, key(), "GET", URI, token, iat=gate.clock.now_ms() // 1000 + 30)
    with pytest.raises(ProofRefused):
        gate.check(f"DPoP {token}", ahead, "GET", URI)


def test_a_proof_carries_our_nonce(gate: Gate, token: str, clock: HandClock) -> None:
    for wrong in (None, "x", 7, gate.nonce()[:-1]):
        with pytest.raises(NonceWanted):
            ask(gate, token, nonce=wrong)
    old = gate.nonce()
    clock.pass_ms(2 * gate.policy.nonce_ms)
    with pytest.raises(NonceWanted):
        ask(gate, token, nonce=old)


def test_query_and_spelling_of_an_address_do_not_matter(gate: Gate, token: str) -> None:
    ask(gate, token, htu="HTTPS://API.example.org:443/secret?x=1#y")


def test_keys_of_small_order_prove_nothing(gate: Gate) -> None:
    """Under such a key a signature of zeros fits any message in lax implementations."""
    with pytest.raises(HelloRefused):
        gate.hello(
            HOME, to_json({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": to_text(bytes(32))}})
        )
    one = to_text(b"\1" + bytes(31))
    with pytest.raises(HelloRefused):
        gate.hello(HOME, to_json({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": one}}))


# --- quotas


def test_an_owner_has_three_new_keys_a_day(clock: HandClock) -> None:
    gate = make_gate(clock=clock)
    owner = Asker("192.0.2.0/24", "owner:ada")
    for seed in (1, 2, 3):
        enter(gate, key(seed), clock, owner)
    with pytest.raises(QuotaSpent):
        begin(gate, key(4), owner)
    enter(gate, key(1), clock, owner)  # a known key is no new one
    enter(gate, key(5), clock, Asker("192.0.2.0/24", "owner:bob"))
    clock.pass_ms(86_400_000)
    enter(gate, key(4), clock, owner)


def test_networks_and_everybody_have_limits(clock: HandClock) -> None:
    gate = make_gate(clock=clock, policy=replace(CHEAP, keys_per_prefix=2, keys_per_hour=3))
    for seed in (1, 2):
        enter(gate, key(seed), clock)
    with pytest.raises(QuotaSpent, match="your network"):
        begin(gate, key(3))
    enter(gate, key(4), clock, Asker("198.51.100.0/24"))
    with pytest.raises(QuotaSpent, match="everybody"):
        begin(gate, key(5), Asker("203.0.113.0/24"))


# --- a store that is down


class _Down:
    """A store that fails, or talks nonsense."""

    def __init__(self, answer: Any = None) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any) -> Any:
            if self._answer is None:
                raise ConnectionError("gone")
            return self._answer

        return call


def test_a_store_that_is_down_lets_nobody_in(gate: Gate, token: str, clock: HandClock) -> None:
    down = make_gate(clock=clock, store=_Down())
    down.hello(HOME, to_json({"jwk": key().jwk}))  # hellos need no memory
    with pytest.raises(StoreDown):
        begin(down, key())
    assert down.open_count == 0
    with pytest.raises(StoreDown):
        ask(down, token)


@pytest.mark.parametrize("nonsense", ["OK", 1, [()], b"x"])
def test_only_a_plain_yes_counts_as_first(token: str, clock: HandClock, nonsense: Any) -> None:
    with pytest.raises(AlreadySpent):
        ask(make_gate(clock=clock, store=_Down(nonsense)), token)


# --- clocks


def test_a_wall_clock_that_jumps_makes_nothing_good_again() -> None:
    from eclosion.gate.ports import MachineClock

    wall = [10_000_000_000]
    clock = MachineClock(lambda: wall[0])
    assert clock.now_ms() == 10_000
    wall[0] = 0
    assert clock.now_ms() == 10_000
    wall[0] = 20_000_000_000
    assert clock.now_ms() == 20_000


def test_a_jump_ahead_ends_things_early_and_nothing_else(
    gate: Gate, token: str, clock: HandClock
) -> None:
    clock.wall_ms += 10 * 365 * 86_400_000
    with pytest.raises(TokenRefused):
        ask(gate, token)
    enter(gate, key(), clock)


def test_the_audience_must_be_an_origin() -> None:
    for wrong in ("api.example.org", "ftp://x", "https://", "https://x/path", ""):
        with pytest.raises(Invalid):
            make_gate(audience=wrong)


def test_tokens_are_what_others_can_read(gate: Gate, token: str) -> None:
    """A service elsewhere checks them with the published key and any library that knows RFC 7515."""
    import jwt

    public = jwt.PyJWK(gate.ring.public_jwk(gate.ring.current))
    claims = jwt.decode(
        token,
        public,
        ["EdDSA"],
        audience=AUDIENCE,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["cnf"]["jkt"]
    assert claims["gate"]["stages"] == ["price", "burst"]
    assert claims == read_token(gate.ring, token)


def test_claims_survive_the_round(gate: Gate) -> None:
    assert read_token(gate.ring, sign_token(gate.ring, {"a": "ü"})) == {"a": "ü"}
    assert json.loads(to_json({"a": "ü"})) == {"a": "ü"}


def test_policies_keep_their_promises() -> None:
    for wrong in (
        {"challenge_ms": 60_001},
        {"token_ms": 900_001},
        {"rtt_cap_ms": 601},
        {"scrypt_n": 3},
        {"burst_blocks": 0},
        {"price_bits": 9},
        {"burst_message_blocks": 17},
        {"rounds": Rounds(0)},
        {"rounds": Rounds(26)},
        {"rounds": Rounds(3, 8, 2)},
        {"rounds": Rounds(1, 65)},
        {"rounds": Rounds(each_ms=60_001)},
    ):
        with pytest.raises(Invalid):
            Policy(**wrong)
