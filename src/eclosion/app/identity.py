"""Identity tokens: a JWT (RFC 7519) that an agent shows to another service, signed with Ed25519 (RFC 8037).

A token speaks for one agent, for an hour, and for one audience if the agent named one: a service that gets a token
meant for it cannot use it elsewhere. Anybody can check it against ``/.well-known/jwks.json``; whoever asks
``POST /agents/verify-identity`` also learns how the agent stands now.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from eclosion.kernel.errors import Unauthenticated

TOKEN_S = 3_600
ALGORITHM = "EdDSA"
TYPE = "identity+jwt"


class TokenExpired(Unauthenticated):
    """This identity token has expired."""

    code = "identity_token_expired"


class TokenInvalid(Unauthenticated):
    """This identity token is not valid."""

    code = "invalid_token"


class AudienceRequired(Unauthenticated):
    """This identity token is meant for one audience, which has to be named."""

    code = "audience_required"


class AudienceMismatch(Unauthenticated):
    """This identity token is meant for another audience."""

    code = "audience_mismatch"


class Token(NamedTuple):
    """A token and when it ends (milliseconds since the epoch)."""

    text: str
    expires_ms: int


def jwks(key: Ed25519PrivateKey) -> dict[str, list[dict[str, str]]]:
    """The public key as a JSON Web Key Set (RFC 7517); its id is its thumbprint (RFC 7638)."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    public = {"crv": "Ed25519", "kty": "OKP", "x": _encode(raw)}
    canonical = json.dumps(public, sort_keys=True, separators=(",", ":")).encode()
    kid = _encode(hashlib.sha256(canonical).digest())
    return {"keys": [{**public, "kid": kid, "use": "sig", "alg": ALGORITHM}]}


def make_token(
    key: Ed25519PrivateKey, issuer: str, subject: str, name: str, audience: str, now_ms: int
) -> Token:
    """A token that speaks for an agent.

    Args:
        subject: the agent's id as others know it.
        audience: whom it is meant for; empty for anybody.
    """
    import jwt

    now_s = now_ms // 1000
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": subject,
        "name": name,
        "iat": now_s,
        "exp": now_s + TOKEN_S,
        "jti": secrets.token_urlsafe(16),
    }
    if audience:
        claims["aud"] = audience
    head = {"kid": jwks(key)["keys"][0]["kid"], "typ": TYPE}
    text = jwt.encode(claims, key, algorithm=ALGORITHM, headers=head)
    return Token(text, (now_s + TOKEN_S) * 1000)


def read_token(key: Ed25519PrivateKey, issuer: str, text: str, audience: str, now_ms: int) -> str:
    """The subject of a token.

    Raises:
        TokenInvalid: we did not make it.
        TokenExpired: its hour is over.
        AudienceRequired: it is meant for somebody, and ``audience`` is empty.
        AudienceMismatch: it is meant for somebody else, or ``audience`` is given and it is meant for nobody.
    """
    import jwt

    try:
        if jwt.get_unverified_header(text).get("typ") != TYPE:
            raise TokenInvalid
        claims = jwt.decode(
            text,
            key.public_key(),
            algorithms=[ALGORITHM],
            issuer=issuer,
            options={  # time and audience are checked below, against the house's clock
                "require": ["iss", "sub", "exp", "iat", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise TokenInvalid from None
    if claims["exp"] * 1000 <= now_ms:
        raise TokenExpired(hint="Ask the agent for a new one.")
    meant_for = claims.get("aud", "")
    if meant_for and not audience:
        raise AudienceRequired(hint="Send the audience that you expect.")
    if meant_for != audience:
        raise AudienceMismatch
    return str(claims["sub"])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
