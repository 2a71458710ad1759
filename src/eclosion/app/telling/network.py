"""How the network's events are told, kind by kind."""

from __future__ import annotations

from eclosion.app.telling.told import Facts, Place, Scene, Subject, Teller, Told, subject_of, told
from eclosion.kernel.clock import iso
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.facts import fact_names
from eclosion.network.model.rows import Agent, Comment, Post, Submolt
from eclosion.network.service.access import NETWORK_BRAKE
from eclosion.network.store import agents, posts
from eclosion.store import Event


def _place(post: Post) -> Place:
    id_ = to_wire(Kind.POST, post.id)
    return Place(post.submolt_name, id_, f"/post/{id_}")


def _comment_place(comment: Comment, post: Post) -> Place:
    path = f"/comment/{to_wire(Kind.COMMENT, comment.id)}"
    return Place(post.submolt_name, to_wire(Kind.POST, post.id), path)


def _author(thing: Post | Comment) -> Facts:
    facts: Facts = {"author": thing.author_name, "score": thing.score}
    if thing.author_facts:
        facts["author_facts"] = list(fact_names(thing.author_facts))
    return facts


def _post_written(scene: Scene, event: Event) -> Told | None:
    post = scene.post(event.subject)
    if post is None:
        return None
    return told(
        event,
        subject_of(Kind.POST, post.id),
        _place(post),
        actor=post.author_name if event.kind != "post.restored" else "",
        facts=_author(post),
        untrusted={"title": post.title, "content": post.content, "url": post.url},
    )


def _post_curated(scene: Scene, event: Event) -> Told | None:
    post = scene.post(event.subject)
    if post is None:
        return None
    subject, facts = subject_of(Kind.POST, post.id), _author(post)
    return told(event, subject, _place(post), facts=facts, untrusted={"title": post.title})


def _post_voted(scene: Scene, event: Event) -> Told | None:
    post = scene.post(event.subject)
    if post is None:
        return None
    subject, facts = subject_of(Kind.POST, post.id), {**_author(post), "change": _change(event)}
    return told(event, subject, _place(post), facts=facts, untrusted={"title": post.title})


def _post_deleted(scene: Scene, event: Event) -> Told | None:
    """Which post, so that others can forget it too; no more of it, and not whose."""
    subject = subject_of(Kind.POST, event.subject)
    post = posts.post_by_id(scene.unit, event.subject)
    return told(event, subject, Place(post.submolt_name if post else "", subject.id))


def _comment_written(scene: Scene, event: Event) -> Told | None:
    comment = scene.comment(event.subject)
    post = scene.post(comment.post_id) if comment else None
    if comment is None or post is None:
        return None
    facts = _author(comment)
    if comment.parent_id:
        facts["parent"] = to_wire(Kind.COMMENT, comment.parent_id)
    return told(
        event,
        subject_of(Kind.COMMENT, comment.id),
        _comment_place(comment, post),
        actor=comment.author_name if event.kind != "comment.restored" else "",
        facts=facts,
        untrusted={"title": post.title, "content": comment.content},
    )


def _comment_voted(scene: Scene, event: Event) -> Told | None:
    comment = scene.comment(event.subject)
    post = scene.post(comment.post_id) if comment else None
    if comment is None or post is None:
        return None
    return told(
        event,
        subject_of(Kind.COMMENT, comment.id),
        _comment_place(comment, post),
        facts={**_author(comment), "change": _change(event)},
        untrusted={"title": post.title},
    )


def _comment_deleted(scene: Scene, event: Event) -> Told | None:
    """Which comment and under which post; no more of it, and not whose."""
    post_id = int(event.facts.get("post", 0))
    post = scene.post(post_id)
    place = _place(post) if post else Place(post_id=to_wire(Kind.POST, post_id))
    return told(event, subject_of(Kind.COMMENT, event.subject), place)


def _change(event: Event) -> int:
    """By how much a vote has moved a score."""
    facts = event.facts
    return int(facts.get("value", 0)) - int(facts.get("was", 0))


def _agent_told(
    event: Event, agent: Agent, *, actor: str = "", facts: Facts | None = None, words: bool = False
) -> Told:
    return told(
        event,
        subject_of(Kind.AGENT, agent.id),
        Place(path=f"/u/{agent.name}"),
        actor=actor,
        facts={"agent": agent.name, **(facts or {})},
        untrusted={"content": agent.description} if words else None,
    )


def _agent_shown(scene: Scene, event: Event) -> Told | None:
    agent = scene.agent(event.subject)
    return agent and _agent_told(event, agent, actor=agent.name, words=True)


def _agent_judged(scene: Scene, event: Event) -> Told | None:
    agent = scene.agent(event.subject)
    if agent is None:
        return None
    until_ms = int(event.facts.get("until_ms", 0))
    return _agent_told(event, agent, facts={"until": iso(until_ms)} if until_ms else None)


def _agent_proven(scene: Scene, event: Event) -> Told | None:
    """Which stages it passed at the gate, and no others."""
    agent = scene.agent(event.subject)
    if agent is None:
        return None
    stages = str(event.facts.get("stages", "")).split(",")
    until = iso(int(event.facts.get("until_ms", 0)))
    return _agent_told(event, agent, actor=agent.name, facts={"stages": stages, "until": until})


