"""Passing the gate from clients of the Model Context Protocol: an ``auth`` for the official library's HTTP client.

    agent = Agent("https://api.example.org", Key.load(Path("gate.key")))
    http = httpx2.AsyncClient(auth=gate_auth("https://api.example.org/mcp", agent))
    async with Client(streamable_http_client("https://api.example.org/mcp", http_client=http)) as client: ...

It finds the gate as the protocol asks for: the server's 401 names its metadata (RFC 9728), that names the authorization
server, whose metadata (RFC 8414) must name our grant. What always holds: token and proofs go to the agent's own origin
and nowhere else; each request has a proof of its own, which covers its body. The library is imported when this is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eclosion.gate.oauth import GRANT_PASS
from eclosion.gate.solver import Agent, GateRefused

if TYPE_CHECKING:
    import httpx2

    Flow = AsyncGenerator[httpx2.Request, httpx2.Response]


def gate_auth(url: str, agent: Agent) -> httpx2.Auth:
    """Authentication for ``httpx2.AsyncClient`` that passes the gate before ``url`` when it is asked to.

    Args:
        url: of the MCP server behind the gate.
        agent: who passes; its origin must be the URL's.

    Raises:
        GateRefused: the URL is elsewhere; and within a request, whatever keeps the agent out.
    """
    import httpx2

    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}".lower() != agent.origin:
        raise GateRefused(f"The agent enters {agent.origin}, and {url} is elsewhere.")

    class GateAuth(httpx2.Auth):
        """One agent's way in. Several requests at once wait for one entry."""

        requires_request_body = True

        def __init__(self) -> None:
            self._turn = asyncio.Lock()

        async def async_auth_flow(self, request: httpx2.Request) -> Flow:
            """Sends the request with token and proof; enters or renews where the gate says that one must."""
            held = agent.token.get("access_token")
            response = yield self._proven(request)
            self._note(response)
            if response.status_code == 401 and _error(response) == "use_dpop_nonce":
                response = yield self._proven(request)
                self._note(response)
            if response.status_code != 401:
                return
            discovery = _discover(url, agent.origin, response)
            asked = await anext(discovery)
            while asked is not None:
                asked = await discovery.asend((yield asked))
            async with self._turn:
                if agent.token.get("access_token") == held:
                    await asyncio.to_thread(_enter, agent)
            response = yield self._proven(request)
            self._note(response)

        def _proven(self, request: httpx2.Request) -> httpx2.Request:
            token = agent.token.get("access_token")
            if token:
                place = str(request.url.copy_with(query=None, fragment=None))
                proof = agent.key.proof(request.method, place, agent.nonce, token, request.content)
                request.headers["authorization"] = f"DPoP {token}"
                request.headers["dpop"] = proof
            return request

        def _note(self, response: httpx2.Response) -> None:
            agent.nonce = response.headers.get("dpop-nonce") or agent.nonce

    return GateAuth()


async def _discover(
    url: str, origin: str, response: httpx2.Response
) -> AsyncGenerator[httpx2.Request | None, Any]:
    """From a 401 to the metadata of a server that knows our grant. Yields what must be fetched, and then None.

    Raises:
        GateRefused: the way leads somewhere else, or ends.
    """
    from mcp.client.auth import utils
    from mcp.shared.auth_utils import check_resource_allowed

    named = utils.extract_resource_metadata_from_www_auth(response)
    resource = None
    for place in utils.build_protected_resource_metadata_discovery_urls(named, url):
        found = yield utils.create_oauth_metadata_request(place)
        resource = await utils.handle_protected_resource_response(found)
        if resource:
            break
    if resource is None or not check_resource_allowed(url, str(resource.resource)):
        raise GateRefused("The server does not say how to be let in (RFC 9728).")
    issuer = str(resource.authorization_servers[0])
    if issuer.rstrip("/") != origin:
        raise GateRefused(f"The server sends its agents to {issuer}: enter there yourself.")
    for place in utils.build_oauth_authorization_server_metadata_discovery_urls(issuer, url):
        found = yield utils.create_oauth_metadata_request(place)
        ok, server = await utils.handle_auth_metadata_response(found)
        if server is not None:
            utils.validate_metadata_issuer(server, issuer)
            if GRANT_PASS in (server.grant_types_supported or ()):
                yield None
                return
        if not ok:
            break
    raise GateRefused("The authorization server knows no grant for passing a gate.")


def _enter(agent: Agent) -> None:
    """Renew if that goes, and otherwise enter. Blocks for some seconds."""
    if "refresh_token" in agent.token:
        try:
            agent.renew()
        except GateRefused:
            agent.token = {}
        else:
            return
    agent.enter()


def _error(response: httpx2.Response) -> str | None:
    from mcp.client.auth.utils import extract_field_from_www_auth

    return extract_field_from_www_auth(response, "error")
