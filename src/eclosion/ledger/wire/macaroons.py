"""Macaroons of version 2 in binary, with first-party caveats: as much as L402 needs.

Source: Birgisson et al., *Macaroons: Cookies with Contextual Caveats for Decentralized Authorization in the Cloud*
(NDSS 2014); the binary format of libmacaroons (doc/format.txt).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

_VERSION, _END, _LOCATION, _IDENTIFIER, _SIGNATURE = 2, 0, 1, 2, 6
_KEY_MAKER = b"macaroons-key-generator"
FIELD_BYTES_MAX = 4_096


class Macaroon(NamedTuple):
    """An identifier, conditions on its use, and a chain of MACs over both."""

    identifier: bytes
    caveats: tuple[bytes, ...]
    signature: bytes


def mint(root: bytes, identifier: bytes, caveats: tuple[bytes, ...]) -> Macaroon:
    """A macaroon under a root key."""
    return Macaroon(identifier, caveats, _chain(root, identifier, caveats))


def is_genuine(macaroon: Macaroon, root: bytes) -> bool:
    """Whether it was minted under this key. Caveats may have been added since by anybody; each narrows its use."""
    made = _chain(root, macaroon.identifier, macaroon.caveats)
    return hmac.compare_digest(made, macaroon.signature)


def pack(macaroon: Macaroon, location: str = "") -> bytes:
    """The bytes of a macaroon."""
    parts = [bytes([_VERSION])]
    if location:
        parts.append(_field(_LOCATION, location.encode()))
    parts += [_field(_IDENTIFIER, macaroon.identifier), bytes([_END])]
    for caveat in macaroon.caveats:
        parts += [_field(_IDENTIFIER, caveat), bytes([_END])]
    parts += [bytes([_END]), _field(_SIGNATURE, macaroon.signature)]
    return b"".join(parts)


def unpack(raw: bytes) -> Macaroon:
    """A macaroon from its bytes.

    Raises:
        ValueError: these are none, or it has caveats of third parties.
    """
    if raw[:1] != bytes([_VERSION]):
        raise ValueError("not a macaroon of version 2")
    at, sections = 1, []
    while raw[at : at + 1] != bytes([_END]):
        section, at = _section(raw, at)
        sections.append(section)
    kind, signature, at = _read(raw, at + 1)
    if kind != _SIGNATURE or at != len(raw) or not sections or len(signature) != 32:
        raise ValueError("a macaroon ends with its signature")
    if any(section.keys() - {_LOCATION, _IDENTIFIER} for section in sections):
        raise ValueError("caveats of third parties are not taken")
    names = [section.get(_IDENTIFIER, b"") for section in sections]
    return Macaroon(names[0], tuple(names[1:]), signature)


def _section(raw: bytes, at: int) -> tuple[dict[int, bytes], int]:
    fields: dict[int, bytes] = {}
    while True:
        if raw[at : at + 1] == bytes([_END]):
            return fields, at + 1
        kind, value, at = _read(raw, at)
        fields[kind] = value


def _chain(root: bytes, identifier: bytes, caveats: tuple[bytes, ...]) -> bytes:
    signature = hmac.digest(hmac.digest(_KEY_MAKER, root, "sha256"), identifier, "sha256")
    for caveat in caveats:
        signature = hmac.digest(signature, caveat, hashlib.sha256)
    return signature


def _field(kind: int, value: bytes) -> bytes:
    return bytes([kind]) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read(raw: bytes, at: int) -> tuple[int, bytes, int]:
    if at >= len(raw):
        raise ValueError("a macaroon that ends early")
    kind, at, size, shift = raw[at], at + 1, 0, 0
    while True:
        if at >= len(raw) or shift > 14:
            raise ValueError("a length that cannot be read")
        size |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if raw[at - 1] < 0x80:
            break
    if size > FIELD_BYTES_MAX or at + size > len(raw):
        raise ValueError("a field that is longer than the macaroon")
    return kind, raw[at : at + size], at + size
