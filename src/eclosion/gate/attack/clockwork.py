"""A session and somebody at the other end of a line, in time that is counted and not waited for.

The session is the gate's own and is asked as its driver asks it; only the clock is made up. So a hundred thousand
people can be slow in a quarter of an hour.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, NamedTuple

from eclosion.gate.session import Session

S_NS = 1_000_000_000
MS_NS = 1_000_000

Saying = bytes | Callable[[], bytes]
Client = Callable[[bytes, int], Iterable[tuple[int, Saying]]]
"""A frame and when it came, to frames and when each is sent; in nanoseconds, never earlier than the frame came.

A frame that is bound to what comes until then is made when it is sent.
"""

_DONE, _REFUSED = b"D", b"X"


class Ending(NamedTuple):
    """How a session ended: whether it was passed, the gate's own words, and when (nanoseconds)."""

    passed: bool
    said: dict[str, Any]
    at_ns: int


def play(session: Session, client: Client, one_way_ns: int, longest_ns: int = 600 * S_NS) -> Ending:
    """Play a session that began at 0 to its end."""
    order, line, now_ns = count(), list[tuple[int, int, str, Saying]](), 0
    while now_ns < longest_ns:
        for frame in session.due(now_ns):
            if frame[:1] in (_DONE, _REFUSED):
                return Ending(frame[:1] == _DONE, json.loads(frame[1:]), now_ns)
            heapq.heappush(line, (now_ns + one_way_ns, next(order), "down", frame))
        if not line or session.wake_ns() < line[0][0]:
            now_ns = max(now_ns, session.wake_ns())
            continue
        at_ns, _, way, said = heapq.heappop(line)
        now_ns = max(now_ns, at_ns)
        frame = said if isinstance(said, bytes) else said()
        if way == "up":
            session.receive(frame, now_ns)
        elif way == "said":
            heapq.heappush(line, (now_ns + one_way_ns, next(order), "up", frame))
        else:
            for sent_ns, reply in client(frame, now_ns):
                heapq.heappush(line, (max(sent_ns, now_ns), next(order), "said", reply))
    return Ending(False, {"title": "It never ended."}, now_ns)
