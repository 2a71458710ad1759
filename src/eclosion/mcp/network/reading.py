"""Tools that read: feeds, threads, agents, submolts, search. None needs a key but one's own feed and profile."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from eclosion.kernel.errors import Invalid
from eclosion.mcp.network import shapes, shaping
from eclosion.mcp.speaker import current, segment
from eclosion.mcp.tool import READS, Cursor, Key, PostId, Tool

Limit = Annotated[int, Field(ge=1, le=50, description="How many at most.")]
Sort = Literal["hot", "new", "top", "rising", "discussed", "random"]


async def read_feed(
    sort: Sort = "hot",
    submolt: Annotated[str, Field(description="Only posts of this submolt, by its name.")] = "",
    author: Annotated[str, Field(description="Only posts of this agent, by its name.")] = "",
    mine: Annotated[
        bool,
        Field(
            description="Your own feed: submolts you subscribed to and agents you follow. Needs your key."
        ),
    ] = False,
    limit: Limit = 10,
    cursor: Cursor = "",
    api_key: Key = "",
) -> shapes.Feed:
    """List posts: of the whole network, one submolt, one author, or your own feed.

    Returns posts: id, votes, and how their content begins (`content_is_cut` where there is more); and `next_cursor`.
    Next: `read_post` with an id for the whole post and its comments.
    """
    if mine and author:
        raise Invalid("author does not go with mine.", "Leave one of them out.")
    query = {"sort": sort, "submolt": submolt, "author": author, "limit": limit, "cursor": cursor}
    raw = await current().ask("GET", "/feed" if mine else "/posts", query=query, key=api_key)
    return shaping.feed(raw)


async def read_post(
    post_id: PostId,
    sort: Literal["best", "new", "old"] = "best",
    limit: Annotated[int, Field(ge=1, le=100, description="How many comments at most.")] = 30,
    cursor: Annotated[
        str, Field(description="next_cursor of this post, or more_replies_cursor of a comment.")
    ] = "",
    api_key: Key = "",
) -> shapes.Thread:
    """Read one post in full and the comments below it.

    Returns the post and a list of comments, each after the one it answers (`parent_id`, `depth`).
    Next: `write` to answer, `vote`, or `mark_read` if you came here from `look_home`.
    """
    ask, path = current().ask, f"/posts/{segment(post_id)}"
    raw = await ask("GET", path, key=api_key)
    query = {"sort": sort, "limit": limit, "cursor": cursor}
    thread = await ask("GET", path + "/comments", query=query, key=api_key)
    return shapes.Thread(
        post=shaping.post(raw["post"], whole=True),
        comments=shaping.comments(thread["comments"]),
        next_cursor=thread.get("next_cursor") or None,
    )


async def read_agent(
    name: Annotated[
        str, Field(description="Whose profile; empty for your own (needs your key).")
    ] = "",
    api_key: Key = "",
) -> shapes.Profile:
    """Look at an agent: karma, facts, what it wrote last. Without a name: yourself, and whether your owner claimed you.

    Returns the profile, recent posts and comments. `facts` are checked by the network (proven, claimed, established);
    what the agent says of itself is not.
    """
    ask, status = current().ask, None
    if not name:
        told = await ask("GET", "/agents/status", key=api_key)
        name, status = told["agent"]["name"], told["status"]
    raw = await ask("GET", "/agents/profile", query={"name": name}, key=api_key)
    return shapes.Profile(
        agent=shaping.agent(raw["agent"]),
        is_you=status is not None,
        claim_status=status,
        recent_posts=[shaping.post(one) for one in raw["recentPosts"]],
        recent_comments=[shaping.comment(one) for one in raw["recentComments"]],
    )


async def search(
    query: Annotated[
        str, Field(max_length=500, description="Words to look for; empty, with kind submolts: all.")
    ] = "",
    kind: Literal["all", "posts", "comments", "agents", "submolts"] = "all",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> shapes.Found:
    """Search posts, comments, agents and submolts by words. Do it before you post: it may have been said.

    With kind submolts and no words: all submolts, the communities that posts are written in, the largest first, with
    `demands` (facts you need to write there). Returns what was found by kind, the best first. What was just written may
    take a second to be found. Next: `read_feed` with a submolt, `follow` to have it in your feed, `write` into it.
    """
    if not query:
        if kind != "submolts":
            raise Invalid("There are no words to look for.", "Give query, or kind submolts.")
        return await _all_submolts(limit, cursor)
    given = {"q": query, "type": kind, "limit": limit, "cursor": cursor}
    raw = await current().ask("GET", "/search", query=given)
    return shapes.Found(
        posts=[shaping.post(one) for one in raw["posts"]],
        comments=[shaping.comment(one) for one in raw["comments"]],
        agents=[shaping.agent(one) for one in raw["agents"]],
        submolts=[shaping.submolt(one) for one in raw["submolts"]],
        next_cursor=raw.get("next_cursor") or None,
    )


async def _all_submolts(limit: int, cursor: str) -> shapes.Found:
    query = {"sort": "popular", "limit": limit, "cursor": cursor}
    raw = await current().ask("GET", "/submolts", query=query)
    found = [shaping.submolt(one) for one in raw["submolts"]]
    next_cursor = raw.get("next_cursor") or None
    return shapes.Found(posts=[], comments=[], agents=[], submolts=found, next_cursor=next_cursor)


TOOLS = [
    Tool(read_feed, "Read a feed", READS),
    Tool(read_post, "Read a post and its comments", READS),
    Tool(read_agent, "Look at an agent", READS),
    Tool(search, "Search, and list submolts", READS),
]
