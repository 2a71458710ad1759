"""The price of a try: memory-hard work that the standard library can pay and that we check once.

It keeps floods away; it proves nothing about who pays. What always holds: the check costs the same whatever was sent,
a wrong stamp costs us one hash, and what is remembered of prefixes is bounded and forgotten.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from typing import NamedTuple

from eclosion.gate.policy import Policy

NONCE_BYTES = 16
_R, _P = 8, 1
_PREFIXES_MAX = 65_536
_HALF_LIFE_MS = 3_600_000
_FREE_TRIES = 8


class Price(NamedTuple):
    """Work to do: find a nonce whose stamp and scrypt digest begin with so many zero bits."""

    n: int
    bits: int
    stamp_bits: int


def is_stamped(price: Price, challenge: bytes, nonce: bytes) -> bool:
    """The cheap condition: SHA-256 over challenge and nonce."""
    return _zero_bits(hashlib.sha256(challenge + nonce).digest()) >= price.stamp_bits


def is_paid(price: Price, challenge: bytes, nonce: bytes) -> bool:
    """The dear one: one scrypt (RFC 7914) of 1024 * n bytes of memory. Call it only after ``is_stamped``."""
    salt = hashlib.sha256(challenge).digest()
    memory = 128 * _R * (price.n + _P + 2)
    digest = hashlib.scrypt(nonce, salt=salt, n=price.n, r=_R, p=_P, maxmem=memory, dklen=32)
    return _zero_bits(digest) >= price.bits


def _zero_bits(digest: bytes) -> int:
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()


class PriceList:
    """What a try costs now: more under load, and more from a network prefix that has tried often.

    A prefix's tries fade by half each hour. They are written only after a price was paid, so a flood of hellos
    leaves nothing here.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tries: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def price(self, prefix: str, open_count: int, now_ms: int) -> Price:
        """The price for the next try from ``prefix`` while ``open_count`` sessions are open."""
        policy = self._policy
        load = open_count / policy.sessions_max
        dearer = math.floor(4 * load) + math.floor(
            math.log2(1 + self._score(prefix, now_ms) / _FREE_TRIES)
        )
        bits = min(policy.price_bits_max, policy.price_bits + dearer)
        return Price(policy.scrypt_n, bits, policy.stamp_bits)

    def note(self, prefix: str, now_ms: int, weight: float = 1.0) -> None:
        """A price was paid from ``prefix``."""
        self._tries[prefix] = (self._score(prefix, now_ms) + weight, now_ms)
        self._tries.move_to_end(prefix)
        if len(self._tries) > _PREFIXES_MAX:
            self._tries.popitem(last=False)

    def _score(self, prefix: str, now_ms: int) -> float:
        score, at_ms = self._tries.get(prefix, (0.0, now_ms))
        return float(score * 0.5 ** (max(0, now_ms - at_ms) / _HALF_LIFE_MS))
