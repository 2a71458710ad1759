"""What an owner signs in with, and how much that says about there being one person behind it.

A *local* root is a code that this network made up: anybody may have many. An *email* address costs little. An account
with an OpenID Connect provider or with X, a domain, or an operator's invitation is hard to have in numbers:
only these are strong, and only owners with a strong root count as distinct.
"""

from __future__ import annotations

from typing import Final, NamedTuple

STRENGTHS: Final = {"local": 0, "email": 1, "x": 2, "oidc": 3, "domain": 4, "invitation": 5}
_STRONG_FROM: Final = STRENGTHS["x"]


class Identity(NamedTuple):
    """Somebody as a root vouches for them.

    ``kind`` is one of ``STRENGTHS``; ``subject`` is unique within the kind and never shown; ``contact`` is an e-mail
    address or nothing; ``handle`` is what the root calls them in public, or nothing.
    """

    kind: str
    subject: str
    name: str = ""
    contact: str = ""
    handle: str = ""


def is_strong(strength: str) -> bool:
    """Whether owners of this strength count as distinct."""
    return STRENGTHS.get(strength, 0) >= _STRONG_FROM


def stronger(one: str, other: str) -> str:
    """The stronger of two."""
    return max(one, other, key=lambda strength: STRENGTHS.get(strength, 0))
