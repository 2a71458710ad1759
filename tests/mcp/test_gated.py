"""An MCP server behind a gate: the official client finds its way in by OAuth's own signs and stays in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider, OAuthFlowError, OAuthRegistrationError
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthClientMetadata

from eclosion.gate import Gate
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.mcp import gate_auth
from eclosion.gate.solver import Agent, GateRefused
from tests.gate.serving import gate_for, running


def gated(gates: list[Gate]) -> Any:
    """What makes an MCP server with one tool, behind a gate."""

    def make(origin: str) -> Any:
        server = MCPServer("behind", log_level="CRITICAL")

        @server.tool()
        def double(number: int) -> int:
            """Twice a number."""
            return 2 * number

        gates.append(gate_for(origin))
        app = server.streamable_http_app(json_response=True, stateless_http=True)
        return GateMiddleware(app, gates[0])

    return make


async def call(origin: str, auth: Any) -> tuple[list[str], str]:
    async with (
        httpx2.AsyncClient(auth=auth, timeout=30) as http,
        Client(streamable_http_client(f"{origin}/mcp", http_client=http)) as client,
    ):
        tools = await client.list_tools()
        done = await client.call_tool("double", {"number": 21})
        return [one.name for one in tools.tools], done.content[0].text  # type: ignore[union-attr]


def test_the_official_client_passes_and_calls() -> None:
    gates: list[Gate] = []
    with running(gated(gates), lifespan="on") as origin:
        agent = Agent(origin)
        assert asyncio.run(call(origin, gate_auth(f"{origin}/mcp", agent))) == (["double"], "42")
        first = agent.token["access_token"]
        assert asyncio.run(call(origin, gate_auth(f"{origin}/mcp", agent)))[1] == "42"
        assert agent.token["access_token"] == first, "one entry is enough"
        agent.token["access_token"] = "lost"
        assert asyncio.run(call(origin, gate_auth(f"{origin}/mcp", agent)))[1] == "42"
        assert agent.token["access_token"] not in {"lost", first}, "it was renewed"
        agent.token = {"access_token": "lost", "refresh_token": "lost"}
        assert asyncio.run(call(origin, gate_auth(f"{origin}/mcp", agent)))[1] == "42"


def test_the_librarys_own_flow_reads_our_metadata_and_finds_no_page_to_consent_on() -> None:
    """It asks for a person and a registration; here there are neither, and it says so instead of hanging."""

    class Nothing:
        async def get_tokens(self) -> None: ...
        async def set_tokens(self, _: Any) -> None: ...
        async def get_client_info(self) -> None: ...
        async def set_client_info(self, _: Any) -> None: ...

    gates: list[Gate] = []
    with running(gated(gates), lifespan="on") as origin:
        wants = OAuthClientMetadata(redirect_uris=["http://127.0.0.1/back"])  # type: ignore[list-item]
        provider = OAuthClientProvider(f"{origin}/mcp", wants, Nothing())

        async def ask() -> None:
            async with httpx2.AsyncClient(auth=provider) as http:
                await http.post(f"{origin}/mcp", json={})

        with pytest.raises((OAuthFlowError, OAuthRegistrationError), match="Registration failed"):
            asyncio.run(ask())
        found = provider.context
        assert str(found.auth_server_url) == origin
        assert found.oauth_metadata is not None
        assert str(found.oauth_metadata.token_endpoint) == f"{origin}/gate/token"


def test_the_way_in_leads_nowhere_else() -> None:
    """Neither a server at another origin nor one that names another authorization server gets our proof."""
    agent = Agent("https://api.example.org")
    with pytest.raises(GateRefused, match="elsewhere"):
        gate_auth("https://evil.example/mcp", agent)
    seen: list[tuple[str, str]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append((str(request.url), request.headers.get("authorization", "")))
        if request.url.path.startswith("/.well-known/oauth-protected-resource"):
            told = {"resource": "https://api.example.org/mcp"}
            servers = {"authorization_servers": ["https://evil.example"]}
            return httpx2.Response(200, content=json.dumps(told | servers))
        return httpx2.Response(401)

    async def ask() -> None:
        auth = gate_auth("https://api.example.org/mcp", agent)
        transport = httpx2.MockTransport(answer)
        async with httpx2.AsyncClient(auth=auth, transport=transport) as http:
            await http.post("https://api.example.org/mcp", json={})

    with pytest.raises(GateRefused, match=r"evil\.example"):
        asyncio.run(ask())
    assert all(url.startswith("https://api.example.org/") for url, _ in seen)
    assert not any(authorization for _, authorization in seen)
