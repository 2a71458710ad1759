"""A name for each request, and a line about it if the operator wants one.

The line is JSON on the logger ``eclosion.access``: time, id, method, the route with its parameters' *names*, status,
duration, sizes, network prefix. What always holds: it has no key, no path, no query, no body; those may be private.
"""

from __future__ import annotations

import itertools
import logging
import re
import secrets

import msgspec

from eclosion.http.caller import Caller
from eclosion.http.door.call import Reply
from eclosion.http.door.routes import Route
from eclosion.kernel.clock import iso

_log = logging.getLogger("eclosion.access")
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_prefix = secrets.token_hex(4)
_numbers = itertools.count(1)


def request_id(given: str) -> str:
    """The id that a proxy has given, if it is harmless; else one of our own, never used twice."""
    if given and _GIVEN.fullmatch(given):
        return given
    return f"{_prefix}-{next(_numbers):x}"


class AccessLog:
    """Writes a line for every ``every``-th request, and for each that failed through our own fault.

    Args:
        every: 1 for all, 10 for one in ten, 0 for none at all.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._count = 0

    def note(
        self,
        now_ms: int,
        id_: str,
        route: Route,
        caller: Caller,
        reply: Reply,
        duration_s: float,
    ) -> None:
        """Perhaps write a line."""
        if not self._every:
            return
        self._count += 1
        if self._count % self._every and reply.status < 500:
            return
        line = {
            "at": iso(now_ms),
            "id": id_,
            "method": route.method,
            "route": route.path,
            "status": reply.status,
            "ms": round(duration_s * 1000, 3),
            "bytes": len(reply.body),
            "network": caller.network,
        }
        _log.info(msgspec.json.encode(line).decode())
