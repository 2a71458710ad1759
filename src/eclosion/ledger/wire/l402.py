"""L402: an invoice that is paid elsewhere, and a macaroon that is worth something with the invoice's preimage.

    WWW-Authenticate: L402 macaroon="…", invoice="lnec…"
    Authorization: L402 <macaroon>:<preimage>

The invoice looks like a Lightning invoice (BOLT 11) of a network of its own, ``lnec``: the amount stands in front as
clients read it, one smallest unit as one satoshi; behind it, in bech32, everything that the ledger needs to take the
payment, with a MAC. So nothing is kept of invoices that nobody pays. The preimage follows from the ledger's key and is
told to whoever pays.

Sources: docs.lightning.engineering, protocol specification of L402; BOLT 11; BIP 173.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final, NamedTuple

from eclosion.ledger.wire.macaroons import Macaroon, is_genuine, mint, pack, unpack
from eclosion.ledger.wire.refusals import PaymentRefused, Reason

PREIMAGE_BYTES: Final = 32
_PREFIX = "lnec"
_BODY = struct.Struct(">20sQQ16s")  # payee, amount, expires_ms, salt
_TAG_BYTES = 16
_IDENTIFIER = struct.Struct(">H32s32s")  # version, payment hash, token
_CHARS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_EXPIRES, _RESOURCE = b"expires_ms=", b"resource="


class Invoice(NamedTuple):
    """What is to be paid: an address, the smallest unit, milliseconds. ``salt`` makes it unlike every other."""

    payee: bytes
    amount: int
    expires_ms: int
    salt: bytes


def write_invoice(invoice: Invoice, key: bytes) -> str:
    """An invoice as text."""
    body = _BODY.pack(*invoice)
    raw = body + hmac.digest(key, b"invoice" + body, "sha256")[:_TAG_BYTES]
    return _bech32(f"{_PREFIX}{invoice.amount * 10}n", raw)


def read_invoice(text: str, key: bytes) -> Invoice:
    """An invoice that we wrote.

    Raises:
        PaymentRefused: it is none of ours.
    """
    body = _unbech32(text)
    if body is None or len(body) != _BODY.size + _TAG_BYTES:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "This is no invoice of this network.")
    made = hmac.digest(key, b"invoice" + body[: _BODY.size], "sha256")[:_TAG_BYTES]
    if not hmac.compare_digest(made, body[_BODY.size :]):
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "This is no invoice of this network.")
    return Invoice._make(_BODY.unpack(body[: _BODY.size]))


def preimage_of(invoice: Invoice, key: bytes) -> bytes:
    """What is told to whoever pays."""
    return hmac.digest(key, b"preimage" + _BODY.pack(*invoice), "sha256")


def payment_id(payment_hash: bytes) -> int:
    """The 128 bits under which the ledger knows the payment of an invoice."""
    return int.from_bytes(payment_hash[:16], "big") or 1


def write_token(invoice: Invoice, resource: str, key: bytes) -> bytes:
    """The macaroon for a resource that goes with an invoice."""
    payment_hash = hashlib.sha256(preimage_of(invoice, key)).digest()
    name = _IDENTIFIER.pack(0, payment_hash, invoice.salt.ljust(32, b"\0"))
    caveats = (_EXPIRES + b"%d" % invoice.expires_ms, _RESOURCE + resource.encode())
    return pack(mint(_root(key), name, caveats))


def read_token(raw: bytes, preimage: bytes, resource: str, key: bytes, now_ms: int) -> bytes:
    """The payment hash of a macaroon that holds at this resource now, with this preimage.

    Raises:
        PaymentRefused: it does not.
    """
    try:
        token = unpack(raw)
        version, payment_hash, _ = _IDENTIFIER.unpack(token.identifier)
    except (ValueError, struct.error) as error:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "The macaroon cannot be read.") from error
    if version != 0 or not is_genuine(token, _root(key)):
        raise PaymentRefused(Reason.BAD_SIGNATURE, "The macaroon is none of ours.")
    if not hmac.compare_digest(hashlib.sha256(preimage).digest(), payment_hash):
        raise PaymentRefused(Reason.BAD_SIGNATURE, "The preimage is not that of the invoice.")
    _check_caveats(token, resource, now_ms)
    return bytes(payment_hash)


def _check_caveats(token: Macaroon, resource: str, now_ms: int) -> None:
    """Every caveat must be met; one that nobody here understands is not."""
    for caveat in token.caveats:
        name, _, value = caveat.partition(b"=")
        if name + b"=" == _RESOURCE:
            if value != resource.encode():
                raise PaymentRefused(Reason.OTHER_RESOURCE)
        elif name + b"=" == _EXPIRES:
            if not value.isdigit() or len(value) > 15 or int(value) <= now_ms:
                raise PaymentRefused(Reason.EXPIRED)
        else:
            raise PaymentRefused(Reason.INVALID_PAYLOAD, "The macaroon has an unknown caveat.")


def _root(key: bytes) -> bytes:
    return hmac.digest(key, b"macaroon", "sha256")


def _checksum(values: list[int]) -> int:
    """BIP 173's polynomial."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, number in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= number if top >> bit & 1 else 0
    return check


def _spread(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _bech32(prefix: str, raw: bytes) -> str:
    number, size = int.from_bytes(raw, "big") << (-len(raw) * 8 % 5), -(-len(raw) * 8 // 5)
    words = [number >> 5 * (size - 1 - at) & 31 for at in range(size)]
    check = _checksum([*_spread(prefix), *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{prefix}1" + "".join(_CHARS[word] for word in words)


def _unbech32(text: str) -> bytes | None:
    prefix, _, rest = text.strip().lower().rpartition("1")
    if not prefix.startswith(_PREFIX) or not 6 < len(rest) < 400:
        return None
    words = [_CHARS.find(c) for c in rest]
    if min(words) < 0 or _checksum([*_spread(prefix), *words]) != 1:
        return None
    words = words[:-6]
    number, size = 0, len(words) * 5 // 8
    for word in words:
        number = number << 5 | word
    return (number >> (len(words) * 5 - size * 8)).to_bytes(size, "big")
