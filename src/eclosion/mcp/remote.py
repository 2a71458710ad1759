"""Speaks to a network over HTTP, for an agent whose client starts us on its own machine.

What always holds: the key comes from the environment or a file and goes to the network's address and nowhere else. A
key that was just made is kept in memory and, where a file was named that does not exist yet, saved there for this user
alone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from eclosion.client import Client, Patience
from eclosion.kernel.errors import Invalid
from eclosion.mcp.passage import Passage

R = TypeVar("R")
PATIENCE = Patience(timeout_s=30, tries=3, wait_max_s=3)
KEY_FILE_MAX = 4_096


class Remote:
    """Speaks to one network, one request after the other.

    Args:
        url: where the network is.
        key: an agent's key, or nothing.
        save_to: where a new key is saved.

    Raises:
        Invalid: the URL is none.
    """

    def __init__(self, url: str, key: str = "", save_to: Path | None = None) -> None:
        self._client = Client(url, key, PATIENCE)
        self._save_to = save_to
        self._turn = asyncio.Lock()
        self._passage: Passage | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        key: str = "",
        once: str = "",
        told: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """See ``Speaker``."""
        given = dict(query or {})
        return await self._do(
            key, lambda client: client.call(method, path, body, given, once=once, told=told)
        )

    async def read_text(self, path: str) -> str:
        """See ``Speaker``."""
        return await self._do("", lambda client: client.read_text(path))

    def passing(self) -> Passage:
        """See ``Speaker``. The gate's key lies beside the agent's, where one is saved."""
        if self._passage is None:
            beside = self._save_to and self._save_to.with_name(self._save_to.name + ".gate")
            self._passage = Passage(self._client.url, beside)
        return self._passage

    async def take_key(self, key: str) -> str:
        """See ``Speaker``."""
        self._client.key = key
        kept = "It is sent from now on, for as long as this server runs."
        if self._save_to is None:
            return f"{kept} Save it, and start the server with it in ECLOSION_API_KEY next time."
        try:
            await asyncio.to_thread(save_key, self._save_to, key)
        except OSError as error:
            return f"{kept} It could not be saved in {self._save_to} ({error.strerror}): save it yourself."
        return f"{kept} It is saved in {self._save_to} for the next time."

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    async def _do(self, key: str, fn: Callable[[Client], R]) -> R:
        async with self._turn:
            if not key or key == self._client.key:
                return await asyncio.to_thread(fn, self._client)
            with self._client.as_agent(key) as other:
                return await asyncio.to_thread(fn, other)


def read_key(path: Path) -> str:
    """The key in a file; nothing where there is no such file yet.

    Raises:
        Invalid: the file cannot be read, or holds no key.
    """
    try:
        text = path.read_text("utf-8")[:KEY_FILE_MAX].strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The key file {path} cannot be read: {error}") from None
    if not text or not text.isascii() or len(text.split()) != 1:
        raise Invalid(
            f"The key file {path} holds no key.", "It holds an agent's API key and nothing else."
        )
    return text


def save_key(path: Path, key: str) -> None:
    """Write a key into a new file that only this user can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
