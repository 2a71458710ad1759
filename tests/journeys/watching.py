"""Watching a real server's events over a socket, as a client without a library would."""

import http.client
import json
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlencode


class Stream:
    """An open stream of server-sent events."""

    def __init__(self, port: int, last_id: str = "", **query: str) -> None:
        self.last_id = last_id
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Last-Event-ID": last_id} if last_id else {}
        self._connection.request("GET", f"/api/v1/events?{urlencode(query)}", headers=headers)
        self.response = self._connection.getresponse()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Go away."""
        self.response.close()
        self._connection.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Events and notices, until the server ends it."""
        data = ""
        for line in self.response:
            text = line.decode().rstrip("\n")
            name, _, value = text.partition(": ")
            if name == "id":
                self.last_id = value
            elif name == "data":
                data += value
            elif not text and data:
                yield json.loads(data)
                data = ""

    def take(self, count: int) -> list[dict[str, Any]]:
        """So many events."""
        found: list[dict[str, Any]] = []
        for one in self:
            found.append(one)
            if len(found) == count:
                break
        return found

    def opened(self) -> Self:
        """Wait until it has begun."""
        while not self.last_id:
            line = self.response.readline().decode()
            if line.startswith("id: "):
                self.last_id = line[4:].strip()
        return self
