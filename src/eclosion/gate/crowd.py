"""Many sessions open at once, from one process: what a gate costs while a thousand agents read.

Each agent of the crowd goes all the way: hello, price, burst, rounds that it thinks about for as long as it is told,
pass, token. The crowd speaks WebSocket over asyncio itself, so that the machine's other core has time for a thousand of
them; its answers are the reference solver's (``Player``).

The gate that it comes to has texts in which the right choice says that it is right: what is measured is time.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from eclosion.gate.language.model import CHOICES, Item
from eclosion.gate.policy import SINGLE
from eclosion.gate.solver import GateRefused, Key, Player, pay, to_json, to_text

CROWD_ROUNDS = SINGLE._replace(each_ms=60_000)
"""As usual, but with more time for an item: where fewer come a second, as many are open only if each stays longer."""

_RIGHT = "This is the right one of the four sentences that are offered here"
_WORDS = "the miller found a lantern near the harbour and kept it because of the rain " * 5


class PlainTexts:
    """A supply for measuring: items as large as usual, whose answers can be seen. Insecure, and marked so."""

    name, insecure = "crowd", True

    def __init__(self) -> None:
        self._numbers = count()

    def check(self) -> None:
        """It is as fit as it need be."""

    def take(self, count: int) -> list[Item]:
        """Items; the right choice says so."""
        return [self._make(next(self._numbers)) for _ in range(count)]

    def _make(self, number: int) -> Item:
        truth = number % CHOICES
        choices = [
            f"{at}: some other sentence that is about as long as the right one."
            for at in range(CHOICES)
        ]
        choices[truth] = f"{_RIGHT}, {number}."
        return Item(str(number), _WORDS, _WORDS, tuple(choices), truth)


class Pass(NamedTuple):
    """How it went for one of the crowd.

    Attributes:
        passed: whether there was a token.
        why: or why not.
        hello_s, token_s: how long those took.
        came_s, opened_s, ended_s: on the machine's monotonic clock: the hello, the session's beginning and its end.
    """

    passed: bool
    why: str
    hello_s: float
    token_s: float
    came_s: float
    opened_s: float
    ended_s: float


async def come(origin: str, total: int, per_s: float, thought_s: float) -> list[Pass]:
    """So many agents, one after the other at a steady rate, each thinking so long about a round."""
    began, coming = time.monotonic(), []
    for number in range(total):
        wait_s = began + number / per_s - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        coming.append(asyncio.create_task(_pass(origin, thought_s)))
    return list(await asyncio.gather(*coming))


async def _pass(origin: str, thought_s: float) -> Pass:
    key, hello_s, token_s, why = Key(secrets.token_bytes(32)), 0.0, 0.0, ""
    came_s = opened_s = ended_s = time.monotonic()
    try:
        hello = await _post(origin, "/gate/hello", to_json({"jwk": key.jwk, "for": "entry"}), {})
        hello_s = time.monotonic() - came_s
        challenge, nonce = hello["challenge"], pay(hello["challenge"], hello["price"])
        message = f"eclosion-gate entry\n{origin}\n{challenge}\n{nonce}".encode()
        entry = f"Gate {challenge}~{nonce}~{to_text(key.sign(message))}"
        opened_s = time.monotonic()
        try:
            end = await _play(origin, entry, thought_s)
        finally:
            ended_s = time.monotonic()
        await _exchange(origin, key, end)
        token_s = time.monotonic() - ended_s
    except (GateRefused, OSError, EOFError, ValueError, KeyError) as error:
        why = str(error) or type(error).__name__
    return Pass(not why, why, hello_s, token_s, came_s, opened_s, ended_s)


async def _play(origin: str, entry: str, thought_s: float) -> dict[str, Any]:
    """The session: frames at once, rounds after some thought."""
    reader, writer = await _open(origin, entry)
    player, thinking = Player(), set[asyncio.Task[None]]()

    async def think(number: int, shown: dict[str, Any]) -> None:
        await asyncio.sleep(thought_s)
        writer.write(_frame(player.reply(number, bytes(_read(shown)))))

    try:
        while player.end is None:
            answer = player.on(await _message(reader, writer))
            if answer:
                writer.write(_frame(answer))
            if player.round is not None:
                task = asyncio.create_task(think(*player.round))
                thinking.add(task)
                task.add_done_callback(thinking.discard)
                player.round = None
    finally:
        for task in thinking:
            task.cancel()
        writer.close()
    return player.end


def _read(shown: dict[str, Any]) -> Iterator[int]:
    for item in shown["items"]:
        yield next(at for at, choice in enumerate(item["choices"]) if choice.startswith(_RIGHT))


async def _open(origin: str, entry: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(origin)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    writer.write(
        f"GET /gate/session HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Authorization: {entry}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in head.split(b"\r\n", 1)[0]:
        writer.close()
        raise GateRefused(head.split(b"\r\n", 1)[0].decode("latin-1"))
    return reader, writer


def _frame(data: bytes, opcode: int = 2) -> bytes:
    """A masked message (RFC 6455); the mask is zero, which is allowed and quick."""
    size = len(data)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + bytes(4) + data


async def _message(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The next message of the gate. The protocol's own pings are answered."""
    while True:
        head = await reader.readexactly(2)
        size = head[1]
        if size > 125:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
        data = await reader.readexactly(size)
        if head[0] & 15 == 2:
            return data
        if head[0] & 15 == 9:
            writer.write(_frame(data, 10))
        if head[0] & 15 == 8:
            raise GateRefused(data[2:].decode("utf-8", "replace") or "The gate hung up.")


async def _exchange(origin: str, key: Key, end: dict[str, Any]) -> None:
    form = urlencode({"grant_type": end["grant_type"], "pass": end["pass"]}).encode()
    nonce = ""
    for _ in range(2):  # the first proof learns the gate's nonce
        proof = key.proof("POST", f"{origin}/gate/token", nonce, None)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": proof}
        found = await _post(origin, "/gate/token", form, headers)
        if "access_token" in found:
            return
        nonce = found["nonce"]
    raise GateRefused("There was no token.")


async def _post(origin: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """A reply's JSON; with ``nonce`` where the gate named one."""
    place = urlsplit(origin)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        lines = [f"POST {path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        head, _, text = (await reader.read(1 << 20)).partition(b"\r\n\r\n")
        while more := await reader.read(1 << 20):
            text += more
    finally:
        writer.close()
    found: dict[str, Any] = json.loads(text)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name.lower() == b"dpop-nonce":
            found["nonce"] = value.decode()
    return found
