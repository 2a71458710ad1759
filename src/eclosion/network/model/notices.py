"""Notifications: what they are made of, and who is mentioned in a text."""

from __future__ import annotations

import re
from typing import NamedTuple

MENTIONS_MAX = 10
_MENTION = re.compile(r"(?<![\w@/.-])@([A-Za-z0-9_-]{2,32})(?![\w@-])")


class Notification(NamedTuple):
    """Something that happened to an agent: who did it, and about which post and comment (0 for none).

    ``type`` is post_comment, comment_reply, mention, dm_request, post_upvote or new_follower.
    """

    id: int
    agent_id: int
    type: str
    actor_id: int
    actor_name: str
    post_id: int
    comment_id: int
    read_ms: int


def mentions(text: str) -> list[str]:
    """The names that a text mentions as ``@name``, each once, ``MENTIONS_MAX`` at most."""
    found: dict[str, str] = {}
    for match in _MENTION.finditer(text):
        found.setdefault(match[1].lower(), match[1])
        if len(found) == MENTIONS_MAX:
            break
    return list(found.values())
