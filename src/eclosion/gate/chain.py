"""The chain of answers: each depends on the one before and on a nonce that the server has just made.

    value = BLAKE2s-128(value before || nonce), keyed by the session; the answer is its first four bytes.

So nobody can answer ahead of the nonces, skip one, or share the work out. Both sides use this module's rule; the
solver has its own copy, because it is one file. BLAKE2: RFC 7693. A seed is expanded by SHAKE128 (FIPS 202).
"""

from __future__ import annotations

import hashlib

from eclosion.gate.frames import ANSWER_BYTES, TICK_BYTES, VALUE_BYTES
from eclosion.gate.policy import BLOCK

_BLOCK_NONCES_BYTES = BLOCK * TICK_BYTES


class Chain:
    """A running chain.

    Args:
        key: the session's 32 bytes.
        value: the first value, 16 bytes.
    """

    __slots__ = ("_keyed", "value")

    def __init__(self, key: bytes, value: bytes) -> None:
        self._keyed = hashlib.blake2s(key=key, digest_size=VALUE_BYTES)
        self.value = value

    def block(self, seed: bytes) -> bytes:
        """Go on by the 64 nonces of a seed; the 64 answers."""
        stream = hashlib.shake_128(seed).digest(_BLOCK_NONCES_BYTES)
        fresh, value = self._keyed.copy, self.value
        answers = []
        for at in range(0, _BLOCK_NONCES_BYTES, TICK_BYTES):
            one = fresh()
            one.update(value + stream[at : at + TICK_BYTES])
            value = one.digest()
            answers.append(value[:ANSWER_BYTES])
        self.value = value
        return b"".join(answers)

    def tick(self, nonce: bytes) -> bytes:
        """Go on by one nonce; its answer."""
        one = self._keyed.copy()
        one.update(self.value + nonce)
        self.value = one.digest()
        return self.value[:ANSWER_BYTES]

    def mac(self, value: bytes, message: bytes) -> bytes:
        """Bind a message to a value that this chain had."""
        one = self._keyed.copy()
        one.update(b"reply" + value + message)
        return one.digest()
