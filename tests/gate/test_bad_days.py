"""Bad input from all sides at once: whatever comes in is refused with an error of the tree, and nothing is remembered.

What each part refuses one by one stands beside it: frames in ``test_frames.py`` and ``test_sessions.py``, algorithms,
clocks, replays and stores in ``test_gate.py``, secrets in ``test_secrets.py``, signatures in ``signatures/``.
"""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eclosion.gate import Asker, Gate
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.errors import AlreadySpent, ChallengeRefused, ProofRefused, TokenRefused
from eclosion.gate.signatures.checking import read_claims
from eclosion.gate.signatures.covered import Message
from eclosion.gate.solver import to_json
from eclosion.gate.stores import MemoryStore
from eclosion.kernel.errors import EclosionError
from tests.gate.asking import SHORT, Echo, Member, ask
from tests.gate.signatures.signed import signer
from tests.gate.world import (
    AUDIENCE,
    HOME,
    TOKEN_URI,
    HandClock,
    Line,
    begin,
    enter,
    entry_text,
    hello,
    key,
    make_gate,
    proof,
    ring,
    take_token,
)

TEXT = st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_.~ -]{0,80}", fullmatch=True)
FEW = settings(max_examples=80, deadline=None)


def mangle(text: str, dice: random.Random) -> str:
    """One text with a few characters taken out, doubled, exchanged or put in."""
    letters = list(text)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(letters) + 1)
        what = dice.choice(("out", "twice", "other", "in"))
        if what == "in" or at == len(letters):
            letters.insert(at, chr(dice.choice((0, 9, 32, 46, 61, 65, 126, 127, 233, 0x20AC))))
        elif what == "out":
            del letters[at]
        elif what == "twice":
            letters.insert(at, letters[at])
        else:
            letters[at] = chr(dice.randrange(33, 127))
    return "".join(letters)


@pytest.fixture(scope="module")
def member() -> Member:
    return Member()


@FEW
@given(TEXT, TEXT, TEXT)
def test_any_words_at_any_door_are_refused_in_the_tree(one: str, two: str, three: str) -> None:
    store = MemoryStore()
    gate = make_gate(store=store, policy=SHORT)
    with suppress(EclosionError):
        gate.hello(HOME, one.encode("utf-8", "replace"))
    form = {"grant_type": one, "pass": two, "refresh_token": three, "resource": two}
    calls: list[Any] = [
        lambda: gate.read_entry(one),
        lambda: gate.read_entry(f"Gate {one}~{two}~{three}"),
        lambda: gate.exchange(form, three, TOKEN_URI, HOME),
        lambda: gate.check(one, two, "GET", f"{AUDIENCE}/x"),
        lambda: gate.check(f"DPoP {one}", two, "GET", f"{AUDIENCE}/x"),
        lambda: gate.check(f"DPoP {one}.{two}.{three}", two, "GET", f"{AUDIENCE}/x"),
    ]
    for call in calls:
        with pytest.raises(EclosionError):
            call()
    fields = (("signature-agent", one), ("signature-input", two), ("signature", three))
    with suppress(EclosionError):
        read_claims(Message("GET", f"{AUDIENCE}/x", fields))
    assert len(store) == 0


def test_good_words_with_a_few_wrong_letters_open_nothing(member: Member) -> None:
    """Tokens, proofs, entries and signatures, each mangled some hundred times, by dice that are the same each run."""
    dice, gate = random.Random(4), member.gate
    found = hello(gate, member.key)
    entry = entry_text(found, member.key)
    signed = signer().headers("GET", f"{AUDIENCE}/x")
    for _ in range(150):
        bent = mangle(entry, dice)
        if bent != entry:
            with pytest.raises(EclosionError):
                gate.read_entry(bent)
        good = proof(gate, member.key, "GET", f"{AUDIENCE}/x", member.token)
        token = mangle(member.token, dice)
        if token != member.token:
            with pytest.raises((TokenRefused, ProofRefused)):
                gate.check(f"DPoP {token}", good, "GET", f"{AUDIENCE}/x")
        bent = mangle(good, dice)
        if bent != good:
            with pytest.raises(EclosionError):
                gate.check(f"DPoP {member.token}", bent, "GET", f"{AUDIENCE}/x")
        name = dice.choice(tuple(signed))
        headers = tuple(
            (one.lower(), text)
            for one, text in {**signed, name: mangle(signed[name], dice)}.items()
        )
        with suppress(EclosionError):
            read_claims(Message("GET", f"{AUDIENCE}/x", headers))


