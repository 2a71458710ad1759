"""The gate as OAuth knows it: an authorization server whose one grant is to have passed, and resources behind it.

Clients that only know a guarded address find their way by the standard's own signs: a 401 names the resource's metadata
(RFC 9728), that names the server, the server's metadata (RFC 8414) names the token endpoint and its grants (RFC 6749
section 4.5, extension grants; RFC 9449 for the key). It is what the Model Context Protocol asks of servers.

What always holds: there is no page on which a person could consent, no client secret, no token that works without its
key. What a metadata document says follows from the gate alone; a path that a client names is repeated only in plain
characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from eclosion.gate.errors import (
    AlreadySpent,
    ChallengeRefused,
    NonceWanted,
    NoSuchDoor,
    ProofRefused,
    ProofSpent,
    RenewalRefused,
    TargetRefused,
    UnsupportedGrant,
)
from eclosion.gate.jose import ALGORITHM, same_uri
from eclosion.kernel.errors import EclosionError, Invalid, TooMany, Unavailable

if TYPE_CHECKING:
    from eclosion.gate.gate import Gate

SERVER = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"
GRANT_PASS = "urn:eclosion:params:oauth:grant-type:gate-pass"  # noqa: S105 - the name of a kind of grant
GRANT_RENEWAL = "refresh_token"
GRANTS = {GRANT_PASS: ("pass", "pass"), GRANT_RENEWAL: ("renewal", "refresh_token")}
"""What a grant's seal was made for, and the field that it comes in."""

_PATH = re.compile(
    r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*"
)  # RFC 3986, without what a header would have to quote
_PATH_MAX = 512


def describe_server(gate: Gate, prefix: str) -> dict[str, Any]:
    """The authorization server's metadata (RFC 8414, RFC 9449 section 5.1).

    ``authorization_endpoint`` is there because clients demand it; it answers that there is nothing to authorize.
    """
    return {
        "issuer": gate.audience,
        "authorization_endpoint": f"{gate.audience}{prefix}/authorize",
        "token_endpoint": f"{gate.audience}{prefix}/token",
        "jwks_uri": f"{gate.audience}{prefix}/jwks.json",
        "scopes_supported": list(gate.stages),
        "response_types_supported": [],
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": [ALGORITHM],
        "service_documentation": f"{gate.audience}/.well-known/reverse-captcha",
    }


def describe_resource(gate: Gate, path: str) -> dict[str, Any]:
    """A protected resource's metadata (RFC 9728 section 2).

    Args:
        gate: the gate before it.
        path: the resource's, as it stands after ``RESOURCE``; nothing for the whole origin.

    Raises:
        NoSuchDoor: it is no plain path.
    """
    if not is_plain(path):
        raise NoSuchDoor
    return {
        "resource": gate.audience + path,
        "authorization_servers": [gate.audience],
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(gate.stages),
        "dpop_bound_access_tokens_required": True,
        "dpop_signing_alg_values_supported": [ALGORITHM],
    }


def metadata_of(gate: Gate, path: str) -> str:
    """Where the metadata of the resource at ``path`` is (RFC 9728 section 3.1)."""
    below = path if is_plain(path) and path != "/" else ""
    return f"{gate.audience}{RESOURCE}{below}"


def is_plain(path: str) -> bool:
    """Whether a path has only characters that can stand in a header and a URL."""
    return len(path) <= _PATH_MAX and _PATH.fullmatch(path) is not None


def read_grant(form: Mapping[str, str], audience: str) -> tuple[str, str]:
    """What a token request hands in: the seal's purpose, and the seal.

    Raises:
        Invalid: it says of no grant.
        UnsupportedGrant: there is no such grant here.
        TargetRefused: it asks for another audience's token (RFC 8707).
    """
    if "grant_type" not in form:
        raise Invalid("grant_type is missing.", f"It is {GRANT_PASS} or {GRANT_RENEWAL}.")
    kind = GRANTS.get(form["grant_type"])
    if kind is None:
        raise UnsupportedGrant(f"grant_type must be {GRANT_PASS} or {GRANT_RENEWAL}.")
    target = form.get("resource")
    if target is not None:
        try:
            is_ours = same_uri(target)[:3] == same_uri(audience)[:3]
        except ValueError:
            is_ours = False
        if not is_ours:
            raise TargetRefused
    return kind[0], form.get(kind[1], "")


def token_error(error: EclosionError) -> tuple[int, str] | None:
    """Status and code of a refusal at the token endpoint (RFC 6749 section 5.2, RFC 9449 sections 5 and 8)."""
    if isinstance(error, NonceWanted):
        return 400, "use_dpop_nonce"
    if isinstance(error, (ProofRefused, ProofSpent)):
        return 400, "invalid_dpop_proof"
    if isinstance(error, (ChallengeRefused, RenewalRefused, AlreadySpent)):
        return 400, "invalid_grant"
    if isinstance(error, TooMany):
        return 429, "slow_down"
    if isinstance(error, Unavailable):
        return 503, "temporarily_unavailable"
    return None


def resource_error(error: EclosionError) -> str:
    """The ``error`` of a refusal behind the gate (RFC 6750 section 3.1, RFC 9449 section 7.1)."""
    if isinstance(error, ProofSpent):
        return "invalid_dpop_proof"
    return "insufficient_scope" if error.code == "insufficient_stages" else error.code
