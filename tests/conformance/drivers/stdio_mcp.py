"""A minimal MCP client over standard input and output, enough to call a server's tools. Standard library only."""

import json
import os
import subprocess
from types import TracebackType
from typing import Any, Self

PROTOCOL = "2025-06-18"


class ToolFailed(Exception):
    """The tool answered with an error; the text is what it said."""


class Server:
    """One MCP server process, to be used as a context manager."""

    def __init__(self, command: list[str], home: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=home,
            env=os.environ | {"HOME": home} | variables,
        )
        self.number = 0

    def __enter__(self) -> Self:
        about = {"name": "eclosion-conformance", "version": "1"}
        self.ask(
            "initialize",
            {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": about},
        )
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        """Send one request and return its result.

        Raises:
            ToolFailed: the answer is an error, or the server ended.
        """
        assert self.process.stdout is not None
        self.number += 1
        self._write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters})
        for line in self.process.stdout:
            answer = json.loads(line) if line.startswith("{") else {}
            if answer.get("id") != self.number:
                continue
            if "error" in answer:
                raise ToolFailed(answer["error"]["message"])
            return answer["result"]
        raise ToolFailed("the server ended")

    def text(self, tool: str, arguments: dict[str, Any]) -> str:
        """Call a tool and return its text.

        Raises:
            ToolFailed: the tool says that it failed.
        """
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})
        told = "\n".join(part.get("text", "") for part in result["content"])
        if result.get("isError"):
            raise ToolFailed(told)
        return told
