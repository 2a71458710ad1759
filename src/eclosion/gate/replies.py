"""What the gate says over HTTP: its description, and refusals that a program can act on.

What always holds: a refusal is ``application/problem+json`` (RFC 9457) with a stable code; a 401 also says how to
get in, and carries the challenge of RFC 9449 with the nonce that the next proof wants.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from eclosion.gate.encoding import to_json
from eclosion.gate.errors import AlreadySpent, SignatureWanted, StagesMissing
from eclosion.gate.gate import Gate
from eclosion.gate.oauth import GRANTS, metadata_of, resource_error, token_error
from eclosion.gate.signatures.guard import ACCEPT
from eclosion.kernel.errors import (
    Conflict,
    EclosionError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)

DISCOVERY = "/.well-known/reverse-captcha"
STEPS = (
    "GET {discovery}: addresses and rules",
    "POST {hello} with your Ed25519 public key: a sealed challenge and its price",
    "pay: find a nonce whose SHA-256 and scrypt begin with as many zero bits as the price says",
    "open the WebSocket {session} with Authorization: Gate challenge~nonce~signature, and answer its frames",
    "POST {token} with the pass and a DPoP proof (RFC 9449): a token for 15 minutes",
    "send Authorization: DPoP token and a fresh proof with every request",
)
_STATUS: tuple[tuple[type[EclosionError], int], ...] = (
    (AlreadySpent, 401),  # a proof, pass or challenge of the past authenticates nobody
    (TooLarge, 413),
    (Invalid, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Gone, 410),
    (TooMany, 429),
    (Unavailable, 503),
)

_QUOTABLE = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}
"""What may stand in ``error_description`` (RFC 6750 section 3); a reason may quote what a client sent."""

Headers = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """An HTTP reply."""

    status: int
    headers: Headers
    body: bytes


def endpoints(prefix: str) -> dict[str, str]:
    """The gate's paths below the audience."""
    names = {name: name for name in ("hello", "session", "token", "authorize")}
    names |= {"jwks": "jwks.json", "solver": "solver.py"}
    return {name: f"{prefix}/{path}" for name, path in names.items()}


def good(value: object, *headers: tuple[bytes, bytes]) -> Answer:
    """A reply of JSON."""
    kind = (b"content-type", b"application/json")
    return Answer(200, [kind, (b"cache-control", b"no-store"), *headers], to_json(value))


def describe_gate(gate: Gate, prefix: str, signatures: str = "not looked at") -> dict[str, Any]:
    """The discovery document: everything that a client needs to know before it says hello."""
    policy = gate.policy
    return {
        "gate": "eclosion",
        "version": policy.version,
        "audience": gate.audience,
        "endpoints": endpoints(prefix),
        "stages": list(gate.stages),
        "language": gate.language_reason or "offered",
        "burst": {
            "answers": policy.burst_blocks * 64,
            "paced_per_s": policy.burst_per_s,
            "least_per_s": policy.burst_floor_per_s,
            "lag_ms": policy.lag_ms,
            "rtt_cap_ms": policy.rtt_cap_ms,
        },
        "rounds": policy.rounds.told(),
        "token": {"expires_in": policy.token_ms // 1000, "algs": ["EdDSA"], "dpop": True},
        "grant_types": list(GRANTS),
        "bodies": "Proofs of requests with a body carry content_digest, its Content-Digest (RFC 9530, sha-256).",
        "http_message_signatures": signatures,
        "steps": steps(prefix),
        "claims": "Software answered; where stages name language, a language model did. Nothing else is claimed.",
    }


def steps(prefix: str) -> list[str]:
    """How to get in, in sentences."""
    names = {**endpoints(prefix), "discovery": DISCOVERY}
    return [step.format(**names) for step in STEPS]


def status_of(error: EclosionError) -> int:
    """The HTTP status of an error of the tree."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def problem(error: EclosionError, status: int) -> dict[str, Any]:
    """An error as problem+json, readable as an OAuth error too (RFC 6749 section 5.2)."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": str(error),
        "status": status,
        "code": error.code,
        "error": error.code,
    }
    if error.hint:
        told["detail"] = error.hint
    if isinstance(error, TooMany):
        told["retry_after_ms"] = error.retry_after_ms
    return told


def refusal(gate: Gate, prefix: str, error: EclosionError, path: str = "") -> Answer:
    """An error as a reply.

    Args:
        gate: the gate.
        prefix: where its addresses begin.
        error: why not.
        path: what was asked for, so that the reply can name its metadata (RFC 9728 section 5.1).
    """
    status = status_of(error)
    told = problem(error, status)
    headers: Headers = [
        (b"content-type", b"application/problem+json"),
        (b"cache-control", b"no-store"),
    ]
    if status == 401:
        told["gate"] = {
            "discovery": gate.audience + DISCOVERY,
            "solver": gate.audience + endpoints(prefix)["solver"],
            "steps": steps(prefix),
        }
        headers.append((b"link", f'<{gate.audience}{DISCOVERY}>; rel="reverse-captcha"'.encode()))
    if status == 401 or isinstance(error, StagesMissing):
        headers.append((b"www-authenticate", _challenge(gate, error, path)))
    if isinstance(error, (Unauthenticated, AlreadySpent)):
        headers.append((b"dpop-nonce", gate.nonce().encode()))
    if isinstance(error, SignatureWanted):
        headers.append((b"accept-signature", ACCEPT.encode()))
    if isinstance(error, TooMany):
        headers.append((b"retry-after", b"%d" % -(-error.retry_after_ms // 1000)))
    return Answer(status, headers, to_json(told))


def token_refusal(gate: Gate, prefix: str, error: EclosionError) -> Answer:
    """An error at the token endpoint, as OAuth clients read it (RFC 6749 section 5.2)."""
    known = token_error(error)
    plain = refusal(gate, prefix, error)
    status, code = known or (plain.status, error.code)
    told = {**problem(error, status), "error": code, "error_description": _quotable(error)}
    headers = [(name, value) for name, value in plain.headers if name != b"content-type"]
    if status != 401:
        headers = [(name, value) for name, value in headers if name != b"www-authenticate"]
    headers.insert(0, (b"content-type", b"application/json"))
    return Answer(status, headers, to_json(told))


def _challenge(gate: Gate, error: EclosionError, path: str) -> bytes:
    """What the reply demands (RFC 9449 section 7.1, RFC 9728 section 5.1)."""
    parts = [
        'DPoP algs="EdDSA"',
        f'error="{resource_error(error)}"',
        f'error_description="{_quotable(error)}"',
        f'resource_metadata="{metadata_of(gate, path)}"',
    ]
    if isinstance(error, StagesMissing):
        wanted: Any = error.facts["stages"]
        parts.append(f'scope="{" ".join(wanted)}"')
    return ", ".join(parts).encode("ascii")


def _quotable(error: EclosionError) -> str:
    return "".join(one for one in str(error) if one in _QUOTABLE)