FRAMES = st.binary(max_size=40) | st.sampled_from([b"p", b"a", b"t", b"r"]).map(
    lambda one: one * 30
)


@FEW
@given(st.lists(FRAMES, max_size=8))
def test_a_session_takes_any_frames_and_ends(frames: list[bytes]) -> None:
    clock = HandClock()
    gate = make_gate(policy=SHORT, clock=clock)
    session = begin(gate, key())
    for frame in frames:
        session.due(clock.mono_ns)
        session.receive(frame, clock.mono_ns)
        clock.pass_ms(20)
    for _ in range(200):
        session.due(clock.mono_ns)
        if session.over:
            break
        clock.pass_ms(100)
    assert session.over
    assert session.evidence is None
    assert isinstance(session.failure, EclosionError)


def test_what_one_session_answered_is_worth_nothing_in_another() -> None:
    """The same key, the same second, all answers of a session that passed: each chain has a key of its own."""
    clock = HandClock()
    gate = make_gate(policy=SHORT, clock=clock)
    kept: list[bytes] = []

    def keep(frame: bytes) -> list[bytes]:
        if frame[:1] == b"a":
            kept.append(frame)
        return [frame]

    assert Line(begin(gate, key()), clock, bend=keep).run()["frame"] == "D"
    again = iter(kept)

    def replay(frame: bytes) -> list[bytes]:
        return [next(again)] if frame[:1] == b"a" else [frame]

    assert Line(begin(gate, key()), clock, bend=replay).run()["frame"] == "X"


def test_nothing_of_one_gate_opens_another() -> None:
    """Challenge, entry, pass, renewal and token, each at another audience, under another secret, and by another key."""
    clock = HandClock()
    here = make_gate(policy=SHORT, clock=clock)
    others: list[Gate] = [
        make_gate(policy=SHORT, clock=clock, audience="https://other.example"),
        make_gate(policy=SHORT, clock=clock, ring=ring(8)),
    ]
    entry = entry_text(hello(here, key()), key())
    passed = Line(begin(here, key()), clock).run()
    token = enter(here, key(11), clock)
    for other in others:
        uri = f"{other.audience}/gate/token"
        with pytest.raises(ChallengeRefused):
            other.read_entry(entry)
        for field, grant in (("pass", passed["pass"]), ("refresh_token", token["refresh_token"])):
            kind = passed["grant_type"] if field == "pass" else "refresh_token"
            with pytest.raises(ChallengeRefused):
                other.exchange(
                    {"grant_type": kind, field: grant}, proof(other, key(), "POST", uri), uri, HOME
                )
        made = proof(other, key(11), "GET", f"{other.audience}/x", token["access_token"])
        with pytest.raises(TokenRefused):
            other.check(f"DPoP {token['access_token']}", made, "GET", f"{other.audience}/x")
    with pytest.raises(ProofRefused):
        take_token(here, key(12), passed)
    assert take_token(here, key(), passed)["token_type"] == "DPoP"
    with pytest.raises(AlreadySpent):
        take_token(here, key(), passed)


def test_a_flood_of_hellos_and_wrong_entries_leaves_nothing() -> None:
    """From many networks, over the middleware: no state, no session, and honest agents still come in."""
    store, clock, dice = MemoryStore(), HandClock(), random.Random(1)
    gate = make_gate(store=store, policy=SHORT, clock=clock)
    doors = GateMiddleware(Echo(), gate, asker=lambda _: Asker(f"192.0.{dice.randrange(250)}.0/24"))
    body = to_json({"jwk": key().jwk})
    for number in range(300):
        assert ask(doors, "POST", "/gate/hello", {}, body).status == 200
        assert ask(doors, "POST", "/gate/hello", {}, body[: number % 40]).status == 400
        with pytest.raises(EclosionError):
            gate.read_entry(
                f"Gate {hello(gate, key(number))['challenge']}~AAAAAAAAAAAAAAAAAAAAAA~{'A' * 86}"
            )
    assert (len(store), gate.open_count) == (0, 0)
    assert enter(gate, key(), clock)["token_type"] == "DPoP"
