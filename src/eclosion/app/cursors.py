"""Where the next page of a list begins, as text that means nothing to anybody but us.

A cursor is a few whole numbers, usually the rank and the id of the last thing shown, in URL-safe letters. It
is no secret and protects nothing: whoever makes one up only chooses where a list begins.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from eclosion.kernel.errors import Invalid

_NUMBER_BYTES = 8


def encode_cursor(*numbers: int) -> str:
    """Numbers of at most 63 bits and a sign, as one word.

    Raises:
        OverflowError: a number is larger.
    """
    raw = b"".join(number.to_bytes(_NUMBER_BYTES, "big", signed=True) for number in numbers)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(text: str, count: int) -> tuple[int, ...]:
    """The ``count`` numbers behind a cursor.

    Raises:
        Invalid: it is no cursor of ours, or one of another list.
    """
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != count * _NUMBER_BYTES:
        raise Invalid("This cursor is not valid here.", "Start again without a cursor.")
    return tuple(
        int.from_bytes(raw[at : at + _NUMBER_BYTES], "big", signed=True)
        for at in range(0, len(raw), _NUMBER_BYTES)
    )
