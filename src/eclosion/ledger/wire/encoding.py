"""JSON in headers: base64 with or without padding, in either alphabet, within a limit."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
HEADER_CHARS_MAX = 16 * 1024
"""A payment is less than 2 kB; servers and clients cut headers at 8 to 16 kB."""


def to_base64(value: object) -> str:
    """A struct as base64 of its JSON, as x402 has it in headers."""
    return base64.b64encode(msgspec.json.encode(value)).decode()


def to_base64url(data: bytes) -> str:
    """Bytes without padding in the alphabet of URLs."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Bytes from base64 of either alphabet.

    Raises:
        ValueError: it is too long, or not base64.
    """
    if len(text) > HEADER_CHARS_MAX:
        raise ValueError(f"longer than {HEADER_CHARS_MAX} characters")
    plain = text.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error


def read_struct(text: str, form: type[T]) -> T:
    """A struct from base64 of its JSON. Unknown fields are passed over; protocols grow.

    Raises:
        ValueError: it is not one.
    """
    try:
        return msgspec.json.decode(from_base64(text), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:  # a ValidationError is one
        raise ValueError(str(error)) from error


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces (RFC 8785, for the plain values that challenges hold)."""
    return msgspec.json.encode(value, order="sorted")
