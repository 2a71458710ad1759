"""The gate itself: hello, entry, token, and the check of a request. Everything else here serves these four.

What always holds: nothing is remembered of anybody before a price was paid and a key proved; the store's silence lets
nobody in; a token follows only from a session's evidence, or from an earlier token's of the same key.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, NamedTuple

from eclosion.gate import quotas
from eclosion.gate.continuity import Standing, note_answered, probes_of_day, standing
from eclosion.gate.encoding import from_text, to_text
from eclosion.gate.errors import (
    AlreadySpent,
    ChallengeRefused,
    GateFull,
    NoProbe,
    PriceUnpaid,
    ProofRefused,
    ProofSpent,
    RenewalRefused,
    StagesMissing,
    TokenRefused,
)
from eclosion.gate.fitting import Language, fit_room, read_origin
from eclosion.gate.guarded_store import GuardedStore
from eclosion.gate.hello import entry_message, read_hello
from eclosion.gate.jose import NonceBook, Proof, check_proof, sign_token
from eclosion.gate.keys import KeyRing, is_signed, thumbprint
from eclosion.gate.oauth import GRANT_PASS, read_grant
from eclosion.gate.policy import Policy
from eclosion.gate.ports import Clock, MachineClock, Randomness, ReadingRoom, Store, stage_name
from eclosion.gate.price import NONCE_BYTES, Price, PriceList, is_paid, is_stamped
from eclosion.gate.sealing import seal, unseal
from eclosion.gate.session import Evidence, Session
from eclosion.gate.tokens import Entrant, TokenReader, claims_for, describe

_REMEMBERED_MAX = 4_096
_SWEEP_MS = 600_000


class Asker(NamedTuple):
    """Who asks: the network prefix, and the accountable owner where the caller knows one."""

    prefix: str
    owner: str | None = None


class Entry(NamedTuple):
    """A try whose form, seal, stamp and signature hold; the dear part of its price is not checked yet."""

    challenge: dict[str, Any]
    text: str
    nonce: bytes
    jkt: str


class Gate:
    """A gate for one audience.

    Args:
        audience: the origin that tokens are for, as clients know it: ``https://api.example.org``.
        ring: the secrets.
        store: what was spent and counted; shared by all processes that serve this audience.
        policy: the numbers.
        clock: both clocks.
        randomness: for seeds, keys and ids.
        room: where language rounds come from.
        language: whether rounds are left out, offered while the room is fit, or demanded.

    Raises:
        Invalid: the audience is no origin.
        EclosionError: language is required, and the room is not fit; says why.
    """

    def __init__(
        self,
        audience: str,
        ring: KeyRing,
        store: Store,
        *,
        policy: Policy | None = None,
        clock: Clock | None = None,
        randomness: Randomness = secrets.token_bytes,
        room: ReadingRoom | None = None,
        language: Language = "offered",
    ) -> None:
        self.audience = read_origin(audience)
        self.ring = ring
        self.policy = policy or Policy()
        self.clock = clock or MachineClock()
        self.store = GuardedStore(store)
        self.open_count = 0
        self._lock = Lock()  # admissions come from threads
        self._swept_ms = self.clock.now_ms()
        self._randomness = randomness
        self._prices = PriceList(self.policy)
        self._nonces = NonceBook(ring, self.policy)
        self._reader = TokenReader(ring, self.audience)
        self._wrong_works: dict[bytes, None] = {}
        self._room, self.language_reason = fit_room(room, language)
        self._language_required = language == "required"

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that an entry goes through here."""
        room = self._room
        if room is None:
            return ("price", "burst")
        return ("price", "burst", stage_name(room.insecure, self.policy.rounds))

    def hello(self, asker: Asker, body: bytes) -> dict[str, Any]:
        """A sealed challenge for a key. Keeps nothing.

        Args:
            asker: who asks.
            body: JSON with ``jwk``, and ``for`` (``entry`` or ``probe``).

        Raises:
            HelloRefused: the body is not that.
            NoProbe: no probe waits for this key.
        """
        raw, purpose = read_hello(body)
        now_ms = self.clock.now_ms()
        jkt = thumbprint(raw)
        probe = self._open_probe(jkt, now_ms) if purpose == "probe" else None
        price = self._prices.price(asker.prefix, self.open_count, now_ms)
        challenge = {
            "id": to_text(self._randomness(16)),
            "x": to_text(raw),
            "aud": self.audience,
            "v": self.policy.version,
            "exp": now_ms + self.policy.challenge_ms,
            "price": list(price),
            "probe": probe,
        }
        return {
            "challenge": seal(self.ring, self._randomness, "challenge", challenge),
            "price": {**price._asdict(), "r": 8, "p": 1, "nonce_bytes": NONCE_BYTES},
            "expires_in_ms": self.policy.challenge_ms,
            "stages": list(self.stages),
        }

    def read_entry(self, authorization: str) -> Entry:
        """The cheap half of an entry: about 0.2 ms, keeps nothing.

        Args:
            authorization: the header: ``Gate challenge~nonce~signature``.

        Raises:
            ChallengeRefused, PriceUnpaid: it does not hold.
        """
        scheme, _, rest = authorization.partition(" ")
        pieces = rest.split("~")
        if scheme.lower() != "gate" or len(pieces) != 3:
            raise ChallengeRefused("Authorization must be: Gate challenge~nonce~signature.")
        text = pieces[0]
        challenge = unseal(self.ring, "challenge", text, self.audience, self.clock.now_ms())
        if challenge["v"] != self.policy.version:
            raise ChallengeRefused("The gate's rules have changed since.", "Say hello again.")
        try:
            nonce, signature = from_text(pieces[1]), from_text(pieces[2])
        except ValueError:
            raise ChallengeRefused("Nonce and signature must be base64url.") from None
        price = Price(*challenge["price"])
        if len(nonce) != NONCE_BYTES or not is_stamped(price, text.encode(), nonce):
            raise PriceUnpaid
        raw = from_text(challenge["x"])
        if not is_signed(raw, signature, entry_message(self.audience, text, pieces[1])):
            raise ChallengeRefused("The signature is not by the key that said hello.")
        return Entry(challenge, text, nonce, thumbprint(raw))

    def admit(self, entry: Entry, asker: Asker) -> Session:
        """The dear half: check the work once, spend the challenge, begin a session. Blocks for some 10 ms.

        Whoever calls this calls ``leave`` when the session is over.

        Raises:
            GateFull: as many sessions are open as can be.
            PriceUnpaid: the work is wrong.
            AlreadySpent: the challenge was used.
            QuotaSpent: no more new keys may enter from there.
            StoreDown: the store does not answer.
        """
        if self.open_count >= self.policy.sessions_max:
            raise GateFull
        self._check_work(entry)
        now_ms = self.clock.now_ms()
        with self._lock:
            self._prices.note(asker.prefix, now_ms)
        until_ms = entry.challenge["exp"] + self.policy.challenge_ms
        if not self.store.spend(f"challenge {entry.challenge['id']}", until_ms, now_ms):
            raise AlreadySpent("This challenge was used before.", "Say hello again.")
        quotas.peek(self.store, self.policy, entry.jkt, asker.prefix, asker.owner, now_ms)
        with self._lock:
            self.open_count += 1
        policy = self.policy.for_probe() if entry.challenge["probe"] else self.policy
        room = self._room
        return Session(
            policy,
            self._randomness,
            (lambda: room.open(policy.rounds, asker.owner)) if room else None,
            self._granting(entry),
            self.clock.monotonic_ns(),
            can_skip_reading=not self._language_required or bool(entry.challenge["probe"]),
        )

    def leave(self) -> None:
        """A session is over."""
        with self._lock:
            self.open_count -= 1

    def exchange(
        self, form: Mapping[str, str], proof_text: str, uri: str, asker: Asker
    ) -> dict[str, Any]:
        """A token for a pass, or for a renewal (RFC 6749 section 5.1 in form, RFC 9449 section 5).

        Args:
            form: ``grant_type`` and ``pass``, or ``refresh_token``; ``resource`` may name what the token is for.
            proof_text: the ``DPoP`` header of this request.
            uri: of the token endpoint as clients know it.
            asker: who asks.

        Raises:
            UnsupportedGrant, TargetRefused, ProofRefused, NonceWanted, ChallengeRefused, RenewalRefused, AlreadySpent,
            QuotaSpent, StoreDown.
        """
        purpose, text = read_grant(form, self.audience)
        now_ms = self.clock.now_ms()
        proof = self._check_proof(proof_text, "POST", uri, None, now_ms)
        held = unseal(self.ring, purpose, text, self.audience, now_ms)
        if held["jkt"] != proof.jkt:
            raise ProofRefused("The proof is by another key than passed the gate.")
        self._spend_proof(proof, now_ms)
        if purpose == "renewal" and not self.standing(proof.jkt, held["entered"]).proven:
            raise RenewalRefused("Too many probes were missed.", "Pass the gate again.")
        if not self.store.spend(f"{purpose} {held['id']}", held["exp"] + 60_000, now_ms):
            raise AlreadySpent(f"This {purpose} was used before.", "Pass the gate again.")
        if purpose == "pass":
            quotas.take(self.store, self.policy, proof.jkt, asker.prefix, asker.owner, now_ms)
        if now_ms - self._swept_ms > _SWEEP_MS:
            self._swept_ms = now_ms
            self.store.sweep(now_ms)
        return self._token_reply(proof.jkt, held, now_ms)

    def check(
        self,
        authorization: str,
        proof_text: str,
        method: str,
        uri: str,
        stages: frozenset[str] = frozenset(),
    ) -> Entrant:
        """Who stands behind a request. The proof is spent by this.

        Args:
            authorization: the header: ``DPoP token``.
            proof_text: the ``DPoP`` header.
            method: of the request.
            uri: of the request as clients know it, without query.
            stages: what must have been passed.

        Raises:
            TokenRefused, ProofRefused, NonceWanted, AlreadySpent, StagesMissing, StoreDown: nobody that may come in.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "dpop" or not token:
            raise TokenRefused("Authorization must be: DPoP token.", "Pass the gate first.")
        now_ms = self.clock.now_ms()
        entrant = self._reader.read(token, now_ms)
        proof = self._check_proof(proof_text, method, uri, token, now_ms)
        if not hmac.compare_digest(proof.jkt, entrant.jkt):
            raise ProofRefused("The proof is by another key than the token is bound to.")
        self._spend_proof(proof, now_ms)
        missing = stages - set(entrant.stages)
        if missing:
            raise StagesMissing(
                hint=f"Asked for here: {', '.join(sorted(missing))}.", stages=tuple(sorted(stages))
            )
        return entrant._replace(content_digest=proof.content_digest)

    def standing(self, jkt: str, proven_ms: int) -> Standing:
        """How a key that passed at ``proven_ms`` stands now: the fact, misses, and the probe that waits.

        Raises:
            StoreDown: the store does not answer.
        """
        now_ms = self.clock.now_ms()
        return standing(self.ring, self.store, self.policy, jkt, proven_ms, now_ms)

    def nonce(self) -> str:
        """The nonce that proofs must carry now."""
        return self._nonces.make(self.clock.now_ms())

    def _open_probe(self, jkt: str, now_ms: int) -> list[Any]:
        """The one to answer now. Two may be open at once: the one that was answered must not hide the other."""
        day = now_ms // quotas.DAY_MS
        found = [
            probe
            for each in (day - 1, day)
            for probe in probes_of_day(self.ring, self.policy, jkt, each)
            if probe.opens_ms <= now_ms < probe.closes_ms
        ]
        if not found:
            raise NoProbe
        waiting = (one for one in found if not self.store.is_spent(one.name, now_ms))
        probe = next(waiting, found[0])
        return [probe.name, probe.closes_ms]

    def _check_work(self, entry: Entry) -> None:
        """One scrypt. A work that was found wrong is remembered for a while, so that it costs us only once."""
        key = entry.text[-32:].encode() + entry.nonce
        if key in self._wrong_works:
            raise PriceUnpaid
        if not is_paid(Price(*entry.challenge["price"]), entry.text.encode(), entry.nonce):
            if len(self._wrong_works) >= _REMEMBERED_MAX:
                self._wrong_works.pop(next(iter(self._wrong_works)), None)
            self._wrong_works[key] = None
            raise PriceUnpaid

    def _granting(self, entry: Entry) -> Callable[[Evidence], dict[str, object]]:
        probe = entry.challenge["probe"]
        return lambda evidence: (
            self._answer_probe(probe) if probe else self._make_pass(entry.jkt, evidence)
        )

    def _answer_probe(self, probe: list[Any]) -> dict[str, object]:
        name, closes_ms = probe
        first = note_answered(self.store, name, closes_ms, self.clock.now_ms())
        return {"probe": "answered" if first else "answered before"}

    def _make_pass(self, jkt: str, evidence: Evidence) -> dict[str, object]:
        now_ms = self.clock.now_ms()
        told = describe(evidence)
        held = self._held(jkt, told, now_ms, now_ms + self.policy.pass_ms)
        return {
            "pass": seal(self.ring, self._randomness, "pass", held),
            "grant_type": GRANT_PASS,
            "expires_in_ms": self.policy.pass_ms,
            "evidence": told,
        }

    def _held(
        self, jkt: str, told: dict[str, Any], entered_ms: int, until_ms: int
    ) -> dict[str, Any]:
        return {
            "id": to_text(self._randomness(16)),
            "jkt": jkt,
            "aud": self.audience,
            "exp": until_ms,
            "entered": entered_ms,
            "told": told,
        }

    def _token_reply(self, jkt: str, held: dict[str, Any], now_ms: int) -> dict[str, Any]:
        told, entered_ms = held["told"], held["entered"]
        claims = claims_for(self.audience, jkt, told, entered_ms, now_ms, self.policy.token_ms)
        claims["jti"] = to_text(self._randomness(16))
        until_ms = entered_ms + self.policy.renewal_ms
        renewal = self._held(jkt, told, entered_ms, until_ms)
        return {
            "access_token": sign_token(self.ring, claims),
            "token_type": "DPoP",
            "expires_in": self.policy.token_ms // 1000,
            "refresh_token": seal(self.ring, self._randomness, "renewal", renewal),
            "scope": " ".join(told["stages"]),
            "stages": told["stages"],
        }

    def _check_proof(
        self, text: str, method: str, uri: str, token: str | None, now_ms: int
    ) -> Proof:
        return check_proof(
            text,
            method=method,
            uri=uri,
            token=token,
            is_nonce=self._nonces,
            policy=self.policy,
            now_ms=now_ms,
        )

    def _spend_proof(self, proof: Proof, now_ms: int) -> None:
        if not self.store.spend(f"proof {proof.jkt} {proof.jti}", proof.until_ms, now_ms):
            raise ProofSpent
