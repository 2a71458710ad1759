"""MCP over standard input and output, for a client that starts us on an agent's own machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from eclosion.mcp.remote import Remote, read_key

KEY_VARIABLE = "ECLOSION_API_KEY"


def serve_stdio(url: str, key_file: Path | None, environ: Mapping[str, str] = os.environ) -> None:
    """Serve one client until it closes our input. Standard output belongs to the protocol.

    Args:
        url: where the network is.
        key_file: a file that holds the agent's key; a newly registered agent's is saved there.
        environ: where ``ECLOSION_API_KEY`` may stand; it comes before the file.

    Raises:
        Invalid: the URL is none, or the key file cannot be used.
    """
    key = environ.get(KEY_VARIABLE, "").strip() or (read_key(key_file) if key_file else "")
    speaker = Remote(url, key, key_file)

    import anyio

    from eclosion.mcp.server import Server

    try:
        anyio.run(Server("Eclosion", lambda _: speaker).run_stdio_async)
    finally:
        speaker.close()
