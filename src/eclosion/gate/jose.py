"""Signed tokens and proofs of a key: compact JWS (RFC 7515) with one algorithm, read strictly.

What always holds: the algorithm is EdDSA with Ed25519 (RFC 8037) whatever a header says; a header has exactly the names
that we expect; a text has one spelling. There is no ``none``, no HMAC, no key by address, no extension, so there is
nothing to confuse.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from eclosion.gate.encoding import expect, from_json, from_text, to_json, to_text
from eclosion.gate.errors import NonceWanted, ProofRefused, TokenRefused
from eclosion.gate.keys import KeyRing, is_signed, read_jwk, thumbprint
from eclosion.gate.policy import Policy

ALGORITHM = "EdDSA"
TOKEN_TYPE, PROOF_TYPE = "at+jwt", "dpop+jwt"
TEXT_MAX = 4_096
_JTI_MAX, _NONCE_MAX, _DIGEST_MAX = 128, 128, 128


class Proof(NamedTuple):
    """A proof that holds: who made it, its id, which must be spent, and what it says of the request's body."""

    jkt: str
    jti: str
    until_ms: int
    content_digest: str = ""


def sign_token(ring: KeyRing, claims: dict[str, Any]) -> str:
    """Claims as a signed token under the ring's current secret."""
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": ring.current}
    signed = f"{to_text(to_json(header))}.{to_text(to_json(claims))}"
    return f"{signed}.{to_text(ring.signer(ring.current).sign(signed.encode()))}"


def read_token(ring: KeyRing, text: str) -> dict[str, Any]:
    """The claims of a token that was signed here. Whether they hold now is the caller's to check.

    Raises:
        TokenRefused: it was not, or has another form than ``sign_token`` gives it.
    """
    try:
        header, claims, signature, message = _split(text)
        kid = header.get("kid")
        expect(header == {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": kid}, "another header")
        expect(kid in ring, "another key")
        raw = from_text(ring.public_jwk(header["kid"])["x"])
        expect(is_signed(raw, signature, message), "another signature")
    except (ValueError, TypeError):
        raise TokenRefused(hint="Pass the gate again.") from None
    return claims


def _split(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, payload, signature, and what is signed."""
    if len(text) > TEXT_MAX or text.count(".") != 2:
        raise ValueError("not three parts")
    head, body, end = text.split(".")
    signature = from_text(end)
    if len(signature) != 64:
        raise ValueError("no Ed25519 signature")
    return (
        from_json(from_text(head)),
        from_json(from_text(body)),
        signature,
        f"{head}.{body}".encode(),
    )


def hash_token(token: str) -> str:
    """What a proof says of the token that it goes with (RFC 9449 section 4.2, ``ath``)."""
    return to_text(hashlib.sha256(token.encode("ascii", "replace")).digest())


def check_proof(
    text: str,
    *,
    method: str,
    uri: str,
    token: str | None,
    is_nonce: NonceBook,
    policy: Policy,
    now_ms: int,
) -> Proof:
    """Check a DPoP proof (RFC 9449 section 4.3). Its id is not spent here.

    Args:
        text: the value of the ``DPoP`` header.
        method: of the request.
        uri: of the request as clients know it, without query and fragment.
        token: the token that comes with it, or None at the token endpoint.
        is_nonce: knows the server's nonces.
        policy: the numbers.
        now_ms: the wall clock.

    Raises:
        ProofRefused: it does not fit the request.
        NonceWanted: it fits but for the nonce.
    """
    try:
        header, claims, signature, message = _split(text)
        expect(
            set(header) == {"alg", "typ", "jwk"},
            "its header has alg, typ and jwk, and nothing else",
        )
        expect(header["typ"] == PROOF_TYPE, "its typ must be dpop+jwt")
        expect(header["alg"] == ALGORITHM, "its algorithm must be EdDSA")
        raw = read_jwk(header["jwk"])
        expect(is_signed(raw, signature, message), "its signature is wrong")
        until_ms = _check_claims(claims, method, uri, token, policy, now_ms)
    except (ValueError, TypeError) as error:
        reason = str(error) if type(error) is ValueError else "its form is wrong"
        raise ProofRefused(f"The proof does not hold: {reason}.") from None
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_nonce.holds(nonce, now_ms):
        raise NonceWanted
    return Proof(thumbprint(raw), claims["jti"], until_ms, claims.get("content_digest", ""))


def _check_claims(
    claims: dict[str, Any], method: str, uri: str, token: str | None, policy: Policy, now_ms: int
) -> int:
    """When the proof's id may be forgotten."""
    jti, made_s, uri_text = claims.get("jti"), claims.get("iat"), claims.get("htu")
    plain = isinstance(jti, str) and jti.isascii() and jti.isprintable()
    expect(plain and 8 <= len(str(jti)) <= _JTI_MAX, "jti must be 8 to 128 ASCII characters")
    if type(made_s) is not int or not isinstance(uri_text, str):
        raise ValueError("iat must be whole seconds, and htu an address")
    digest = claims.get("content_digest", "")
    expect(
        isinstance(digest, str) and len(digest) <= _DIGEST_MAX, "content_digest must be short text"
    )
    expect(claims.get("htm") == method, "htm is another method")
    expect(same_uri(uri_text) == same_uri(uri), "htu is another address")
    earliest_ms, latest_ms = now_ms - policy.proof_ms, now_ms + policy.proof_ahead_ms
    expect(earliest_ms <= made_s * 1000 <= latest_ms, "iat is too far from now")
    if token is not None:
        expect(_same(claims.get("ath"), hash_token(token)), "ath is not this token's")
    return made_s * 1000 + policy.proof_ms + 1


def same_uri(text: str) -> tuple[str, str, int | None, str]:
    """A URI without query and fragment, with what may be spelled in two ways spelled in one (RFC 3986 section 6.2).

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(text)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("htu must be an http address")
    port = parts.port or {"http": 80, "https": 443}[parts.scheme.lower()]
    return parts.scheme.lower(), parts.hostname, port, parts.path or "/"


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and hmac.compare_digest(one.encode(), other.encode())


class NonceBook:
    """The server's nonces for proofs: made of the time and the secret, so that none has to be kept.

    A nonce holds for its stretch of time and the next one. It shows that a proof was made lately by whoever could ask
    us, and not in advance by somebody who once had the key in hand.
    """

    def __init__(self, ring: KeyRing, policy: Policy) -> None:
        self._ring = ring
        self._stretch_ms = policy.nonce_ms

    def make(self, now_ms: int) -> str:
        """The nonce of now."""
        return self._nonce(self._ring.current, now_ms // self._stretch_ms)

    def holds(self, text: str, now_ms: int) -> bool:
        """Whether it is the nonce of now or of the stretch before, under any secret of the ring."""
        stretch = now_ms // self._stretch_ms
        good = [self._nonce(name, at) for name in self._ring for at in (stretch, stretch - 1)]
        return len(text) <= _NONCE_MAX and any(_same(text, one) for one in good)

    def _nonce(self, name: str, stretch: int) -> str:
        return to_text(self._ring.derive(name, "proof nonce", stretch.to_bytes(8, "big"))[:16])
