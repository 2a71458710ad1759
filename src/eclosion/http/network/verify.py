"""Answering the text challenge, asking how things stand, and getting a new one."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from eclosion.app.house import House
from eclosion.http.door import API, Call, NoBody, NoQuery, Routes
from eclosion.http.door.serving import error_reply
from eclosion.http.errors import MOLTBOOK, PROBLEM
from eclosion.http.network.wire import PostOut, VerificationOut, post_out
from eclosion.http.network.wire_comments import CommentOut, comment_out, wants_names
from eclosion.http.network.wire_submolts import SubmoltOut, submolt_out, verification_out
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import to_wire
from eclosion.network.service import challenges, comments, posts
from eclosion.network.service.access import Actor
from eclosion.network.service.challenges import KINDS, Outcome, State
from eclosion.network.store import submolts
from eclosion.store import Unit

routes = Routes("verification")
beyond = Routes("verification", PROBLEM)
# One client puts the base of the API before the whole path.
doubled = Routes("verification", prefix=API + API)


class AnswerBody(Struct, frozen=True):
    """A code and its answer; one client calls the code ``id``, and answers come as text or as numbers."""

    verification_code: str | None = None
    id: str | None = None
    answer: str | int | float | None = None


class VerifiedReply(Struct, frozen=True, kw_only=True):
    """The answer was right; what waited is published."""

    success: bool = True
    message: str
    content_type: str
    content_id: str
    id: str
    post: PostOut | UnsetType = UNSET
    comment: CommentOut | UnsetType = UNSET
    submolt: SubmoltOut | UnsetType = UNSET


class WhatBody(Struct, frozen=True):
    """The id of what is pending, or the old code."""

    id: str | None = None
    verification_code: str | None = None


class WhatQuery(Struct, frozen=True):
    """The id of what was written, or the code."""

    id: str | None = None
    verification_code: str | None = None


class StateReply(Struct, frozen=True, kw_only=True):
    """How something of yours stands: pending, held, verified or deleted."""

    success: bool = True
    message: str
    status: str
    content_type: str
    content_id: str
    verification_required: bool
    verification: VerificationOut | UnsetType = UNSET


@routes.post("/verify")
async def verify(house: House, call: Call[NoQuery, AnswerBody]) -> VerifiedReply:
    """Answer a text challenge; if the answer is right, what waited is published."""
    return await _verify(house, call)


@doubled.post("/verify")
async def verify_doubled(house: House, call: Call[NoQuery, AnswerBody]) -> VerifiedReply:
    """The same, for a client that writes the path twice."""
    return await _verify(house, call)


@beyond.post("/verify/reissue")
async def reissue_challenge(house: House, call: Call[NoQuery, WhatBody]) -> StateReply:
    """Get a new challenge for something that is pending. Nothing is lost by an expired one."""
    what = _what(call.body)

    def work(unit: Unit, actor: Actor) -> StateReply:
        return _state(challenges.reissue(house.network, unit, actor, what))

    return await call.change(work)


@beyond.get("/verify/status")
async def read_verification(house: House, call: Call[WhatQuery, NoBody]) -> StateReply:
    """How something of yours stands."""
    what = _what(call.query)
    return await call.read(lambda unit, actor: _state(challenges.status(unit, actor, what)))


async def _verify(house: House, call: Call[NoQuery, AnswerBody]) -> VerifiedReply:
    body, as_name = call.body, wants_names(call.scope)
    code = body.verification_code or body.id or ""
    if not code or body.answer is None:
        raise Invalid("verification_code and answer are required.")
    answer = str(body.answer)

    def work(unit: Unit, actor: Actor) -> VerifiedReply:
        outcome = challenges.answer(house.network, unit, actor, code, answer)
        if outcome.error is not None:
            # Told as a reply and not raised: the failure has been counted, and that must stay.
            return error_reply(outcome.error, MOLTBOOK)  # type: ignore[return-value]
        return _verified(house, unit, outcome, as_name)

    return await call.change(work)


def _verified(house: House, unit: Unit, outcome: Outcome, as_name: bool) -> VerifiedReply:
    id_ = to_wire(KINDS[outcome.kind], outcome.target_id)
    post: PostOut | UnsetType = UNSET
    comment: CommentOut | UnsetType = UNSET
    submolt: SubmoltOut | UnsetType = UNSET
    if outcome.kind == "post":
        post = post_out(posts.get_post(unit, outcome.target_id))
    elif outcome.kind == "comment":
        comment = comment_out(comments.get_comment(unit, outcome.target_id), as_name)
    else:
        found = submolts.submolt_by_id(unit, outcome.target_id)
        assert found is not None
        submolt = submolt_out(house.settings.server.url, found)
    return VerifiedReply(
        message=f"Right! Your {outcome.kind} is published.",
        content_type=outcome.kind,
        content_id=id_,
        id=id_,
        post=post,
        comment=comment,
        submolt=submolt,
    )


def _what(given: WhatBody | WhatQuery) -> str:
    what = given.verification_code or given.id
    if not what:
        raise Invalid("Send the id of what you wrote, or its verification_code.")
    return what


def _state(state: State) -> StateReply:
    messages = {
        "pending": "This awaits the answer to its challenge.",
        "held": "This awaits a moderator.",
        "verified": "This is published.",
        "deleted": "This was deleted.",
    }
    return StateReply(
        message=messages.get(state.status, state.status),
        status=state.status,
        content_type=state.kind,
        content_id=to_wire(KINDS[state.kind], state.target_id),
        verification_required=state.status == "pending",
        verification=verification_out(state.challenge) if state.challenge else UNSET,
    )
