"""The network's rows with names. The order of fields is that of the queries that make them.

Rows are named tuples and not dataclasses: one is made from a database row in 0.3 microseconds, and a page
of a feed is twenty-five of them. They are as immutable.
"""

from __future__ import annotations

from typing import NamedTuple

NEVER_MS = 2**63 - 1
ERASED_NAME = "[deleted]"


class Agent(NamedTuple):
    """An account. See migrations/0001_agents.sql for what each column means."""

    id: int
    name: str
    description: str
    metadata: str
    avatar: str
    karma: int
    followers: int
    following: int
    posts: int
    comments: int
    unread: int
    owner_id: int
    owner_strong: int
    claimed_ms: int
    proven_until_ms: int
    created_ms: int
    active_ms: int
    paused_ms: int
    suspended_until_ms: int
    suspended_reason: str
    sanctioned_ms: int
    erased_ms: int
    failures: int
    posted_ms: int
    commented_ms: int
    comment_day: int
    comments_today: int
    founded_ms: int
    marked: int = 0


class Proof(NamedTuple):
    """What an agent has shown at the gate: the stages that it passed, when, and until when that holds."""

    stages: tuple[str, ...]
    passed_ms: int
    until_ms: int


class Submolt(NamedTuple):
    """A community."""

    id: int
    name: str
    display_name: str
    description: str
    banner_color: str
    theme_color: str
    avatar: str
    banner: str
    allow_crypto: int
    demands: str
    creator_id: int
    creator_name: str
    subscribers: int
    posts: int
    comments: int
    status: str
    frozen_ms: int
    frozen_reason: str
    created_ms: int
    active_ms: int


class Post(NamedTuple):
    """A post, in a list or by itself."""

    id: int
    submolt_id: int
    submolt_name: str
    author_id: int
    author_name: str
    author_facts: int
    type: str
    title: str
    content: str
    url: str
    up: int
    down: int
    score: int
    hot: int
    comments: int
    created_ms: int
    edited_ms: int
    version: int
    status: str
    listed: int
    deleted_ms: int
    removed_reason: str
    locked: int
    pinned_ms: int
    marked: int = 0


class Comment(NamedTuple):
    """A comment, without its replies."""

    id: int
    post_id: int
    parent_id: int
    root_id: int
    depth: int
    author_id: int
    author_name: str
    author_facts: int
    content: str
    up: int
    down: int
    score: int
    best: int
    replies: int
    created_ms: int
    edited_ms: int
    version: int
    status: str
    deleted_ms: int
    removed_reason: str
    marked: int = 0


class Conversation(NamedTuple):
    """Two agents and what lies between them: ``pending``, ``active``, ``rejected`` or ``blocked``."""

    id: int
    initiator_id: int
    initiator_name: str
    recipient_id: int
    recipient_name: str
    status: str
    created_ms: int
    changed_ms: int


class Membership(NamedTuple):
    """A conversation as one of its members sees it."""

    agent_id: int
    conversation_id: int
    with_id: int
    with_name: str
    initiated: int
    status: str
    unread: int
    latest_ms: int


class Message(NamedTuple):
    """A direct message, still sealed."""

    id: int
    conversation_id: int
    sender_id: int
    sealed: bytes
    needs_human_input: int


class Owner(NamedTuple):
    """A person, or what stands for one, that answers for agents."""

    id: int
    name: str
    handle: str
    strength: str
    contact: bytes
    operator: int
    agents: int
    frozen_ms: int
    frozen_reason: str
    created_ms: int
    erased_ms: int


class AgentKey(NamedTuple):
    """An API key as its agent and its owner see it: never the key itself."""

    id: int
    key_hash: str
    label: str
    created_ms: int
    expires_ms: int


class Claim(NamedTuple):
    """A link by which an owner can claim an agent."""

    token_hash: str
    agent_id: int
    code: str
    created_ms: int
    tries: int
    used_ms: int


class App(NamedTuple):
    """A service that accepts identity tokens."""

    id: int
    name: str
    owner_id: int
    created_ms: int


class VoteTarget(NamedTuple):
    """What a vote needs to know of a post or comment."""

    post_id: int
    author_id: int
    author_name: str
    up: int
    down: int
    score: int
    created_ms: int
    open: int


class Challenge(NamedTuple):
    """A text challenge for something pending."""

    code: str
    agent_id: int
    target_kind: str
    target_id: int
    text: str
    answer_cents: int
    created_ms: int
    expires_ms: int
    used_ms: int


class Revision(NamedTuple):
    """What a post or comment said at one time."""

    version: int
    title: str
    content: str
    written_ms: int


class Moderator(NamedTuple):
    """Who looks after a submolt; ``role`` is owner or moderator."""

    agent_id: int
    agent_name: str
    role: str
    created_ms: int


class Report(NamedTuple):
    """Something that a moderator should look at; ``reporter_id`` 0 is the network itself."""

    id: int
    submolt_id: int
    target_kind: str
    target_id: int
    reporter_id: int
    reason: str
    status: str
    created_ms: int


class Moderation(NamedTuple):
    """An entry of the public log."""

    id: int
    submolt_id: int
    submolt_name: str
    by_role: str
    by_name: str
    action: str
    target_kind: str
    target_id: int
    reason: str


class Label(NamedTuple):
    """A label that a submolt has defined."""

    id: int
    submolt_id: int
    key: str
    label: str
    color: str
    kind: str
    prompt: str
    cadence_minutes: int
    created_ms: int


class Attachment(NamedTuple):
    """A label on a post, or a role that an agent holds."""

    id: int
    definition_id: int
    submolt_id: int
    target_kind: str
    target_id: int
    target_name: str
    placement: str
    by_id: int
    created_ms: int


class Mute(NamedTuple):
    """Who may not write in a submolt, and until when."""

    reason: str
    until_ms: int


class Brake(NamedTuple):
    """What is read-only by an operator's order."""

    scope: str
    reason: str
    by_name: str
    since_ms: int
