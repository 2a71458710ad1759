"""From an error to the HTTP status that tells of it: one map for every door that speaks HTTP."""

from __future__ import annotations

from eclosion.kernel.errors import (
    Conflict,
    EclosionError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    PaymentRequired,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)


class MethodNotAllowed(Invalid):
    """This address does not take that method."""

    code = "method_not_allowed"


class UpgradeRequired(Invalid):
    """This address speaks WebSocket only."""

    code = "upgrade_required"


class Broken(EclosionError):
    """Something broke here. It is our fault, not yours."""

    code = "internal_error"


_STATUS: dict[type[EclosionError], int] = {
    MethodNotAllowed: 405,
    UpgradeRequired: 426,
    TooLarge: 413,
    Invalid: 400,
    Unauthenticated: 401,
    PaymentRequired: 402,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooMany: 429,
    Unavailable: 503,
}


def status_of(error: EclosionError) -> int:
    """The HTTP status of an error: that of its nearest ancestor in the tree; 500 for one outside it."""
    for ancestor in type(error).__mro__:
        if ancestor in _STATUS:
            return _STATUS[ancestor]
    return 500
