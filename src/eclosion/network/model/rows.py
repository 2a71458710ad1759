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
