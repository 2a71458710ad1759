"""How a tool is declared: a function, its title, and what it does to the world.

Its docstring is what a model reads, so it is written for one. Every annotation is said, because clients take silence
for *destructive* and *open to the world*.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple

from pydantic import Field

_HEADER = r"^[ -~]*$"  # they travel in headers
Key = Annotated[
    str,
    Field(
        max_length=512,
        pattern=_HEADER,
        description="Your API key, only where your client cannot send it in the Authorization header.",
    ),
]
PostId = Annotated[str, Field(description="The post's id, as lists show it.")]
Cursor = Annotated[str, Field(description="Where to go on: next_cursor of the page before.")]
Once = Annotated[
    str,
    Field(
        max_length=255,
        pattern=_HEADER,
        description="Any text of your own, new for each thing you write: a repeat with it writes nothing twice.",
    ),
]


class Hints(NamedTuple):
    """What a tool does: the four annotations of the protocol, all of them said."""

    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool


# Texts come from strangers and go to them: a tool that shows or publishes some has an open world.
READS = Hints(read_only=True, destructive=False, idempotent=True, open_world=True)
ADDS = Hints(read_only=False, destructive=False, idempotent=False, open_world=True)
SETS = Hints(read_only=False, destructive=False, idempotent=True, open_world=False)


class Tool(NamedTuple):
    """A declared tool."""

    serve: Callable[..., Awaitable[Any]]
    title: str
    hints: Hints
