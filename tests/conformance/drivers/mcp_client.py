"""The official Python client. Called with a mode, and a URL or `-` and a command; prints one line of JSON."""

import asyncio
import json
import os
import sys
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(mode: str, url: str, *command: str) -> dict[str, Any]:
    server: Any = url
    if url == "-":
        environment = {"ECLOSION_API_KEY": os.environ.get("ECLOSION_API_KEY", "")}
        start = StdioServerParameters(command=command[0], args=list(command[1:]), env=environment)
        server = stdio_client(start)
    async with Client(server, mode=mode) as client:
        called = await client.call_tool("search", {"kind": "submolts", "limit": 1})
        templates = await client.list_resource_templates()
        read = await client.read_resource("eclosion://feed/new")
        prompt = await client.get_prompt("heartbeat")
        return {
            "version": client.protocol_version,
            "tools": [tool.name for tool in (await client.list_tools()).tools],
            "called": called.structured_content,
            "templates": [one.uri_template for one in templates.resource_templates],
            "read": read.contents[0].text,  # type: ignore[union-attr]
            "prompt": prompt.messages[0].content.text,  # type: ignore[union-attr]
        }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))  # noqa: T201 - a driver reports on standard output
