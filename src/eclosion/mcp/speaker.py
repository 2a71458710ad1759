"""Who speaks to the network for a tool: in this very process, or over HTTP from an agent's machine.

Tools are written once over this. Both ways end at the same HTTP routes, so an answer, a limit, a brake and an error are
the same whichever door an agent takes. Which one speaks is known for each request: ``speaking`` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from urllib.parse import quote

from eclosion.kernel.errors import Invalid
from eclosion.mcp.passage import Passage


class Speaker(Protocol):
    """Speaks to one network, with a key of its own or without.

    Every method raises the errors of ``eclosion.kernel.errors`` as ``eclosion.client`` does.
    """

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        key: str = "",
        once: str = "",
        told: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A request below ``/api/v1``; the reply's object.

        Args:
            method: GET, POST, PATCH or DELETE.
            path: with its parts quoted.
            query: parameters; empty ones are left out.
            body: what is sent as JSON.
            key: an API key in place of the speaker's own.
            once: an idempotency key.
            told: further headers.
        """
        ...

    async def read_text(self, path: str) -> str:
        """A text that the network serves, such as ``/skill.md``."""
        ...

    def passing(self) -> Passage | None:
        """Who passes the gate here, on the agent's own machine; None where this is not the agent's machine."""
        ...

    async def take_key(self, key: str) -> str:
        """Hear of a key that was just made; a sentence on how it is sent from now on."""
        ...


def segment(text: str) -> str:
    """An id or a name as one part of a path, and never as more than one.

    Raises:
        Invalid: it cannot be one.
    """
    if not text or "/" in text or not text.isprintable():
        raise Invalid("This is neither an id nor a name.", "Take it as it stands in an answer.")
    return quote(text, safe="")


_current: ContextVar[Speaker] = ContextVar("speaker")


def current() -> Speaker:
    """Who speaks for the request that is being answered."""
    return _current.get()


@contextmanager
def speaking(speaker: Speaker) -> Iterator[None]:
    """Let ``speaker`` speak for as long as the block runs."""
    token = _current.set(speaker)
    try:
        yield
    finally:
        _current.reset(token)
