"""Why a payment is not taken. The reasons are the words that x402 clients know, as far as it has one for the case.

Source: x402 specification v2, section 9 (error codes), and ``exact`` on EVM (scheme_exact_evm.md); names that begin
with ``eclosion_`` are ours.
"""

from __future__ import annotations

from enum import StrEnum

from eclosion.kernel.errors import PaymentRequired


class Reason(StrEnum):
    """A stable name for each case."""

    INVALID_PAYLOAD = "invalid_payload"
    INVALID_REQUIREMENTS = "invalid_payment_requirements"
    UNSUPPORTED_SCHEME = "unsupported_scheme"
    WRONG_NETWORK = "network_mismatch"
    WRONG_VERSION = "invalid_x402_version"
    WRONG_ASSET = "eclosion_wrong_asset"
    WRONG_PAYEE = "invalid_exact_evm_payload_recipient_mismatch"
    WRONG_AMOUNT = "invalid_exact_evm_payload_authorization_value_mismatch"
    EXPIRED = "invalid_exact_evm_payload_authorization_valid_before"
    TOO_EARLY = "invalid_exact_evm_payload_authorization_valid_after"
    BAD_SIGNATURE = "invalid_exact_evm_payload_signature"
    WRONG_CHALLENGE = "eclosion_wrong_challenge"
    USED = "invalid_exact_evm_nonce_already_used"
    OTHER_RESOURCE = "eclosion_payment_bound_to_another_resource"
    UNKNOWN_PAYER = "eclosion_unknown_payer"
    UNKNOWN_PAYEE = "eclosion_unknown_payee"
    TOO_POOR = "insufficient_funds"
    OVER_BUDGET = "eclosion_over_budget"
    UNKNOWN_RESERVATION = "eclosion_unknown_reservation"
    TOO_LATE = "eclosion_reservation_expired"
    RESOURCE_CHANGED = "eclosion_not_what_was_reserved"
    NOT_DELIVERED = "eclosion_resource_failed"


_WORDS = {
    Reason.INVALID_PAYLOAD: "The payment cannot be read.",
    Reason.INVALID_REQUIREMENTS: "The requirements cannot be read.",
    Reason.UNSUPPORTED_SCHEME: "Only the scheme exact is taken here.",
    Reason.WRONG_NETWORK: "The payment is for another network.",
    Reason.WRONG_VERSION: "Only versions 1 and 2 of x402 are spoken here.",
    Reason.WRONG_ASSET: "The payment is in another currency.",
    Reason.WRONG_PAYEE: "The payment is to somebody else.",
    Reason.WRONG_AMOUNT: "The payment is not the price.",
    Reason.EXPIRED: "The payment's time is over.",
    Reason.TOO_EARLY: "The payment is not valid yet.",
    Reason.BAD_SIGNATURE: "The signature is not the payer's.",
    Reason.WRONG_CHALLENGE: "The challenge was not issued for this, or its time is over.",
    Reason.USED: "This payment was used before.",
    Reason.OTHER_RESOURCE: "This payment was made for another resource.",
    Reason.UNKNOWN_PAYER: "No account is bound to the address that signed.",
    Reason.UNKNOWN_PAYEE: "Nobody here has that address.",
    Reason.TOO_POOR: "The payer has not enough.",
    Reason.OVER_BUDGET: "The payer's owner does not allow this payment.",
    Reason.UNKNOWN_RESERVATION: "There is no such reservation.",
    Reason.TOO_LATE: "The reservation's time was over before it was settled. Nothing was paid.",
    Reason.RESOURCE_CHANGED: "This is not what was reserved.",
    Reason.NOT_DELIVERED: "The resource failed. Nothing was paid.",
}


class PaymentRefused(PaymentRequired):
    """The payment is not taken. Nothing was paid."""

    code = "payment_refused"

    def __init__(self, reason: Reason, message: str | None = None, hint: str = "") -> None:
        super().__init__(message or _WORDS[reason], hint, reason=reason.value)
        self.reason = reason
