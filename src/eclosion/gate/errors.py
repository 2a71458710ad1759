"""What the gate refuses, one name for each fact. A door maps the tree once (``eclosion.kernel.errors``)."""

from __future__ import annotations

from eclosion.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)


class WeakSecret(Invalid):
    """The gate's secret is too short or too regular to keep anything."""

    code = "weak_secret"


class NotForBrowsers(Forbidden):
    """The gate takes no requests that carry Origin, Sec-Fetch headers or cookies."""

    code = "not_for_browsers"


class HelloRefused(Invalid):
    """The hello cannot be understood."""

    code = "hello_refused"


class ChallengeRefused(Unauthenticated):
    """This challenge was not made here, has ended, or was made for somebody or something else."""

    code = "challenge_refused"


class PriceUnpaid(Forbidden):
    """The work for this challenge was not done."""

    code = "price_unpaid"


class AlreadySpent(Conflict):
    """This was used before. Each challenge, pass and proof is good for once."""

    code = "already_spent"


class ProofSpent(AlreadySpent):
    """This proof was used before. Make a new one for each request."""


class UnsupportedGrant(Invalid):
    """The token endpoint knows no such grant."""

    code = "unsupported_grant_type"


class TargetRefused(Invalid):
    """Tokens of this gate are for its own origin."""

    code = "invalid_target"


class NothingToAuthorize(Invalid):
    """There is no page to consent on: a program passes the gate and changes its pass into a token."""

    code = "unsupported_response_type"


class FrameRefused(Invalid):
    """A frame has the wrong form, length or place."""

    code = "frame_refused"


class FrameTooLarge(FrameRefused, TooLarge):
    """A frame is longer than any that the protocol knows."""

    code = "frame_too_large"


class BurstFailed(Forbidden):
    """The burst was too slow, stalled too long, or went wrong."""

    code = "burst_failed"


class ReadingFailed(Forbidden):
    """Too few of the language rounds' answers were right, or they came too late."""

    code = "reading_failed"


class TokenRefused(Unauthenticated):
    """This token was not made here, has ended, or is for another audience."""

    code = "invalid_token"


class StagesMissing(Forbidden):
    """The token says that other stages were passed than those that are asked for here."""

    code = "insufficient_stages"


class ProofRefused(Unauthenticated):
    """The proof of the key does not fit this request."""

    code = "invalid_dpop_proof"


class NonceWanted(Unauthenticated):
    """The proof must carry the nonce that this reply brings."""

    code = "use_dpop_nonce"


class QuotaSpent(TooMany):
    """No more keys may enter from here for now."""

    code = "quota_spent"


class GateFull(Unavailable):
    """As many are at the gate as it can take at once."""

    code = "gate_full"


class StoreDown(Unavailable):
    """The gate cannot remember what was spent, so it lets nobody in."""

    code = "gate_store_down"


class NoSuchDoor(NotFound):
    """The gate has no such address, or takes other methods there."""

    code = "not_found"


class RenewalRefused(Unauthenticated):
    """The fact was withdrawn or is too old. Pass the gate again."""

    code = "renewal_refused"


class NoProbe(NotFound):
    """No probe waits for this key now."""

    code = "no_probe"


class CardRefused(Invalid):
    """This is no agent card, or not one by whom it says."""

    code = "card_refused"


class SignatureRefused(Unauthenticated):
    """The request's HTTP message signature does not hold."""

    code = "signature_refused"


class SignatureUnverified(Unavailable):
    """It cannot be found out now whose key signed this request."""

    code = "signature_unverified"


class SignatureWanted(Forbidden):
    """Requests here must bear an HTTP message signature in the Web Bot Auth profile."""

    code = "signature_wanted"
