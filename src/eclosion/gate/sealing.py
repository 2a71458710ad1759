"""What the gate hands out to get back: sealed, so that it needs to remember nothing of it.

What always holds: a seal opens only under the ring that made it, for the purpose and audience it was made for, and
before its end. Nothing inside could be checked against an answer; challenges hold no answers at all.
"""

from __future__ import annotations

from typing import Any

from eclosion.gate.encoding import from_json, from_text, to_json, to_text
from eclosion.gate.errors import ChallengeRefused
from eclosion.gate.keys import KeyRing
from eclosion.gate.ports import Randomness

SEALED_CHARACTERS_MAX = 1_024
_SALT_BYTES, _NONCE_BYTES = 16, 12


def seal(ring: KeyRing, randomness: Randomness, purpose: str, value: dict[str, Any]) -> str:
    """A value under AES-256-GCM, as ``name.base64url``.

    Each seal has a key of its own, derived from the secret and a random salt, so that no number of hellos wears the
    cipher's nonces out.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name = ring.current
    salt, nonce = randomness(_SALT_BYTES), randomness(_NONCE_BYTES)
    key = ring.derive(name, f"seal {purpose}", salt)
    return f"{name}.{to_text(salt + nonce + AESGCM(key).encrypt(nonce, to_json(value), b''))}"


def unseal(ring: KeyRing, purpose: str, text: str, audience: str, now_ms: int) -> dict[str, Any]:
    """What ``seal`` was given.

    Raises:
        ChallengeRefused: it is no seal of ours for this purpose and audience, or it has ended.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name, _, rest = text.partition(".")
    if len(text) > SEALED_CHARACTERS_MAX or name not in ring:
        raise ChallengeRefused(hint="Say hello again.")
    try:
        data = from_text(rest)
        salt, nonce = data[:_SALT_BYTES], data[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
        key = ring.derive(name, f"seal {purpose}", salt)
        value = from_json(AESGCM(key).decrypt(nonce, data[_SALT_BYTES + _NONCE_BYTES :], b""))
    except (ValueError, InvalidTag):
        raise ChallengeRefused(hint="Say hello again.") from None
    if value["aud"] != audience:
        raise ChallengeRefused("This was made for another audience.")
    if value["exp"] <= now_ms:
        raise ChallengeRefused("This has ended.", "Say hello again, and go on at once.")
    return value
