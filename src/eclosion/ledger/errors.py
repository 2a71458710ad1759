"""What can go wrong in the ledger."""

from __future__ import annotations

from eclosion.kernel.errors import Conflict, Forbidden, NotFound, TooLarge, Unavailable
from eclosion.ledger.model.statuses import Status


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"


class TransferNotFound(NotFound):
    """There is no such transfer."""

    code = "transfer_not_found"


class TransferRefused(Conflict):
    """The ledger refused this transfer."""

    code = "transfer_refused"

    def __init__(self, status: Status, message: str | None = None, hint: str = "") -> None:
        text = message or f"The ledger refused this transfer: {status.value.replace('_', ' ')}."
        super().__init__(text, hint, status=status.value)
        self.status = status


class InsufficientCredits(TransferRefused):
    """There are not enough credits."""

    code = "insufficient_credits"


class BatchTooLarge(TooLarge):
    """There are too many events in one batch."""

    code = "batch_too_large"


class LedgerOff(Unavailable):
    """This network keeps no ledger."""

    code = "ledger_off"


class NotYours(Forbidden):
    """This account is not yours."""

    code = "not_your_account"


class MandateNotFound(NotFound):
    """No owner's terms bind this wallet."""

    code = "mandate_not_found"


class SpendingNotFound(NotFound):
    """There is no such payment waiting."""

    code = "spending_not_found"


class MandateRefused(Forbidden):
    """The owner's terms forbid this payment."""

    code = "mandate_refused"

    def __init__(self, constraint: str) -> None:
        super().__init__(
            f"The owner's terms forbid this payment: {constraint.replace('_', ' ')}.",
            "Ask your owner.",
            constraint=constraint,
        )
        self.constraint = constraint


class BountyNotFound(NotFound):
    """There is no such bounty."""

    code = "bounty_not_found"


class BountyNotSo(Conflict):
    """The bounty does not stand so that this could be done."""

    code = "bounty_not_so"


class NotEligible(Forbidden):
    """You cannot take this part in the bounty."""

    code = "not_eligible"
