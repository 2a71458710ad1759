"""The log's records: what happened as bytes, and the chain of hashes over them.

A record begins with a letter for its kind and has a fixed length for each; numbers are big-endian. The hash of a
segment (one batch) is SHA-256 over the hash before, the segment's number and its records, so that a change anywhere
shows in every hash after it.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator

from eclosion.ledger.model.batch import Entry
from eclosion.ledger.model.shapes import Account, Burned, Pending, PendingState, Transfer
from eclosion.ledger.model.statuses import Status

GENESIS = bytes(32)
"""The hash before the first segment."""

_ACCOUNT = struct.Struct(">c16sIHH16sQIQ")
_TRANSFER = struct.Struct(">c16s16s16sQIHH16sQ16sQIQ")
_BURNED = struct.Struct(">c16s48sQ")
_EXPIRED = struct.Struct(">c16sQ")
_SIZES = {b"A": _ACCOUNT, b"T": _TRANSFER, b"B": _BURNED, b"X": _EXPIRED}


def encode(entries: Iterable[Entry]) -> bytes:
    """Entries as records, one after the other."""
    return b"".join(map(_encode_one, entries))


def decode(records: bytes) -> Iterator[Entry]:
    """The entries in a segment's records. Of what expired only id and instant stand in the log.

    Raises:
        ValueError: these are no records.
    """
    at = 0
    while at < len(records):
        form = _SIZES.get(records[at : at + 1])
        if form is None or at + form.size > len(records):
            raise ValueError(f"there is no record at byte {at}")
        yield _decode_one(form, records, at)
        at += form.size


def chain(before: bytes, number: int, records: bytes) -> bytes:
    """The hash of a segment."""
    return hashlib.sha256(before + number.to_bytes(8, "big") + records).digest()


def _encode_one(entry: Entry) -> bytes:
    if type(entry) is Transfer:
        t = entry
        return _TRANSFER.pack(
            b"T",
            t.id.to_bytes(16, "big"),
            t.debit_id.to_bytes(16, "big"),
            t.credit_id.to_bytes(16, "big"),
            t.amount,
            t.ledger,
            t.code,
            t.flags,
            t.pending_id.to_bytes(16, "big"),
            t.timeout_ms,
            t.user_data_128.to_bytes(16, "big"),
            t.user_data_64,
            t.user_data_32,
            t.at_ns,
        )
    if type(entry) is Account:
        a = entry
        return _ACCOUNT.pack(
            b"A",
            a.id.to_bytes(16, "big"),
            a.ledger,
            a.code,
            a.flags,
            a.user_data_128.to_bytes(16, "big"),
            a.user_data_64,
            a.user_data_32,
            a.at_ns,
        )
    if type(entry) is Burned:
        return _BURNED.pack(
            b"B", entry.id.to_bytes(16, "big"), entry.status.encode("ascii"), entry.at_ns
        )
    assert type(entry) is Pending
    return _EXPIRED.pack(b"X", entry.id.to_bytes(16, "big"), entry.expires_ns)


def _decode_one(form: struct.Struct, records: bytes, at: int) -> Entry:
    kind, id_, *rest = form.unpack_from(records, at)
    number = int.from_bytes(id_, "big")
    if kind == b"T":
        debit, credit, amount, ledger, code, flags, first, timeout, d128, d64, d32, at_ns = rest
        return Transfer(
            number,
            _int(debit),
            _int(credit),
            amount,
            ledger,
            code,
            flags,
            _int(first),
            timeout,
            _int(d128),
            d64,
            d32,
            at_ns,
        )
    if kind == b"A":
        ledger, code, flags, d128, d64, d32, at_ns = rest
        return Account(number, ledger, code, flags, 0, 0, 0, 0, _int(d128), d64, d32, at_ns)
    if kind == b"B":
        status, at_ns = rest
        return Burned(number, Status(status.rstrip(b"\0").decode("ascii")), at_ns)
    return Pending(number, 0, 0, 0, 0, rest[0], PendingState.EXPIRED)


def _int(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
