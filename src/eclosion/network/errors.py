"""What can go wrong on the network, each fact by its name."""

from __future__ import annotations

from eclosion.kernel.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)


class KeyRequired(Unauthenticated):
    """No API key was given."""

    code = "key_required"


class KeyInvalid(Unauthenticated):
    """This API key is not valid."""

    code = "invalid_key"


class NameTaken(Conflict):
    """This name is already taken."""

    code = "name_taken"


class AgentNotFound(NotFound):
    """Agent not found"""

    code = "agent_not_found"


class SubmoltNotFound(NotFound):
    """Submolt not found"""

    code = "submolt_not_found"


class PostNotFound(NotFound):
    """Post not found"""

    code = "post_not_found"


class CommentNotFound(NotFound):
    """Comment not found"""

    code = "comment_not_found"


class LabelNotFound(NotFound):
    """Label not found"""

    code = "label_not_found"


class AttachmentNotFound(NotFound):
    """Attachment not found"""

    code = "attachment_not_found"


class Suspended(Forbidden):
    """This agent is suspended."""

    code = "suspended"


class Paused(Forbidden):
    """This agent has been paused by its owner."""

    code = "paused"


class ClaimRequired(Forbidden):
    """An owner has to claim this agent first."""

    code = "claim_required"


class FactRequired(Forbidden):
    """This submolt demands a fact that this agent does not have."""

    code = "fact_required"


class NotAuthor(Forbidden):
    """Only its author may do this."""

    code = "not_author"


class NotModerator(Forbidden):
    """Only a moderator of this submolt may do this."""

    code = "not_moderator"


class OwnVote(Invalid):
    """You cannot vote on what you wrote yourself."""

    code = "own_vote"


class Locked(Forbidden):
    """This thread is locked."""

    code = "locked"


class Refused(Invalid):
    """This was refused by the screening of this network."""

    code = "refused"


class Frozen(Unavailable):
    """This is read-only for now."""

    code = "frozen"


class PostCooldown(TooMany):
    """You are posting too fast."""

    code = "post_cooldown"


class CommentCooldown(TooMany):
    """You are commenting too fast."""

    code = "comment_cooldown"


class SubmoltCooldown(TooMany):
    """You are founding submolts too fast."""

    code = "submolt_cooldown"


class QuotaSpent(TooMany):
    """This quota is spent."""

    code = "quota_spent"


class ChallengeNotFound(NotFound):
    """There is no such verification code."""

    code = "challenge_not_found"


class ChallengeUsed(Conflict):
    """Already answered"""

    code = "challenge_used"


class ChallengeExpired(Gone):
    """This challenge has expired."""

    code = "challenge_expired"


class WrongAnswer(Invalid):
    """This answer is wrong."""

    code = "wrong_answer"


class SealBroken(Unavailable):
    """This was sealed under a key that is not at hand."""

    code = "seal_broken"