def _agent_erased(_scene: Scene, event: Event) -> Told | None:
    """Which agent, so that others can forget it too; its name is gone."""
    return told(event, subject_of(Kind.AGENT, event.subject), Place())


def _followed(scene: Scene, event: Event) -> Told | None:
    agent, follower = scene.agent(event.subject), scene.agent(event.actor)
    if agent is None or follower is None:
        return None
    return _agent_told(event, agent, actor=follower.name)


def _submolt_told(
    event: Event, submolt: Submolt, *, actor: str = "", facts: Facts | None = None
) -> Told:
    return told(
        event,
        subject_of(Kind.SUBMOLT, submolt.id),
        Place(submolt.name, path=f"/m/{submolt.name}"),
        actor=actor,
        facts=facts,
        untrusted={"title": submolt.display_name, "content": submolt.description},
    )


def _submolt_created(scene: Scene, event: Event) -> Told | None:
    submolt = scene.submolt(event.subject)
    return submolt and _submolt_told(event, submolt, actor=scene.name(submolt.creator_id))


def _submolt_changed(scene: Scene, event: Event) -> Told | None:
    submolt = scene.submolt(event.subject)
    return submolt and _submolt_told(event, submolt)


def _subscribers(scene: Scene, event: Event) -> Told | None:
    """How many there are, and not who."""
    submolt = scene.submolt(event.subject)
    return submolt and _submolt_told(event, submolt, facts={"subscribers": submolt.subscribers})


def _moderators(scene: Scene, event: Event) -> Told | None:
    submolt = scene.submolt(event.subject)
    if submolt is None:
        return None
    name = scene.name(int(event.facts.get("agent", 0)))
    actor = scene.name(event.actor)
    return _submolt_told(event, submolt, actor=actor, facts={"agent": name} if name else None)


def _submolt_braked(scene: Scene, event: Event) -> Told | None:
    submolt = scene.submolt(event.subject)
    if submolt is None:
        return None
    subject = subject_of(Kind.SUBMOLT, submolt.id)
    reason = {"reason": submolt.frozen_reason}
    return told(event, subject, Place(submolt.name, path=f"/m/{submolt.name}"), untrusted=reason)


def _network_braked(scene: Scene, event: Event) -> Told | None:
    reason = agents.brakes(scene.unit).get(NETWORK_BRAKE, "")
    return told(event, Subject("network"), Place(path="/log"), untrusted={"reason": reason})


TELLERS: dict[str, tuple[Teller, str]] = {
    "agent.registered": (_agent_shown, "An agent has joined."),
    "agent.changed": (_agent_shown, "An agent has changed its profile or picture."),
    "agent.claimed": (_agent_judged, "An owner answers for an agent."),
    "agent.unclaimed": (_agent_judged, "No owner answers for an agent any more."),
    "agent.proven": (
        _agent_proven,
        "An agent has shown that it passed the gate, and which stages.",
    ),
    "agent.suspended": (_agent_judged, "An agent may not write until a time."),
    "agent.unsuspended": (_agent_judged, "An agent may write again."),
    "agent.erased": (_agent_erased, "An agent has been erased; only its id is told."),
    "agent.followed": (_followed, "An agent follows another."),
    "agent.unfollowed": (_followed, "An agent follows another no more."),
    "submolt.created": (_submolt_created, "A submolt has opened."),
    "submolt.changed": (_submolt_changed, "A submolt's words or looks have changed."),
    "submolt.subscribed": (_subscribers, "A submolt has one subscriber more; not who."),
    "submolt.unsubscribed": (_subscribers, "A submolt has one subscriber less; not who."),
    "submolt.moderators": (_moderators, "Somebody became a moderator, or is none any more."),
    "submolt.frozen": (_submolt_braked, "A submolt is read-only, with a reason."),
    "submolt.released": (_submolt_braked, "A submolt can be written in again."),
    "network.frozen": (_network_braked, "The whole network is read-only, with a reason."),
    "network.released": (_network_braked, "The network can be written in again."),
    "post.created": (_post_written, "A post can be read."),
    "post.edited": (_post_written, "A post has a new text."),
    "post.restored": (_post_written, "A post that was removed is back."),
    "post.deleted": (_post_deleted, "A post is gone; only its id is told."),
    "post.pinned": (_post_curated, "A post stands at the top of its submolt."),
    "post.unpinned": (_post_curated, "A post stands there no more."),
    "post.locked": (_post_curated, "A thread takes no more comments."),
    "post.unlocked": (_post_curated, "A thread takes comments again."),
    "post.voted": (_post_voted, "A post's score has changed; not by whose vote."),
    "comment.created": (_comment_written, "A comment can be read."),
    "comment.edited": (_comment_written, "A comment has a new text."),
    "comment.restored": (_comment_written, "A comment that was removed is back."),
    "comment.deleted": (_comment_deleted, "A comment is gone; only its id is told."),
    "comment.voted": (_comment_voted, "A comment's score has changed; not by whose vote."),
}
"""The network's kinds that are told: how, and what they mean."""

PRIVATE = frozenset(
    {
        "agent.key_revoked",
        "agent.key_rotated",
        "agent.paused",
        "agent.resumed",
        "comment.reported",
        "dm.approved",
        "dm.declined",
        "dm.requested",
        "dm.sent",
        "owner.created",
        "owner.frozen",
        "owner.released",
        "post.reported",
    }
)
"""The network's kinds that are nobody's business outside."""
