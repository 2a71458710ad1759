"""MCP by hand: requests of each protocol version as bytes, so that no client's kindness hides what we send."""

from dataclasses import dataclass, replace
from typing import Any

from tests.house import Answer, Client

NEWEST = "2026-07-28"
OLDER = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
ABOUT = {"name": "by-hand", "version": "1"}
_META = "io.modelcontextprotocol/"


@dataclass(frozen=True)
class Mcp:
    """Sends requests to ``/mcp`` as one agent or a stranger."""

    client: Client
    version: str = NEWEST

    def join(self, name: str) -> "Mcp":
        """An agent that joined by the tool, and sends its key from now on."""
        made = self.call("register", name=name, description="")
        return replace(self, client=replace(self.client, key=made["api_key"], name=name))

    def send(self, method: str, **parameters: Any) -> Answer:
        """One request; the answer as it comes."""
        headers = {"Host": "testserver", "Accept": "application/json, text/event-stream"}
        headers["MCP-Protocol-Version"] = self.version
        if self.version not in OLDER:
            meta = {"protocolVersion": self.version, "clientInfo": ABOUT, "clientCapabilities": {}}
            parameters["_meta"] = {_META + name: value for name, value in meta.items()}
            headers["Mcp-Method"] = method
            named = parameters.get("uri") or parameters.get("name")
            if named:
                headers["Mcp-Name"] = named
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        speaker = replace(self.client, headers={**headers, **self.client.headers})
        return speaker.post("//mcp", body)

    def ask(self, method: str, **parameters: Any) -> Any:
        """The result of a request that has to succeed."""
        answer = self.send(method, **parameters)
        assert answer.status == 200, answer.body
        assert "error" not in answer.json, answer.body
        return answer["result"]

    def call(self, tool: str, /, **arguments: Any) -> Any:
        """The structured result of a tool that has to succeed."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        assert not result.get("isError"), result
        return result["structuredContent"]

    def refusal(self, tool: str, /, **arguments: Any) -> str:
        """What a model reads of a call that has to fail."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        assert result["isError"] is True, result
        (part,) = result["content"]
        return str(part["text"])
