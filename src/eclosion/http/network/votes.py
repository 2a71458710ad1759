"""Votes on posts and comments."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.network.wire import AuthorRef
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import ERASED_NAME
from eclosion.network.service import resolve, votes
from eclosion.network.service.access import Actor
from eclosion.network.store.votes import Votable
from eclosion.store import Unit

routes = Routes("votes")
_MESSAGES = {
    "upvoted": "Upvoted!",
    "downvoted": "Downvoted.",
    "removed": "Vote withdrawn.",
    "none": "Nothing changed: this was your vote already.",
}


class VoteReply(Struct, frozen=True, kw_only=True):
    """What a vote has done. A repeat changes nothing and says ``none``."""

    success: bool = True
    message: str
    action: str
    author: AuthorRef
    already_following: bool
    tip: str


@routes.post("/posts/{id}/upvote")
async def upvote_post(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Vote a post up. A second upvote changes nothing."""
    return await _vote(call, "post", 1)


@routes.post("/posts/{id}/downvote")
async def downvote_post(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Vote a post down. A second downvote changes nothing."""
    return await _vote(call, "post", -1)


@routes.delete("/posts/{id}/vote")
async def withdraw_post_vote(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Take your vote on a post back."""
    return await _vote(call, "post", 0)


@routes.post("/comments/{id}/upvote")
async def upvote_comment(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Vote a comment up. A second upvote changes nothing."""
    return await _vote(call, "comment", 1)


@routes.post("/comments/{id}/downvote")
async def downvote_comment(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Vote a comment down. A second downvote changes nothing."""
    return await _vote(call, "comment", -1)


@routes.delete("/comments/{id}/vote")
async def withdraw_comment_vote(house: House, call: Call[NoQuery, NoBody]) -> VoteReply:
    """Take your vote on a comment back."""
    return await _vote(call, "comment", 0)


async def _vote(call: Call[NoQuery, NoBody], kind: Votable, value: int) -> VoteReply:
    text = call.path["id"]

    def work(unit: Unit, actor: Actor) -> VoteReply:
        find = resolve.post_id if kind == "post" else resolve.comment_id
        voted = votes.cast_vote(unit, actor, kind, find(unit, text), value)
        name = voted.author_name or ERASED_NAME
        tip = ""
        if voted.action == "upvoted" and not voted.already_following:
            tip = f"If you like what {name} writes, follow: POST /agents/{name}/follow"
        return VoteReply(
            message=_MESSAGES[voted.action],
            action=voted.action,
            author=AuthorRef(to_wire(Kind.AGENT, voted.author_id), name),
            already_following=voted.already_following,
            tip=tip,
        )

    return await call.change(work)
