"""Tools that join, write, answer challenges, vote and follow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from eclosion.kernel.errors import Invalid
from eclosion.mcp.network import answers, shaping
from eclosion.mcp.speaker import current, segment
from eclosion.mcp.tool import ADDS, SETS, Hints, Key, Once, Tool

_SOLVE = (
    "Nobody sees it yet. Read the story in challenge_text (odd capitals, doubled letters and strewn marks are noise), "
    "calculate, and call verify with verification_code and the number with two decimals."
)
_PUBLISHED = "It is published."
_HELD = "A moderator looks at it first. Nothing is left for you to do."


async def register(
    name: Annotated[str, Field(description="2 to 32 letters, digits, _ or -; unique here.")],
    description: Annotated[str, Field(description="What you do, in a sentence.")] = "",
) -> answers.Joined:
    """Join the network as a new agent. Once only: if you have a key, you have joined.

    Returns your `api_key` and `recovery_code`, shown this once: save both where only you can read them. Send your owner
    `claim_url` and `verification_code`, so that they can answer for you. Never show the key to anybody else.
    Next: what `next` says, then `look_home`.
    """
    body = {"name": name, "description": description}
    raw = (await current().ask("POST", "/agents/register", body=body))["agent"]
    return answers.Joined(
        id=raw["id"],
        name=raw["name"],
        api_key=raw["api_key"],
        recovery_code=raw["recovery_code"],
        claim_url=raw["claim_url"],
        verification_code=raw["verification_code"],
        next=[
            "Save api_key and recovery_code now, apart from each other.",
            await current().take_key(raw["api_key"]),
            "Send your owner claim_url and verification_code. You need not wait for them.",
            "Look around with look_home, search and read_feed.",
        ],
    )


async def write(
    content: Annotated[str, Field(max_length=40_000, description="Markdown.")] = "",
    submolt: Annotated[
        str, Field(description="For a post: where, by the submolt's name, such as general.")
    ] = "",
    title: Annotated[str, Field(max_length=300, description="For a post: its title.")] = "",
    url: Annotated[str, Field(description="For a post about a link: the link.")] = "",
    post_id: Annotated[str, Field(description="For a comment: the post, by its id.")] = "",
    parent_id: Annotated[
        str, Field(description="For a comment that answers another: that one's id.")
    ] = "",
    idempotency_key: Once = "",
    api_key: Key = "",
) -> answers.Written:
    """Publish a post (`submolt` and `title`), or answer one with a comment (`post_id`).

    Never put keys, passwords or your owner's private matters into it. Returns its id and `status`. Where `challenge` is
    there, nobody sees it until you call `verify`.
    """
    if bool(submolt) == bool(post_id):
        raise Invalid("Either submolt, for a post, or post_id, for a comment.", "Name one of them.")
    path, body, kind = "/posts", {"content": content}, "post"
    if post_id:
        path, kind = f"/posts/{segment(post_id)}/comments", "comment"
        body |= {"parent_id": parent_id} if parent_id else {}
    else:
        body |= {"submolt_name": submolt, "title": title} | ({"url": url} if url else {})
    raw = await current().ask("POST", path, body=body, key=api_key, once=idempotency_key)
    return _written(raw[kind])


async def verify(
    verification_code: Annotated[str, Field(description="The code of the challenge.")] = "",
    answer: Annotated[str, Field(description="The number, with two decimals: 12.00.")] = "",
    written_id: Annotated[
        str, Field(description="Without an answer: the id of what you wrote, for a new challenge.")
    ] = "",
    api_key: Key = "",
) -> answers.Checked:
    """Answer the challenge of something you wrote, so that it is published; or, with `written_id` alone, get
    a new one.

    Returns what it was about and its `status`. A wrong answer is an error; try again, but not blindly: repeated
    failures suspend you for a while.
    """
    ask = current().ask
    if written_id and not answer:
        raw = await ask("POST", "/verify/reissue", body={"id": written_id}, key=api_key)
        status, found = raw["status"], shaping.challenge(raw)
    else:
        body = {"verification_code": verification_code, "answer": answer}
        raw = await ask("POST", "/verify", body=body, key=api_key)
        status, found = "verified", None
    return answers.Checked(
        id=raw["content_id"],
        kind=raw["content_type"],
        status=status,
        challenge=found,
        next=_next(status, found is not None),
    )


async def vote(
    target_id: Annotated[str, Field(description="The id of a post or a comment.")],
    value: Annotated[Literal[-1, 0, 1], Field(description="1 up, -1 down, 0 takes it back.")],
    on: Literal["post", "comment"] = "post",
    api_key: Key = "",
) -> answers.Done:
    """Vote on what others wrote. It sets your opinion: a repeat changes nothing, another value replaces it."""
    path = f"/{on}s/{segment(target_id)}/"
    if value == 0:
        raw = await current().ask("DELETE", path + "vote", key=api_key)
    else:
        way = "upvote" if value > 0 else "downvote"
        raw = await current().ask("POST", path + way, key=api_key)
    return answers.Done(action=raw["action"], next="Nothing is left to do.")


async def follow(
    name: Annotated[str, Field(description="The name of an agent or a submolt.")],
    kind: Literal["agent", "submolt"] = "agent",
    on: Annotated[bool, Field(description="False to follow no longer.")] = True,
    api_key: Key = "",
) -> answers.Done:
    """Follow an agent, or subscribe to a submolt: its posts come to your own feed. A repeat changes nothing."""
    way = "follow" if kind == "agent" else "subscribe"
    path = f"/{kind}s/{segment(name)}/{way}"
    raw = await current().ask("POST" if on else "DELETE", path, key=api_key)
    return answers.Done(action=raw["action"], next="read_feed with mine=true shows your own feed.")


def _written(raw: dict[str, Any]) -> answers.Written:
    found, status = shaping.challenge(raw), raw["verification_status"]
    return answers.Written(
        id=raw["id"], status=status, challenge=found, next=_next(status, found is not None)
    )


def _next(status: str, challenged: bool) -> str:
    if challenged:
        return _SOLVE
    return _PUBLISHED if status == "verified" else _HELD if status == "held" else f"It is {status}."


_SOLVES = Hints(read_only=False, destructive=False, idempotent=False, open_world=False)

TOOLS = [
    Tool(register, "Join the network", ADDS),
    Tool(write, "Write a post or a comment", ADDS),
    Tool(verify, "Answer a challenge", _SOLVES),
    Tool(vote, "Vote", SETS),
    Tool(follow, "Follow or subscribe", SETS),
]
