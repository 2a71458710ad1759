"""Forged, stolen, worn and bent credentials, sent to a gate that runs. What is answered with 200 has won.

The attacker has more than any could: somebody's token, a gate elsewhere that shares this gate's secret, and for
what is said to have ended long ago the secret itself. Every kind begins with one request that is good, so that a
gate which lets nobody in does not look safe.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from eclosion.gate.attack import Tally
from eclosion.gate.encoding import from_text
from eclosion.gate.jose import NonceBook, sign_token
from eclosion.gate.keys import KeyRing, thumbprint
from eclosion.gate.oauth import GRANT_PASS, GRANT_RENEWAL
from eclosion.gate.policy import Policy
from eclosion.gate.solver import Agent, GateRefused, Key, to_json, to_text
from eclosion.gate.tokens import claims_for

_MINUTE_S = 60
_DAY_S = 86_400


class Knock(NamedTuple):
    """One request of a forger: its ``Authorization`` and ``DPoP``."""

    authorization: str
    proof: str


class Scene(NamedTuple):
    """What the forger stands before, and holds.

    Attributes:
        origin: the gate under attack.
        uri: a guarded address there.
        ring: its secrets.
        entered: somebody who has passed there.
        elsewhere: the same key's token from another gate with the same secrets, for its own audience.
        thief: a key that has never entered.
    """

    origin: str
    uri: str
    ring: KeyRing
    entered: Agent
    elsewhere: str
    thief: Key


def set_scene(origin: str, ring: KeyRing) -> Scene:
    """Enter by the right way once, and steal the rest.

    Raises:
        GateRefused: the honest way is shut.
    """
    agent = Agent(origin)
    agent.enter()
    jkt = thumbprint(agent.key.public)
    elsewhere = _mint(ring, "https://elsewhere.example", jkt, time.time())
    return Scene(
        origin, f"{origin}/hall", ring, agent, elsewhere, Key(random.SystemRandom().randbytes(32))
    )


def attack_by_forgery(scene: Scene, seed: int, most: int = 2_000) -> list[Tally]:
    """Try every kind of forgery, at most so often each."""
    draw = random.Random(seed)
    kinds: dict[str, Iterable[Knock]] = {
        "replayed proofs": _replays(scene, min(most, 200)),
        "tokens with another's proof": _other_keys(scene, min(most, 200)),
        "tokens and proofs of another gate": _other_audiences(scene),
        "confused algorithms and headers": _confusions(scene),
        "tokens and proofs cut short": _some(draw, _truncations(scene), most),
        "tokens and proofs with a changed letter": _some(draw, _changes(scene, draw), most),
        "clocks set wrong, worn tokens and nonces": _clocks(scene),
    }
    found = [_count(scene, name, knocks) for name, knocks in kinds.items()]
    return [*found, _reused_passes(scene)]


def _count(scene: Scene, name: str, knocks: Iterable[Knock]) -> Tally:
    with closing(http.client.HTTPConnection(urlsplit(scene.origin).netloc, timeout=30)) as line:
        good = _send(line, scene, _good(scene))
        statuses = [_send(line, scene, knock) for knock in knocks]
    won = sum(status == 200 for status in statuses)
    return Tally(name, won, len(statuses), told="" if good == 200 else "CONTROL FAILED")


def _send(line: http.client.HTTPConnection, scene: Scene, knock: Knock) -> int:
    headers = {"Authorization": knock.authorization, "DPoP": knock.proof}
    line.request("GET", urlsplit(scene.uri).path, headers=headers)
    reply = line.getresponse()
    reply.read()
    scene.entered.nonce = reply.getheader("DPoP-Nonce") or scene.entered.nonce
    return reply.status


def _good(scene: Scene) -> Knock:
    return _knock(scene, scene.entered.key, scene.entered.token["access_token"])


def _knock(scene: Scene, key: Key, token: str, uri: str = "") -> Knock:
    nonce = NonceBook(scene.ring, Policy()).make(int(time.time() * 1_000))
    return Knock(f"DPoP {token}", key.proof("GET", uri or scene.uri, nonce, token))


def _replays(scene: Scene, tries: int) -> Iterator[Knock]:
    with closing(http.client.HTTPConnection(urlsplit(scene.origin).netloc, timeout=30)) as line:
        for _ in range(tries):
            used = _good(scene)
            assert _send(line, scene, used) == 200, "the first use is good"
            yield used


def _other_keys(scene: Scene, tries: int) -> Iterator[Knock]:
    token = scene.entered.token["access_token"]
    for _ in range(tries):
        yield _knock(scene, scene.thief, token)
    good = _good(scene)
    for scheme in ("Bearer", "dpop ", "DPoP DPoP", ""):
        yield Knock(f"{scheme} {token}", good.proof if scheme != "Bearer" else "")
    yield Knock(f"Bearer {token}", good.proof)
    yield Knock(good.authorization, "")


def _other_audiences(scene: Scene) -> Iterator[Knock]:
    key, token = scene.entered.key, scene.entered.token["access_token"]
    yield _knock(scene, key, scene.elsewhere)
    yield _knock(scene, key, scene.elsewhere, "https://elsewhere.example/hall")
    for uri in (
        "https://elsewhere.example/hall",
        f"{scene.origin}/other",
        f"{scene.origin}/hall/",
        scene.uri.replace("127.0.0.1", "localhost"),
        scene.uri.replace("http:", "https:"),
        "/hall",
    ):
        yield _knock(scene, key, token, uri)
    nonce = NonceBook(scene.ring, Policy()).make(int(time.time() * 1_000))
    yield Knock(f"DPoP {token}", key.proof("POST", scene.uri, nonce, token))
    yield Knock(f"DPoP {token}", key.proof("GET", scene.uri, nonce, scene.elsewhere))
    yield Knock(f"DPoP {token}", key.proof("GET", scene.uri, nonce, None))


def _confusions(scene: Scene) -> Iterator[Knock]:
    token, ring = scene.entered.token["access_token"], scene.ring
    head, body, signature = token.split(".")
    public = from_text(ring.public_jwk(ring.current)["x"])
    good = {"alg": "EdDSA", "typ": "at+jwt", "kid": ring.current}
    thief = scene.thief
    for changed in (
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "HS512"},
        {"alg": "ES256"},
        {"alg": "RS256"},
        {"alg": "eddsa"},
        {"alg": ""},
        {"typ": "dpop+jwt"},
        {"typ": "JWT"},
        {"kid": "other"},
        {"kid": None},
        {"kid": "../../dev/null"},
        {"jwk": thief.jwk},
        {"jku": "https://elsewhere.example/jwks.json"},
        {"x5u": "https://elsewhere.example/x"},
        {"crit": ["exp"]},
        {"b64": False},
        {"zip": "DEF"},
    ):
        signed = f"{to_text(to_json({**good, **changed}))}.{body}"
        for end in (
            b"",
            from_text(signature),
            hmac.digest(public, signed.encode(), "sha256"),
            hmac.digest(public, signed.encode(), "sha512"),
            thief.sign(signed.encode()),
            bytes(64),
        ):
            forged = f"{signed}.{to_text(end)}"
            yield _knock(scene, scene.entered.key, forged)
    for bent in (
        f"{head}.{body}",
        f"{head}.{body}.",
        f".{body}.{signature}",
        f"{token}.",
        "..",
        "a",
    ):
        yield _knock(scene, scene.entered.key, bent)
    yield Knock(f"DPoP {_good(scene).proof}", _good(scene).proof)


def _truncations(scene: Scene) -> Iterator[Knock]:
    token = scene.entered.token["access_token"]
    good = _good(scene)
    for end in range(len(token)):
        yield Knock(f"DPoP {token[:end]}", good.proof)
    for end in range(len(good.proof)):
        yield Knock(good.authorization, good.proof[:end])


def _changes(scene: Scene, draw: random.Random) -> Iterator[Knock]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ "
    token = scene.entered.token["access_token"]
    good = _good(scene)

    def change(text: str, at: int) -> str:
        other = draw.choice(letters.replace(text[at], ""))
        return text[:at] + other + text[at + 1 :]

    for at in range(len(token) - 1):  # a blank at the end of a header is no part of it
        yield Knock(f"DPoP {change(token, at)}", good.proof)
    for at in range(len(good.proof) - 1):
        yield Knock(good.authorization, change(good.proof, at))


def _clocks(scene: Scene) -> Iterator[Knock]:
    """Proofs of other times, tokens that ended, nonces of other stretches."""
    key, token, now_s = scene.entered.key, scene.entered.token["access_token"], time.time()
    jkt = thumbprint(key.public)
    for ago_s in (1, _MINUTE_S, _DAY_S, 400 * _DAY_S):
        worn = _mint(scene.ring, scene.origin, jkt, now_s - 900 - ago_s)
        yield _knock(scene, key, worn)
    book = NonceBook(scene.ring, Policy())
    for skew_s in (-_DAY_S, -3_600, -120, -70, 15, 60, 3_600, _DAY_S, 1 << 40, -(1 << 40)):
        nonce = book.make(int(now_s * 1_000))
        yield Knock(f"DPoP {token}", _proof_at(scene, key, nonce, int(now_s + skew_s)))
    for stretches in (-100, -3, 2, 3, 100):
        nonce = book.make(int(now_s * 1_000) + stretches * Policy().nonce_ms)
        yield Knock(f"DPoP {token}", key.proof("GET", scene.uri, nonce, token))
    oddities: tuple[Any, ...] = (None, True, "now", 1.5, [], {})
    for made in oddities:
        nonce = book.make(int(now_s * 1_000))
        yield Knock(f"DPoP {token}", _proof_at(scene, key, nonce, made))


def _reused_passes(scene: Scene) -> Tally:
    """Renewals: used twice, by another key, cut short, as passes. Each that is taken would be a token."""
    agent, won, tries = scene.entered, 0, 0
    agent.renew()
    good = dict(agent.token)
    used = good["refresh_token"]
    agent.renew()
    thief = Agent(scene.origin, scene.thief)
    thief.nonce, thief._doors = agent.nonce, agent._doors
    newest = agent.token["refresh_token"]
    for who, text in ((agent, used), (thief, newest), (thief, used), (agent, newest[:-1])):
        for kind in ("refresh_token", "pass"):
            tries += 1
            won += _exchanged(who, kind, text)
    return Tally("renewals used twice, by others, or as passes", won, tries)


def _exchanged(who: Agent, kind: str, text: str) -> bool:
    grant = GRANT_PASS if kind == "pass" else GRANT_RENEWAL
    try:
        who._exchange({"grant_type": grant, kind: text})
    except GateRefused:
        return False
    return True


def _proof_at(scene: Scene, key: Key, nonce: str, made_s: Any) -> str:
    token = scene.entered.token["access_token"]
    claims: dict[str, Any] = {"htm": "GET", "htu": scene.uri, "iat": made_s, "nonce": nonce}
    claims |= {"jti": to_text(random.randbytes(16))}
    claims["ath"] = to_text(hashlib.sha256(token.encode()).digest())
    header = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": key.jwk}
    signed = f"{to_text(to_json(header))}.{to_text(to_json(claims))}"
    return f"{signed}.{to_text(key.sign(signed.encode()))}"


def _mint(ring: KeyRing, audience: str, jkt: str, entered_s: float) -> str:
    """A token as the gate itself would have made it then, or elsewhere."""
    told = {"stages": ["price", "burst"]}
    entered_ms = int(entered_s * 1_000)
    claims = claims_for(audience, jkt, told, entered_ms, entered_ms, Policy().token_ms)
    return sign_token(ring, {**claims, "jti": to_text(random.randbytes(16))})


def _some(draw: random.Random, knocks: Iterator[Knock], most: int) -> list[Knock]:
    every = list(knocks)
    return every if len(every) <= most else draw.sample(every, most)
