"""The gate's secrets and what is made of them, and the clients' public keys.

What always holds: one secret is never used for two things; each use has a key of its own, derived from it. A secret
that looks made by hand is refused before anything is served.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from eclosion.gate.encoding import from_text, to_json, to_text
from eclosion.gate.errors import WeakSecret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SECRET_BYTES = 32
_DISTINCT_LEAST = 16
_NAME_MAX = 32


def new_secret() -> str:
    """A good secret, as text for a settings file or the environment."""
    return to_text(secrets.token_bytes(SECRET_BYTES))


class KeyRing:
    """Named secrets; the first seals and signs, all open and check. So a secret is changed without a break.

    Args:
        named: name to secret bytes; names go over the wire.

    Raises:
        WeakSecret: there is none, a name is odd, or a secret is short or regular.
    """

    def __init__(self, named: Mapping[str, bytes]) -> None:
        if not named:
            raise WeakSecret("The gate has no secret.", "Make one with: eclosion gate secret")
        for name, secret in named.items():
            if not (name.isascii() and name.isalnum() and len(name) <= _NAME_MAX):
                raise WeakSecret("A secret's name is up to 32 letters and digits.")
            _refuse_weak(name, secret)
        self._secrets = dict(named)
        self.current = next(iter(named))

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """A ring from ``secret`` or ``name:secret,name:secret``, the current one first.

        Raises:
            WeakSecret: as for the class, or a secret is not base64url or hex.
        """
        named: dict[str, bytes] = {}
        for piece in filter(None, text.split(",")):
            before, colon, after = piece.strip().partition(":")
            value = after if colon else before
            name = before if colon else hashlib.sha256(value.encode()).hexdigest()[:8]
            named[name] = _decode(value)
        return cls(named)

    def __contains__(self, name: object) -> bool:
        return name in self._secrets

    def __iter__(self) -> Any:
        return iter(self._secrets)

    def derive(self, name: str, purpose: str, context: bytes = b"") -> bytes:
        """Thirty-two bytes for one purpose (HMAC-SHA256 as in HKDF's expand step, RFC 5869)."""
        info = purpose.encode() + b"\0" + context + b"\1"
        return hmac.digest(self._secrets[name], info, "sha256")

    def signer(self, name: str, purpose: str = "token signature") -> Ed25519PrivateKey:
        """The key that signs tokens under this name, or what else the purpose is."""
        return _private_key(self.derive(name, purpose))

    def public_jwk(self, name: str) -> dict[str, str]:
        """Its public half, for whoever checks tokens elsewhere (RFC 8037)."""
        return self._jwk(self.signer(name), name)

    def public_jwks(self, *purposes: str) -> list[dict[str, str]]:
        """The public halves of all token keys, and of the keys for these purposes, named by their thumbprints."""
        found = [self.public_jwk(name) for name in self]
        for purpose in purposes:
            for name in self:
                key = self.signer(name, purpose)
                found.append(self._jwk(key, thumbprint(public_bytes(key))))
        return found

    @staticmethod
    def _jwk(key: Ed25519PrivateKey, kid: str) -> dict[str, str]:
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": to_text(public_bytes(key))}
        return {**jwk, "kid": kid, "alg": "EdDSA", "use": "sig"}


def _decode(text: str) -> bytes:
    try:
        if len(text) >= 2 * SECRET_BYTES and len(text) % 2 == 0:
            return bytes.fromhex(text)
    except ValueError:
        pass  # no hex; base64url may have the same length
    try:
        return from_text(text.rstrip("="))
    except ValueError:
        raise WeakSecret(
            "A secret must be 32 random bytes as base64url or hex, not words.",
            "Make one with: eclosion gate secret",
        ) from None


def _refuse_weak(name: str, secret: bytes) -> None:
    regular = len(set(secret)) < _DISTINCT_LEAST or len(zlib.compress(secret, 9)) < len(secret)
    counted = len({(b - a) % 256 for a, b in pairwise(secret)}) < 8
    if len(secret) < SECRET_BYTES or regular or counted:
        raise WeakSecret(
            f"The secret {name!r} is too short or too regular.",
            "It must be 32 random bytes. Make one with: eclosion gate secret",
        )


@lru_cache(maxsize=16)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 public bytes of a private key."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_key(raw: bytes) -> Ed25519PublicKey:
    """A client's public key from its 32 bytes.

    Raises:
        ValueError: they are no key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(raw)


def is_signed(raw_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a message bears a key's signature (Ed25519, RFC 8032). Keys of small order sign nothing."""
    from cryptography.exceptions import InvalidSignature

    if raw_key in _SMALL_ORDER:
        return False
    try:
        public_key(raw_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def thumbprint(raw_key: bytes) -> str:
    """The JWK thumbprint of an Ed25519 key (RFC 7638, RFC 8037 section 2)."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": to_text(raw_key)}
    return to_text(hashlib.sha256(to_json(jwk)).digest())


def read_jwk(value: object) -> bytes:
    """The 32 bytes of a public Ed25519 JWK that says nothing else.

    Raises:
        ValueError: it is another kind of key, holds a private half, or names more than it should.
    """
    if not isinstance(value, dict) or set(value) != {"kty", "crv", "x"}:
        raise ValueError("a key has kty, crv and x, and nothing else")
    if value["kty"] != "OKP" or value["crv"] != "Ed25519" or not isinstance(value["x"], str):
        raise ValueError("only Ed25519 keys are taken")
    raw = from_text(value["x"])
    if len(raw) != 32 or raw in _SMALL_ORDER:
        raise ValueError("not a key")
    return raw


_P = 2**255 - 19


def _spellings(y: int) -> list[bytes]:
    """A y coordinate with both signs, and the non-canonical spelling where there is one."""
    values = [y] + ([y + _P] if y + _P < 2**255 else [])
    return [(value | sign << 255).to_bytes(32, "little") for value in values for sign in (0, 1)]


_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset(
    spelling for y in (0, 1, _P - 1, _Y8, _P - _Y8) for spelling in _spellings(y)
)
"""Points of order 1, 2, 4 and 8: signatures under them can be made without knowing a key."""
