"""What a token says, and reading it again: who passed which stages, when, and for whom that holds.

What always holds: a token names the stages that were passed and no others; it holds for one audience and one key, for
a quarter of an hour. A renewed token says what its entry said, not more.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from eclosion.gate.errors import TokenRefused
from eclosion.gate.jose import read_token
from eclosion.gate.keys import KeyRing
from eclosion.gate.session import Evidence

_CACHE_MAX = 4_096


class Entrant(NamedTuple):
    """Who stands behind a request that the gate let through.

    Attributes:
        jkt: the thumbprint of its key (RFC 7638): the one name it has here.
        stages: what was passed: ``price``, ``burst``, perhaps ``language`` or what it is called where it shows less.
        evidence: the figures of the entry, as the token carries them.
        entered_ms: when the gate was passed.
        expires_ms: when the token ends.
        content_digest: what the proof of this request says of its body (RFC 9530); nothing if it says nothing.
    """

    jkt: str
    stages: tuple[str, ...]
    evidence: dict[str, Any]
    entered_ms: int
    expires_ms: int
    content_digest: str = ""


def describe(evidence: Evidence) -> dict[str, Any]:
    """Evidence as it goes into a token."""
    burst = evidence.burst
    told: dict[str, Any] = {
        "stages": list(evidence.stages),
        "burst": {
            "answers": burst.answers,
            "per_s": burst.per_s,
            "rtt_ms": round(burst.rtt_ms, 1),
            "lag_p99_ms": round(burst.lag_p99_ms, 1),
        },
    }
    if evidence.reading:
        reading = evidence.reading
        told["language"] = {
            **reading.remarks,
            "right": reading.right,
            "of": reading.of,
            "rounds": evidence.rounds.told(),
        }
    return told


def claims_for(
    audience: str, jkt: str, evidence: dict[str, Any], entered_ms: int, now_ms: int, token_ms: int
) -> dict[str, Any]:
    """A token's claims (RFC 9068 in form; ``cnf.jkt`` as RFC 9449 section 6)."""
    return {
        "iss": audience,
        "aud": audience,
        "sub": f"jkt:{jkt}",
        "iat": now_ms // 1000,
        "exp": (now_ms + token_ms) // 1000,
        "cnf": {"jkt": jkt},
        "scope": " ".join(evidence["stages"]),
        "gate": {**evidence, "v": 1, "entered": entered_ms // 1000},
    }


class TokenReader:
    """Reads tokens of one audience; keeps the last few thousand whose signature was checked.

    Args:
        ring: whose tokens are taken.
        audience: for whom they must be.
    """

    def __init__(self, ring: KeyRing, audience: str) -> None:
        self._ring = ring
        self._audience = audience
        self._checked: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def read(self, text: str, now_ms: int) -> Entrant:
        """Who a token lets in.

        Raises:
            TokenRefused: nobody.
        """
        claims = self._checked.get(text)
        if claims is None:
            claims = read_token(self._ring, text)
            self._checked[text] = claims
            if len(self._checked) > _CACHE_MAX:
                self._checked.popitem(last=False)
        try:
            if claims["aud"] != self._audience or claims["iss"] != self._audience:
                raise TokenRefused("This token is for another audience.")
            if not now_ms < claims["exp"] * 1000:
                raise TokenRefused("This token has ended.", "Renew it, or pass the gate again.")
            told = claims["gate"]
            return Entrant(
                claims["cnf"]["jkt"],
                tuple(told["stages"]),
                told,
                told["entered"] * 1000,
                claims["exp"] * 1000,
            )
        except (KeyError, TypeError):
            raise TokenRefused from None
