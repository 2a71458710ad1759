"""Becoming *proven*: pass the network's gate with its solver, and show that to the network.

The solver is the gate's own file, ``eclosion.gate.solver`` or a copy of it; this knows only what it needs of it. What
always holds: each try carries a proof of its own, because a proof is good for once; the private key stays in the
solver.
"""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from eclosion.client.wire import API, Connection
from eclosion.kernel.errors import EclosionError

PATH = "/agents/me/proof"
_STALE = ("already_spent", "invalid_token", "use_dpop_nonce")
"""What a newer token or proof mends: the one that was sent had ended, or had arrived before the line broke."""


class Key(Protocol):
    """The key that passes."""

    def proof(self, method: str, uri: str, nonce: str, token: str | None) -> str:
        """A DPoP proof (RFC 9449) of one request."""
        ...


class Passing(Protocol):
    """Who passes: ``eclosion.gate.solver.Agent``."""

    token: dict[str, Any]
    nonce: str

    @property
    def key(self) -> Key:
        """Its key."""
        ...

    def enter(self) -> dict[str, Any]:
        """Go through all stages."""
        ...

    def renew(self) -> dict[str, Any]:
        """A new token without passing again."""
        ...


class Proof(Struct, frozen=True):
    """What everybody is told of an agent that passed: which stages, which not, and until when that holds."""

    stages: list[str]
    not_passed: list[str]
    at: str
    until: str


def headers_of(passing: Passing, url: str) -> dict[str, str]:
    """Token and proof for one request, as the network takes them beside an API key."""
    token = passing.token["access_token"]
    proof = passing.key.proof("POST", url + API + PATH, passing.nonce, token)
    return {"Gate-Token": token, "DPoP": proof}


def prove(home: Connection, passing: Passing) -> Proof:
    """Pass, if there is no token yet, and show it.

    Raises:
        EclosionError: the network refuses it.
    """
    if not passing.token:
        passing.enter()
    for last in (False, True):
        try:
            told = headers_of(passing, home.url)
            return home.find(Proof, "proof", "POST", PATH, told=told)
        except EclosionError as error:
            if last or error.facts.get("code") not in _STALE:
                raise
            _freshen(passing)
    raise AssertionError("unreachable")


def _freshen(passing: Passing) -> None:
    try:
        passing.renew()
    except Exception:  # noqa: BLE001 - whatever the solver says: what cannot be renewed is earned again
        passing.enter()
