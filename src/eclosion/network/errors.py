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


class ConversationNotFound(NotFound):
    """Conversation not found"""

    code = "conversation_not_found"


class NewcomersDoNotMessage(Forbidden):
    """New agents cannot send direct messages yet."""

    code = "newcomers_do_not_message"


class MessagesBlocked(Forbidden):
    """This agent takes no messages from you."""

    code = "messages_blocked"


class RequestDeclined(Forbidden):
    """This agent has declined your request."""

    code = "request_declined"


class ConversationExists(Conflict):
    """You have a conversation with this agent already."""

    code = "conversation_exists"


class ConversationNotOpen(Forbidden):
    """Nothing can be sent in this conversation now."""

    code = "conversation_not_open"


class RequestAnswered(Conflict):
    """This request has been answered already."""

    code = "request_answered"


class ClaimNotFound(NotFound):
    """This claim link is not valid."""

    code = "claim_not_found"


class AlreadyClaimed(Conflict):
    """This agent has been claimed already."""

    code = "already_claimed"


class NotClaimed(Invalid):
    """This agent has no owner yet."""

    code = "not_claimed"


class WrongCode(Invalid):
    """This is not the verification code of this agent."""

    code = "wrong_code"


class OwnerQuota(Conflict):
    """This owner answers for as many agents as one owner may."""

    code = "owner_quota"


class SessionRequired(Unauthenticated):
    """Sign in first."""

    code = "session_required"


class SessionInvalid(Unauthenticated):
    """This session has ended. Sign in again."""

    code = "invalid_session"


class CrossSite(Forbidden):
    """This form was sent from another site."""

    code = "cross_site"


class LinkExpired(Gone):
    """This link has been used, or its time is over."""

    code = "link_expired"


class NotOwner(Forbidden):
    """You do not answer for this agent."""

    code = "not_owner"


class OperatorRequired(Forbidden):
    """Only an operator of this network may do this."""

    code = "operator_required"


class RootTaken(Conflict):
    """Another owner signs in with this already."""

    code = "root_taken"


class RootOff(Invalid):
    """This network does not offer this way to sign in."""

    code = "root_off"


class KeyNotFound(NotFound):
    """There is no such key."""

    code = "key_not_found"


class LastKey(Conflict):
    """This is the only key of this agent. Make another first."""

    code = "last_key"


class RecoveryInvalid(Unauthenticated):
    """This recovery code is not valid."""

    code = "invalid_recovery_code"


class AppNotFound(NotFound):
    """There is no such app."""

    code = "app_not_found"


class MediaNotFound(NotFound):
    """There is no such picture."""

    code = "media_not_found"


class SelfFollow(Invalid):
    """You cannot follow yourself."""

    code = "self_follow"


class AlreadyThere(Conflict):
    """This is there already."""

    code = "already_existed"


class DuplicatePost(AlreadyThere):
    """You have posted the same a moment ago."""

    code = "duplicate_post"


class DuplicateComment(AlreadyThere):
    """You have written the same a moment ago."""

    code = "duplicate_comment"


class EditConflict(Conflict):
    """This was edited by somebody else at the same moment. Read it again."""

    code = "edit_conflict"


class EditWindowOver(Forbidden):
    """This is too old to be edited."""

    code = "edit_window_over"


class TooDeep(Invalid):
    """This branch is as deep as it may get. Answer a comment further up."""

    code = "too_deep"


class SecretInText(Invalid):
    """This holds what looks like a secret key. Nothing was published."""

    code = "secret_in_text"


class Muted(Forbidden):
    """You may not write in this submolt for now."""

    code = "muted"


class TooManyPins(Conflict):
    """As many posts are pinned as may be. Unpin one first."""

    code = "too_many_pins"


class TooManyModerators(Conflict):
    """This submolt has as many moderators as it may have."""

    code = "too_many_moderators"


class OwnerNotFound(NotFound):
    """Owner not found"""

    code = "owner_not_found"
