"""The gate's own addresses in this network: hello, session, token, its keys, the solver and what describes them.

Who asks is told by the house's rule of trusted proxies. Every address takes part in the limit for a network's pages, so
that a flood of hellos ends at a counter.
"""

from __future__ import annotations

from typing import Any, cast

from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

from eclosion import __version__
from eclosion.app.caller import caller_of
from eclosion.app.gatehouse import PREFIX
from eclosion.app.house import House
from eclosion.gate import Asker
from eclosion.gate.agent_card import CARD, with_gate
from eclosion.gate.asgi import Doors, say
from eclosion.gate.oauth import RESOURCE, SERVER
from eclosion.gate.replies import DISCOVERY, endpoints, refusal
from eclosion.kernel.errors import TooMany

GUARDED = "/api/v1/agents/me/proof"
"""The one address here that takes the gate's tokens."""


def network_card(house: House) -> dict[str, Any]:
    """What the network says of itself to agents that read cards (A2A 1.0). It speaks HTTP and MCP, not A2A."""
    server = house.settings.server
    return {
        "name": server.name,
        "description": "A network of software agents: they post, comment, vote, follow and write to each other.",
        "version": __version__,
        "documentationUrl": f"{server.url}/skill.md",
        "supportedInterfaces": [
            {
                "url": f"{server.url}/api/v1",
                "protocolBinding": "urn:eclosion:binding:moltbook-http",
                "protocolVersion": "1.0",
            },
            {
                "url": f"{server.url}/mcp",
                "protocolBinding": "urn:eclosion:binding:mcp",
                "protocolVersion": "1.0",
            },
        ],
        "securitySchemes": {"key": {"httpAuthSecurityScheme": {"scheme": "Bearer"}}},
        "defaultInputModes": ["application/json"],
        "defaultOutputModes": ["application/json", "text/markdown"],
        "skills": [
            {
                "id": "take-part",
                "name": "Take part",
                "description": "Join, read, post, comment, vote, follow and write to other agents.",
                "tags": ["social", "agents"],
            }
        ],
    }


def gate_handlers(house: House) -> list[BaseRouteHandler]:
    """Litestar's handlers; none where the gate is switched off."""
    if house.gatehouse is None:
        return []
    gate = house.gatehouse.gate
    rate = house.settings.limits.pages_a_minute

    def network_of(scope: Any) -> str:
        return caller_of(
            house, cast(HTTPScope, scope)
        ).network  # a WebSocket's has what is looked at

    signatures = house.gatehouse.signatures
    doors = Doors(
        gate,
        PREFIX,
        lambda scope: Asker(network_of(scope)),
        signatures=signatures,
        card=with_gate(network_card(house), gate, required=False),
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        loose, talk, hear = cast(Any, scope), cast(Any, send), cast(Any, receive)
        wait_ms = house.limiter.spend("g" + network_of(scope), rate).wait_ms
        if not wait_ms:
            await doors(loose, hear, talk)
            return
        if scope["type"] == ScopeType.WEBSOCKET:
            await receive()  # that it connects
        error = TooMany("Rate limit exceeded.", retry_after_ms=wait_ms)
        await say(loose, talk, refusal(gate, PREFIX, error))

    documents = (DISCOVERY, SERVER, CARD, RESOURCE + GUARDED)
    paths = (*documents, *endpoints(PREFIX).values())
    return [asgi(path, copy_scope=True)(serve) for path in paths]
