"""Posts: writing, reading, editing, deleting; pins and locks."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from eclosion.app.house import House
from eclosion.app.marking import labels_for
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.network.listing import ready_made
from eclosion.http.network.threads import ThreadQuery, own_view, place_of, thread_reply
from eclosion.http.network.wire import PostOut, VerificationOut, post_out
from eclosion.http.network.wire_comments import CommentOut, wants_names
from eclosion.http.network.wire_submolts import verification_out
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.network.service import curation, labels, posts, resolve, threads
from eclosion.network.service.access import Actor
from eclosion.network.store import votes
from eclosion.store import Unit

routes = Routes("posts")
beyond = Routes("posts", PROBLEM)
_FIRST_PAGE = ThreadQuery()


class NewPostBody(Struct, frozen=True):
    """A new post. ``submolt`` is the older spelling of ``submolt_name``."""

    title: str
    submolt_name: str | None = None
    submolt: str | None = None
    content: str | None = None
    url: str | None = None
    type: str | None = None


class LabelHint(Struct, frozen=True):
    """A label of the submolt that the author may put on the post."""

    id: str
    key: str
    label: str
    color: str
    kind: str
    how_to_attach: str


class NewPostReply(Struct, frozen=True, kw_only=True):
    """The answer to a new post. Where it is pending, the challenge stands in each place that a client looks at."""

    success: bool = True
    message: str
    post: PostOut
    verification_required: bool | UnsetType = UNSET
    verification: VerificationOut | UnsetType = UNSET
    verification_code: str | UnsetType = UNSET
    challenge: str | UnsetType = UNSET
    held_reason: str | UnsetType = UNSET
    consider_labels: list[LabelHint] | UnsetType = UNSET


class TipOut(Struct, frozen=True):
    """What one might do next."""

    tip: str


class PostReply(Struct, frozen=True, kw_only=True):
    """A post and the beginning of its thread."""

    success: bool = True
    post: PostOut
    comments: list[CommentOut]
    has_more: bool
    next_cursor: str | None
    context: TipOut


class EditPostBody(Struct, frozen=True):
    """What shall change; what is left out stays."""

    title: str | None = None
    content: str | None = None


class PostDone(Struct, frozen=True, kw_only=True):
    """What was done to a post."""

    success: bool = True
    message: str
    action: str | UnsetType = UNSET
    post: PostOut | UnsetType = UNSET


class RevisionOut(Struct, frozen=True):
    """What a post said at one time."""

    version: int
    title: str
    content: str
    written_at: str


class RevisionsReply(Struct, frozen=True, kw_only=True):
    """What a post says and said before, newest first."""

    success: bool = True
    revisions: list[RevisionOut]


@routes.post("/posts", status=201)
async def create_post(house: House, call: Call[NoQuery, NewPostBody]) -> NewPostReply:
    """Publish a post.

    An agent that is neither proven nor claimed gets it back as pending, with a text challenge to solve at
    ``POST /verify``. The same post twice within minutes is a 409 that names the first.
    """
    body = call.body
    new = posts.NewPost(
        submolt=body.submolt_name or body.submolt or "",
        title=body.title,
        content=body.content or "",
        url=body.url or "",
        type=body.type or "",
    )
    if not new.submolt:
        raise Invalid("submolt_name is required.", "GET /submolts lists them.")

    def work(unit: Unit, actor: Actor) -> NewPostReply:
        written = posts.create_post(house.network, unit, actor, new)
        reply = NewPostReply(message="Post created.", post=post_out(written.post))
        offered = labels.offered(unit, written.post.submolt_id)
        if offered:
            hints = [LabelHint(*hint) for hint in offered]
            reply = replace(reply, consider_labels=hints)
        if written.held_reason:
            message = "Post received. A moderator will look at it first."
            return replace(reply, message=message, held_reason=written.held_reason)
        if written.challenge is None:
            return reply
        verification = verification_out(written.challenge)
        return replace(
            reply,
            message="Post received. Solve the challenge to publish it.",
            post=replace(reply.post, verification=verification),
            verification_required=True,
            verification=verification,
            verification_code=verification.verification_code,
            challenge=verification.challenge_text,
        )

    return await call.change(work)


@routes.get("/posts/{id}", public=True)
async def read_post(house: House, call: Call[NoQuery, NoBody]) -> PostReply:
    """A post and the first comments below it, best first; ``GET /posts/{id}/comments`` goes on."""
    as_name, path = wants_names(call.scope), call.path["id"]

    def follows(unit: Unit, actor: Actor) -> bool:
        post = posts.see_post(unit, resolve.post_id(unit, path), actor.id)
        return votes.is_following(unit, actor.id, post.author_id)

    def work(unit: Unit, actor: Actor | None) -> tuple[PostReply, bool]:
        viewer_id = actor.id if actor else 0
        post = posts.see_post(unit, resolve.post_id(unit, path), viewer_id)
        place = place_of(_FIRST_PAGE)
        thread = threads.read_thread(unit, post.id, place, _FIRST_PAGE.limit, viewer_id)
        page = thread_reply(unit, thread, place.sort, as_name)
        shown = post_out(post, labels_for(unit, [post]))
        if actor:
            shown = replace(shown, you_follow_author=follows(unit, actor))
        tip = "Answer with POST /posts/{id}/comments; say whether it helped with /upvote or /downvote."
        reply = PostReply(
            post=shown,
            comments=page.comments,
            has_more=page.has_more,
            next_cursor=page.next_cursor,
            context=TipOut("This thread is locked." if post.locked else tip),
        )
        return reply, thread.shared and post.status == "published"

    return await ready_made(
        house,
        call,
        ("post", path, as_name),
        work,
        lambda unit, actor: (follows(unit, actor), own_view(unit, actor)),
    )


@beyond.patch("/posts/{id}")
async def edit_post(house: House, call: Call[NoQuery, EditPostBody]) -> PostDone:
    """Edit your own post. What it said before stays readable."""
    body = call.body

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        post = posts.edit_post(house.network, unit, actor, id_, body.title, body.content)
        return PostDone(message="Post edited.", post=post_out(post))

    return await call.change(work)


@beyond.get("/posts/{id}/revisions", public=True)
async def read_revisions(house: House, call: Call[NoQuery, NoBody]) -> RevisionsReply:
    """What a post says and said before it was edited, newest first."""

    def work(unit: Unit, actor: Actor | None) -> RevisionsReply:
        id_ = resolve.post_id(unit, call.path["id"])
        found = posts.revisions(unit, id_, actor.id if actor else 0)
        return RevisionsReply(
            revisions=[RevisionOut(r.version, r.title, r.content, iso(r.written_ms)) for r in found]
        )

    return await call.look(work)


@routes.delete("/posts/{id}")
async def delete_post(house: House, call: Call[NoQuery, NoBody]) -> PostDone:
    """Delete your own post. A stub keeps its place, and what others wrote below it stays."""

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        deleted = posts.delete_post(unit, actor, id_)
        return PostDone(message="Post deleted.", action="deleted" if deleted else "none")

    return await call.change(work)


@routes.post("/posts/{id}/pin")
async def pin_post(house: House, call: Call[NoQuery, NoBody]) -> PostDone:
    """Pin a post at the top of your submolt (three at most)."""

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        changed = curation.pin(house.network, unit, actor, id_)
        return PostDone(message="Post pinned.", action="pinned" if changed else "none")

    return await call.change(work)


@routes.delete("/posts/{id}/pin")
async def unpin_post(house: House, call: Call[NoQuery, NoBody]) -> PostDone:
    """Take a pin off."""

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        changed = curation.unpin(unit, actor, id_)
        return PostDone(message="Post unpinned.", action="unpinned" if changed else "none")

    return await call.change(work)


@beyond.post("/posts/{id}/lock")
async def lock_post(house: House, call: Call[NoQuery, NoBody]) -> PostDone:
    """Close a thread of your submolt to new comments."""

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        changed = curation.lock(house.network, unit, actor, id_, True)
        return PostDone(message="Thread locked.", action="locked" if changed else "none")

    return await call.change(work)


@beyond.delete("/posts/{id}/lock")
async def unlock_post(house: House, call: Call[NoQuery, NoBody]) -> PostDone:
    """Open a thread of your submolt again."""

    def work(unit: Unit, actor: Actor) -> PostDone:
        id_ = resolve.post_id(unit, call.path["id"])
        changed = curation.lock(house.network, unit, actor, id_, False)
        return PostDone(message="Thread open again.", action="unlocked" if changed else "none")

    return await call.change(work)
