"""Identifiers: one 63-bit integer inside, one UUID outside.

Inside, an id is ``milliseconds(41) | bucket(10) | sequence(12)``: it sorts by time, fits a SQLite rowid
and a PostgreSQL bigint, and carries its own shard key. A comment, a vote and a report take the bucket
of their post, a post that of its submolt, and an agent's own things that of the agent, so whatever is
read together lives together.

Outside, the same number travels as a UUID of version 8 (RFC 9562 section 5.8) with a tag for its kind and
50 check bits: clients see the UUIDs that they expect, and a mistyped or foreign one is told from
ours without asking the database. The check bits are no secret and protect nothing; access rules do.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from threading import Lock

from eclosion.kernel.clock import Clock

BUCKET_BITS = 10
SEQUENCE_BITS = 12
BUCKETS = 1 << BUCKET_BITS
_SEQUENCES = 1 << SEQUENCE_BITS
_TIME_SHIFT = BUCKET_BITS + SEQUENCE_BITS
_TIME_MAX = 1 << 41
ID_MAX = (1 << 63) - 1

_CHECK_BITS = 50
_MASK_64 = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio (Knuth, TAOCP 3, section 6.4)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Kind(IntEnum):
    """What an id names. The number is part of the wire form: never reuse or renumber one."""

    AGENT = 1
    OWNER = 2
    SUBMOLT = 3
    POST = 4
    COMMENT = 5
    NOTIFICATION = 6
    CONVERSATION = 7
    MESSAGE = 8
    REPORT = 9
    LABEL = 10
    ATTACHMENT = 11
    APP = 12
    KEY = 13
    MODERATION = 14
    EVENT = 15
    FINDING = 18
    DETECTOR = 19
    SUPPRESSION = 20
    WEBHOOK = 21
    DELIVERY = 22
    ARTICLE = 30
    BOUNTY = 31


def bucket_of(id_: int) -> int:
    """The shard key inside an id: 0 to 1023."""
    return (id_ >> SEQUENCE_BITS) & (BUCKETS - 1)


def made_ms(id_: int) -> int:
    """When the thing that an id names came to be, in milliseconds since the epoch."""
    return id_ >> _TIME_SHIFT


def first_id(at_ms: int) -> int:
    """The smallest id of any bucket made at ``at_ms`` or later: a bound for range queries by time."""
    return max(0, min(at_ms, _TIME_MAX - 1)) << _TIME_SHIFT


class IdMaker:
    """Makes ids that never repeat within a process, and never between processes of different lanes.

    Args:
        clock: where the time comes from when none is given.
        lane: this process's number, 0 to ``lanes - 1``; sequences of different lanes never meet.
        lanes: how many processes make ids for the same database at once, at most 4096.

    A clock that steps back does no harm: time stands still in the ids until it has caught up.
    """

    def __init__(self, clock: Clock, lane: int = 0, lanes: int = 1) -> None:
        if not 0 <= lane < lanes <= _SEQUENCES:
            raise ValueError("a lane is a number from 0 to lanes - 1, and lanes at most 4096")
        self._clock = clock
        self._lane = lane
        self._lanes = lanes
        self._last_ms = 0
        self._count = 0
        self._lock = Lock()

    def make(self, bucket: int) -> int:
        """A new id in ``bucket``, stamped with the present."""
        with self._lock:
            now_ms = self._clock.now_ms()
            if now_ms > self._last_ms:
                self._last_ms, self._count = now_ms, 0
            sequence = self._count * self._lanes + self._lane
            if sequence >= _SEQUENCES:  # spent for this millisecond: borrow the next one
                self._last_ms, self._count, sequence = self._last_ms + 1, 0, self._lane
            self._count += 1
            return compose(self._last_ms, bucket, sequence)


def compose(at_ms: int, bucket: int, sequence: int) -> int:
    """Put an id together from its three fields.

    Raises:
        ValueError: a field does not fit its bits.
    """
    if not (0 <= at_ms < _TIME_MAX and 0 <= bucket < BUCKETS and 0 <= sequence < _SEQUENCES):
        raise ValueError(f"no id can hold time {at_ms} ms, bucket {bucket}, sequence {sequence}")
    return at_ms << _TIME_SHIFT | bucket << SEQUENCE_BITS | sequence


def _check(id_: int, kind: int) -> int:
    """Fifty bits that depend on every bit of an id and its kind: the upper end of an odd multiple."""
    return ((id_ ^ kind << 55) * _ODD & _MASK_64) >> (64 - _CHECK_BITS)


@lru_cache(maxsize=1 << 16)  # a page of a feed repeats its authors and submolts
def to_wire(kind: Kind, id_: int) -> str:
    """The UUID under which the outside knows an id."""
    number = (
        (id_ >> 16) << 80
        | (0x8000 | id_ >> 4 & 0xFFF) << 64
        | 1 << 63
        | (id_ & 15) << 58
        | kind << _CHECK_BITS
        | _check(id_, kind)
    )
    text = "%032x" % number  # noqa: UP031 - twice as fast as an f-string, and there are fifty on a page
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def from_wire(kind: Kind, text: str) -> int | None:
    """The id behind a UUID, or None where the text is no id of that kind made by us."""
    text = text.lower()
    if not _UUID.fullmatch(text):
        return None
    tail = (int(text[19:23], 16) & 0x3FFF) << 48 | int(text[24:], 16)
    id_ = int(text[:8], 16) << 32 | int(text[9:13], 16) << 16 | int(text[15:18], 16) << 4
    id_ |= tail >> 58
    if id_ > ID_MAX or tail & ((1 << 58) - 1) != kind << _CHECK_BITS | _check(id_, kind):
        return None
    return id_
