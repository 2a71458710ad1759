"""The frames of a session: bytes to values and back. Pure, and strict to the byte.

One letter says the kind; numbers are unsigned and big-endian. What always holds: a frame that is a byte too short or
too long is refused, and no frame makes us allocate more than its own length.

    server  P nonce:8                                         measure the round trip
            S version:1 attempt:1 first:4 blocks:4 key:32 value:16   a burst begins
            N first:4 seed:16 ...                             nonces, one seed for each block of 64
            T tick:4 nonce:8                                 a tick of the slow stream
            R number:1 json                                   a sheet of a language round
            D json   X json                                   done, refused
    client  p nonce:8                                         the answer to P, at once
            a first:4 (answer:4 * 64) ...                     the answers to one N
            t tick:4 answer:4                                the answer to T
            r number:1 tick:4 mac:16 answer:1 ...             the answer to R, bound to the chain after that tick
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from eclosion.gate.errors import FrameRefused, FrameTooLarge
from eclosion.gate.policy import BLOCK

VERSION = 1
ANSWER_BYTES = 4
BLOCK_BYTES = BLOCK * ANSWER_BYTES
SEED_BYTES, KEY_BYTES, VALUE_BYTES, MAC_BYTES, PING_BYTES, TICK_BYTES = 16, 32, 16, 16, 8, 8
MESSAGE_BLOCKS_MAX = 16
SHEET_ANSWERS_MAX = 64
CLIENT_FRAME_BYTES_MAX = 5 + MESSAGE_BLOCKS_MAX * BLOCK_BYTES

_START = struct.Struct(">BBII32s16s")


class Pong(NamedTuple):
    """The answer to a ping."""

    nonce: bytes


class Answers(NamedTuple):
    """The answers to one message of nonces."""

    first: int
    answers: bytes


class Tock(NamedTuple):
    """The answer to a tick."""

    tick: int
    answer: bytes


class SheetReply(NamedTuple):
    """The answers to a sheet."""

    number: int
    tick: int
    mac: bytes
    answers: tuple[int, ...]


ClientFrame = Pong | Answers | Tock | SheetReply


def ping(nonce: bytes) -> bytes:
    """Measure the round trip."""
    return b"P" + nonce


def start(attempt: int, first: int, blocks: int, key: bytes, value: bytes) -> bytes:
    """A burst begins: its chain's key and first value."""
    return b"S" + _START.pack(VERSION, attempt, first, blocks, key, value)


def nonces(first: int, seeds: list[bytes]) -> bytes:
    """Seeds for the blocks from ``first`` on."""
    return b"N" + first.to_bytes(4, "big") + b"".join(seeds)


def tick(number: int, nonce: bytes) -> bytes:
    """A tick of the slow stream."""
    return b"T" + number.to_bytes(4, "big") + nonce


def sheet(number: int, body: bytes) -> bytes:
    """A language round, or one item of it, as JSON."""
    return b"R" + bytes([number]) + body


def done(body: bytes) -> bytes:
    """All stages are passed."""
    return b"D" + body


def refused(body: bytes) -> bytes:
    """It is over: a problem (RFC 9457)."""
    return b"X" + body


def read_client_frame(data: bytes) -> ClientFrame:
    """What a client's frame says.

    Raises:
        FrameTooLarge: it is longer than any frame of a client.
        FrameRefused: its kind is unknown or its length wrong.
    """
    if len(data) > CLIENT_FRAME_BYTES_MAX:
        raise FrameTooLarge(f"A frame of {len(data)} bytes is too long.")
    kind, body = data[:1], data[1:]
    if kind == b"a" and len(body) > 4 and (len(body) - 4) % BLOCK_BYTES == 0:
        return Answers(int.from_bytes(body[:4], "big"), body[4:])
    if kind == b"t" and len(body) == 4 + ANSWER_BYTES:
        return Tock(int.from_bytes(body[:4], "big"), body[4:])
    if kind == b"p" and len(body) == PING_BYTES:
        return Pong(body)
    if kind == b"r" and 21 < len(body) <= 21 + SHEET_ANSWERS_MAX:
        return SheetReply(body[0], int.from_bytes(body[1:5], "big"), body[5:21], tuple(body[21:]))
    raise FrameRefused(f"A frame of {len(data)} bytes that begins with {kind!r} has no meaning.")
