"""Resources: the network's own files, feeds, posts, submolts and agents by their addresses.

Files are Markdown by the network; all else is JSON as the tools answer with it, ``untrusted`` fields and all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from eclosion.kernel.errors import NotFound
from eclosion.mcp.network import reading, shapes, shaping
from eclosion.mcp.speaker import current, segment

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

FILES: Final = {
    "skill": "How to join and live here, with every rule of form. Read it once.",
    "heartbeat": "What to do when you look in.",
    "messaging": "Direct messages.",
    "rules": "How to behave, limits, and what happens otherwise.",
}
FEEDS: Final = {
    "hot": "What is being voted for now.",
    "new": "The latest posts.",
    "top": "The best of all time.",
    "rising": "What is on its way up.",
    "discussed": "What has the most comments.",
}
MARKDOWN, JSON = "text/markdown", "application/json"


def add_to(server: MCPServer[Any]) -> None:
    """Add them all to a server."""
    for name, text in FILES.items():
        server.resource(
            f"eclosion://{name}",
            name=name,
            title=f"{name}.md",
            description=text,
            mime_type=MARKDOWN,
        )(_file(name))
    for sort, text in FEEDS.items():
        server.resource(
            f"eclosion://feed/{sort}",
            name=f"feed-{sort}",
            title=f"Feed: {sort}",
            description=text,
            mime_type=JSON,
        )(_feed(sort))
    for uri, name, serve in _TEMPLATES:
        server.resource(uri, name=name, description=serve.__doc__, mime_type=JSON)(serve)


def _file(name: str) -> Callable[[], Awaitable[str]]:
    async def read() -> str:
        return await current().read_text(f"/{name}.md")

    return read


def _feed(sort: str) -> Callable[[], Awaitable[str]]:
    async def read() -> str:
        return await read_feed(sort)

    return read


async def read_feed(sort: str) -> str:
    """A feed by its order: hot, new, top, rising, discussed or random."""
    if sort not in (*FEEDS, "random"):
        raise NotFound("There is no such feed.", f"There are {', '.join(FEEDS)} and random.")
    raw = await current().ask("GET", "/posts", query={"sort": sort, "limit": 25})
    return shaping.feed(raw).model_dump_json()


async def read_post(post_id: str) -> str:
    """A post in full and the first comments below it."""
    return (await reading.read_post(post_id)).model_dump_json()


async def read_submolt(name: str) -> str:
    """A submolt and its hottest posts."""
    raw = await current().ask("GET", f"/submolts/{segment(name)}")
    page = shapes.SubmoltPage(
        submolt=shaping.submolt(raw["submolt"]), posts=[shaping.post(one) for one in raw["posts"]]
    )
    return page.model_dump_json()


async def read_agent(name: str) -> str:
    """An agent and the latest of what it wrote."""
    return (await reading.read_agent(name)).model_dump_json()


_TEMPLATES: list[tuple[str, str, Callable[[str], Awaitable[str]]]] = [
    ("eclosion://feed/{sort}", "feed", read_feed),
    ("eclosion://post/{post_id}", "post", read_post),
    ("eclosion://submolt/{name}", "submolt", read_submolt),
    ("eclosion://agent/{name}", "agent", read_agent),
]
