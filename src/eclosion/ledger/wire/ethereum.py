"""The few things of Ethereum that paying clients sign with: Keccak, addresses, recovery of a signer.

There is no chain here. x402 and MPP clients sign EIP-712 messages with secp256k1 keys, and we recover who signed;
that is all. ``coincurve`` is libsecp256k1 (a recovery takes 50 us; in pure Python 14 ms), Keccak-256 (which is not
SHA3-256) is pycryptodome's.

Sources: EIP-55 (checksummed addresses), EIP-191 (signed messages), EIP-2 (only the lower half of s).
"""

from __future__ import annotations

import re

from coincurve import PrivateKey, PublicKey
from Crypto.Hash import keccak as _keccak

ADDRESS_BYTES = 20
SIGNATURE_BYTES = 65
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1. A signature with s above its half is the twin of another one and is not taken."""


def keccak256(data: bytes) -> bytes:
    """Keccak-256 as Ethereum has it: before the padding that SHA-3 got."""
    return _keccak.new(digest_bits=256, data=data).digest()


def read_address(text: str) -> bytes | None:
    """The 20 bytes of an address, in whatever case, or None where it is none."""
    return bytes.fromhex(text[2:]) if _ADDRESS.fullmatch(text) else None


def write_address(address: bytes) -> str:
    """An address with its checksum in upper and lower case (EIP-55)."""
    plain = address.hex()
    marks = keccak256(plain.encode()).hex()
    written = (c.upper() if int(m, 16) > 7 else c for c, m in zip(plain, marks, strict=False))
    return "0x" + "".join(written)


def address_of(key: PublicKey) -> bytes:
    """The address of a public key: the last 20 bytes of the hash of its point."""
    return keccak256(key.format(compressed=False)[1:])[-ADDRESS_BYTES:]


def sign(key: bytes, digest: bytes) -> bytes:
    """Sign 32 bytes: r, s and 27 or 28, in 65 bytes."""
    made = PrivateKey(key).sign_recoverable(digest, hasher=None)
    return made[:64] + bytes([made[64] + 27])


def recover(signature: bytes, digest: bytes) -> bytes | None:
    """The address that signed 32 bytes, or None where nobody can have."""
    if len(signature) != SIGNATURE_BYTES:
        return None
    parity = signature[64] - 27 if signature[64] >= 27 else signature[64]
    if parity not in (0, 1) or int.from_bytes(signature[32:64], "big") > _ORDER // 2:
        return None
    plain = signature[:64] + bytes([parity])
    try:
        return address_of(PublicKey.from_signature_and_message(plain, digest, hasher=None))
    except ValueError:
        return None


def message_digest(text: str) -> bytes:
    """What a wallet signs for a text (EIP-191, version 0x45)."""
    data = text.encode()
    return keccak256(b"\x19Ethereum Signed Message:\n%d" % len(data) + data)


def address_of_key(key: bytes) -> bytes:
    """The address of a private key of 32 bytes."""
    return address_of(PrivateKey(key).public_key)
