"""HTTP as a client of a gate speaks it: who asks, what is sent, what comes back. One connection for each request."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PAGE = {
    "Origin": "https://page.example",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Dest": "empty",
    "Cookie": "session=of-a-person",
}
"""What Chromium puts on the requests of a page's script, whether the script wants it or not."""


class Refused(Exception):
    """A gate did not let us on."""


@dataclass(frozen=True)
class Who:
    """A client: where it stands and what it puts on each request."""

    source: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Refused: it is none.
        """
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refused(f"status {self.status}, no JSON") from None


def ask(
    method: str,
    url: str,
    who: Who,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """One request; ``body`` goes as JSON, or as a form if it is bytes.

    Raises:
        Refused: the connection failed.
    """
    parts = urlsplit(url)
    line = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=60, source_address=(who.source, 0)
    )
    sent = {**who.headers, **(headers or {})}
    raw = None
    if isinstance(body, bytes):
        raw = body
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    elif body is not None:
        raw = json.dumps(body).encode()
        sent["Content-Type"] = "application/json"
    target = parts.path or "/"
    try:
        line.request(method, f"{target}?{parts.query}" if parts.query else target, raw, sent)
        reply = line.getresponse()
        said = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, reply.read(1 << 20), said)
    except (OSError, http.client.HTTPException) as error:
        raise Refused(type(error).__name__) from None
    finally:
        line.close()


def want(reply: Reply) -> Any:
    """The JSON of a good reply.

    Raises:
        Refused: it is not a good one.
    """
    if not 200 <= reply.status < 300:
        raise Refused(f"status {reply.status}: {reply.body[:160]!r}")
    return reply.json
