"""The one tree of errors.

    EclosionError
    |-- Invalid          the request cannot be understood or breaks a rule of form      400
    |   `-- TooLarge     it is longer or deeper than a limit                            413
    |-- Unauthenticated  no key, or not a good one                                      401
    |-- PaymentRequired  it has a price that was not paid                               402
    |-- Forbidden        known, but not allowed                                         403
    |-- NotFound         there is no such thing, or none that the asker may know of     404
    |-- Conflict         it contradicts what is already there                           409
    |-- Gone             it was there and has ended                                     410
    |-- TooMany          a limit of rate or number is spent                             429
    `-- Unavailable      not now: the store is full, busy or frozen                     503

Parts derive errors that name the fact (``ChallengeExpired``) and give each a stable snake_case ``code``;
each door maps the tree once to its own form. The status numbers stand here only as documentation of
how HTTP does it.
"""

from __future__ import annotations

from typing import ClassVar


class EclosionError(Exception):
    """Something that the caller has to know. ``str(error)`` is a sentence meant for them.

    Args:
        message: what is wrong, in one sentence; by default the class's own docstring.
        hint: what to do about it.
        facts: further named values for the reply (small, never private).
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None, hint: str = "", **facts: object) -> None:
        super().__init__(message or (self.__doc__ or self.code).partition("\n")[0])
        self.hint = hint
        self.facts = facts


class Invalid(EclosionError):
    """The request cannot be understood."""

    code = "invalid_request"


class TooLarge(Invalid):
    """The request is larger than the limit."""

    code = "too_large"


class Unauthenticated(EclosionError):
    """A valid API key is required."""

    code = "unauthenticated"


class PaymentRequired(EclosionError):
    """This has a price."""

    code = "payment_required"


class Forbidden(EclosionError):
    """You may not do this."""

    code = "forbidden"


class NotFound(EclosionError):
    """There is no such thing."""

    code = "not_found"


class Conflict(EclosionError):
    """This contradicts what is already there."""

    code = "conflict"


class Gone(EclosionError):
    """This has ended."""

    code = "gone"


class TooMany(EclosionError):
    """A limit is spent. Wait and try again.

    Args:
        retry_after_ms: how long to wait, in milliseconds.
    """

    code = "rate_limited"

    def __init__(
        self,
        message: str | None = None,
        hint: str = "",
        *,
        retry_after_ms: int,
        **facts: object,
    ) -> None:
        super().__init__(message, hint, **facts)
        self.retry_after_ms = retry_after_ms


class Unavailable(EclosionError):
    """Not now. Nothing was changed; try again later."""

    code = "unavailable"
