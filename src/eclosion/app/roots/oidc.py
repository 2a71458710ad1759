"""OpenID Connect as a root: authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636).

The provider is found by discovery; its answer is believed only if the signature, issuer, audience, time and
nonce are right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from eclosion.app.roots import Begun, RootUnavailable
from eclosion.app.settings import Owners
from eclosion.kernel.clock import Clock
from eclosion.network.model.roots import Identity

TIMEOUT_S = 10
ANSWER_MAX_BYTES = 1 << 20
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY_S = 60


class OidcRoot:
    """One OpenID Connect provider."""

    kind = "oidc"

    def __init__(self, settings: Owners, clock: Clock) -> None:
        self.label = settings.oidc_name
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._clock = clock

    async def begin(self, redirect_uri: str) -> Begun:
        """Where the browser has to go; see ``Redirecting``."""
        where = str((await self._discover())["authorization_endpoint"])
        secret, challenge = new_secret()
        secret["nonce"] = secrets.token_urlsafe(24)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid profile email",
            "state": secret["state"],
            "nonce": secret["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return Begun(where + ("&" if "?" in where else "?") + urlencode(asked), secret)

    async def finish(
        self, redirect_uri: str, secret: Mapping[str, str], query: Mapping[str, str]
    ) -> Identity:
        """Who came back; see ``Redirecting``."""
        code = code_of(secret, query)
        found = await self._discover()
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": secret["verifier"],
        }
        if self._client_secret:
            asked["client_secret"] = self._client_secret
        answer = await ask_json("POST", str(found["token_endpoint"]), data=asked)
        keys = await ask_json("GET", str(found["jwks_uri"]))
        claims = self._believe(str(answer.get("id_token", "")), keys)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), secret["nonce"].encode()):
            raise RootUnavailable("The provider's answer belongs to another sign-in.")
        verified = claims.get("email_verified") is True
        return Identity(
            "oidc",
            f"{self._issuer} {claims['sub']}",
            name=str(claims.get("name") or claims.get("preferred_username") or "")[:60],
            contact=str(claims.get("email") or "") if verified else "",
        )

    async def _discover(self) -> dict[str, Any]:
        found = await ask_json("GET", self._issuer + "/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise RootUnavailable("The provider's description names another issuer.")
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= found.keys():
            raise RootUnavailable("The provider's description is not complete.")
        return found

    def _believe(self, token: str, keys: dict[str, Any]) -> dict[str, Any]:
        import jwt

        try:
            head = jwt.get_unverified_header(token)
            ring = jwt.PyJWKSet.from_dict(keys).keys
            key = next(key for key in ring if head.get("kid") in (None, key.key_id))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._client_id,
                options={
                    "require": ["exp", "iat", "sub", "iss", "aud"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, StopIteration, ValueError, TypeError):
            raise RootUnavailable("The provider's answer cannot be believed.") from None
        now_s = self._clock.now_ms() / 1000
        late = not isinstance(claims["exp"], (int, float)) or claims["exp"] + LEEWAY_S < now_s
        if late or str(claims["iss"]).rstrip("/") != self._issuer:
            raise RootUnavailable("The provider's answer is too old, or from somebody else.")
        return claims


def new_secret() -> tuple[dict[str, str], str]:
    """What to remember (state, verifier), and the challenge that PKCE sends ahead."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {"state": secrets.token_urlsafe(24), "verifier": verifier}, challenge


def code_of(secret: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The code in a provider's redirect.

    Raises:
        RootUnavailable: it is another sign-in's, or the provider refused.
    """
    state = query.get("state", "").encode()
    if not hmac.compare_digest(state, secret.get("state", " ").encode()):
        raise RootUnavailable("This sign-in was not begun in this browser. Begin again.")
    if not query.get("code"):
        raise RootUnavailable("The provider did not vouch for you.")
    return query["code"]


async def ask_json(
    method: str,
    url: str,
    *,
    data: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A JSON object from a provider, within a time and a size.

    Raises:
        RootUnavailable: it did not give one.
    """
    import httpx2

    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_S) as client:
            reply = await client.request(method, url, data=data, headers=headers)
            if reply.status_code != 200 or len(reply.content) > ANSWER_MAX_BYTES:
                raise RootUnavailable(f"The provider answered {reply.status_code}.")
            found = reply.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        raise RootUnavailable("The provider cannot be reached.") from None
    if not isinstance(found, dict):
        raise RootUnavailable("The provider's answer makes no sense.")
    return found
