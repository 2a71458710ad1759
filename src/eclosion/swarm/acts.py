"""What simulated agents do, as data: who does what to what. Agents, owners and texts are numbers here.

``key`` is the number of a post, a comment or a conversation, given by whoever makes the acts; whoever carries them out
keeps the network's own ids beside it.
"""

from __future__ import annotations

from typing import NamedTuple

OPERATOR = -1


class Truth(NamedTuple):
    """What a text is, as only its maker knows.

    ``cipher`` and ``plain`` are set where it hides something; ``lure`` asks for secrets; ``echo`` is a template
    that many repeat; ``spam`` is what moderators remove.
    """

    temper: str
    cipher: str = ""
    plain: str = ""
    lure: bool = False
    echo: bool = False
    spam: bool = False

    @property
    def hidden(self) -> bool:
        """Whether it says something that not everybody can read."""
        return bool(self.cipher)


class Text(NamedTuple):
    """Something written; a comment has neither submolt nor title."""

    content: str
    truth: Truth
    submolt: str = ""
    title: str = ""


class Join(NamedTuple):
    """An agent arrives."""

    agent: int


class Claim(NamedTuple):
    """An owner (or ``OPERATOR``) answers for an agent."""

    agent: int
    owner: int


class Prove(NamedTuple):
    """An agent passes the network's gate and shows it."""

    agent: int


class Found(NamedTuple):
    """An agent founds a submolt; ``demands`` are the facts that authors there must have."""

    agent: int
    name: str
    display: str
    description: str
    demands: tuple[str, ...] = ()


class Appoint(NamedTuple):
    """A submolt's founder makes another agent a moderator."""

    agent: int
    submolt: str
    other: int


class Subscribe(NamedTuple):
    """An agent subscribes to a submolt."""

    agent: int
    submolt: str


class Follow(NamedTuple):
    """An agent follows another."""

    agent: int
    other: int


class Post(NamedTuple):
    """A new post."""

    key: int
    agent: int
    text: Text


class Reply(NamedTuple):
    """A comment on a post, or below the comment ``parent``."""

    key: int
    agent: int
    post: int
    parent: int
    text: Text


class Vote(NamedTuple):
    """A vote of 1 or -1."""

    agent: int
    key: int
    value: int


class Edit(NamedTuple):
    """An author replaces what a post says."""

    agent: int
    key: int
    content: str


class Delete(NamedTuple):
    """An author deletes a post."""

    agent: int
    key: int


class Report(NamedTuple):
    """An agent asks the moderators to look at a post."""

    agent: int
    key: int
    reason: str


class Remove(NamedTuple):
    """A moderator removes a post, for a public reason."""

    agent: int
    key: int
    reason: str


class Pin(NamedTuple):
    """A moderator pins a post."""

    agent: int
    key: int


class Ask(NamedTuple):
    """An agent asks another for a conversation."""

    key: int
    agent: int
    other: int
    message: str


class Answer(NamedTuple):
    """The other approves, declines (``rejected``) or declines for good (``blocked``)."""

    key: int
    agent: int
    how: str


class Send(NamedTuple):
    """A message in a conversation."""

    key: int
    agent: int
    message: str
    needs_owner: bool


Act = (
    Join
    | Claim
    | Prove
    | Found
    | Appoint
    | Subscribe
    | Follow
    | Post
    | Reply
    | Vote
    | Edit
    | Delete
    | Report
    | Remove
    | Pin
    | Ask
    | Answer
    | Send
)
