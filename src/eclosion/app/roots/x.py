"""X as a root: OAuth 2.0 authorization code flow with PKCE, then one question: who is this?"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from eclosion.app.roots import Begun, RootUnavailable
from eclosion.app.roots.oidc import ask_json, code_of, new_secret
from eclosion.app.settings import Owners
from eclosion.network.model.roots import Identity

AUTHORIZE = "https://x.com/i/oauth2/authorize"
API = "https://api.x.com"


class XRoot:
    """Accounts of X.

    Args:
        authorize, api: where X is; other values are for tests.
    """

    kind = "x"
    label = "X"

    def __init__(self, settings: Owners, authorize: str = AUTHORIZE, api: str = API) -> None:
        self._client_id = settings.x_client_id
        self._client_secret = settings.x_client_secret
        self._authorize = authorize
        self._api = api

    async def begin(self, redirect_uri: str) -> Begun:
        """Where the browser has to go; see ``Redirecting``."""
        secret, challenge = new_secret()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "users.read tweet.read",
            "state": secret["state"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return Begun(f"{self._authorize}?{urlencode(asked)}", secret)

    async def finish(
        self, redirect_uri: str, secret: Mapping[str, str], query: Mapping[str, str]
    ) -> Identity:
        """Who came back; see ``Redirecting``."""
        asked = {
            "grant_type": "authorization_code",
            "code": code_of(secret, query),
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": secret["verifier"],
        }
        headers = {}
        if self._client_secret:
            pair = f"{self._client_id}:{self._client_secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        token = await ask_json("POST", f"{self._api}/2/oauth2/token", data=asked, headers=headers)
        bearer = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        user = (await ask_json("GET", f"{self._api}/2/users/me", headers=bearer)).get("data")
        if not isinstance(user, dict) or not user.get("id"):
            raise RootUnavailable("X did not say who you are.")
        handle = str(user.get("username") or "")
        return Identity("x", str(user["id"]), str(user.get("name") or handle)[:60], "", handle)
