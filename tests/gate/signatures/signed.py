"""Signed requests and directories for tests: one bot, one clock, a directory that is asked in memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPSignatureKeyResolver

from eclosion.gate.errors import SignatureUnverified
from eclosion.gate.signatures import Directories, Fetched, Signer
from eclosion.gate.signatures.covered import Message
from eclosion.gate.signatures.signing import DIRECTORY_TYPE, directory_of
from eclosion.gate.solver import Key
from tests.gate.world import NOON_MS

AGENT = "https://bot.example"
URL = "https://api.example.org/gate/token?a=1"
NOON_S = NOON_MS // 1000


def bot(seed: int = 5) -> Key:
    return Key(random.Random(seed).randbytes(32))


def signer(key: Key | None = None, agent: str = AGENT, at_s: int = NOON_S, **more: Any) -> Signer:
    return Signer(key or bot(), agent, now_s=lambda: at_s, **more)


def message(headers: dict[str, str], method: str = "POST", url: str = URL) -> Message:
    return Message(method, url, tuple((name.lower(), value) for name, value in headers.items()))


class PeerKeys(HTTPSignatureKeyResolver):
    """The peer's way to ask for keys: the bot's, whatever it asks for."""

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(random.Random(5).randbytes(32))

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(bot().public)


class Web:
    """What others publish: addresses to documents. Counts what is fetched."""

    def __init__(self, **documents: Fetched | None) -> None:
        self.documents: dict[str, Fetched | None] = documents
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Fetched:
        self.asked.append(url)
        found = self.documents.get(url)
        if found is None:
            raise SignatureUnverified("It is not there.")
        return found

    def publish(self, agent: str, *keys: Key, **more: Any) -> None:
        """Put a directory of these keys at an origin."""
        body = directory_of([key.public for key in keys])
        where = f"{agent}/.well-known/http-message-signatures-directory"
        self.documents[where] = Fetched(DIRECTORY_TYPE, body, **more)

    def directories(self, now_ms: Callable[[], int] = lambda: NOON_MS, **more: Any) -> Directories:
        return Directories(self, now_ms, **more)
