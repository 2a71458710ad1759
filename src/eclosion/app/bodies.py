"""Reading what a request brings along, within limits of size and time."""

from __future__ import annotations

import asyncio

from litestar.types import HTTPScope, Receive, ReceiveMessage

from eclosion.kernel.errors import Invalid, TooLarge


async def read_body(scope: HTTPScope, receive: Receive, most: int, within_ms: int) -> bytes:
    """The whole body, within a size in bytes and a time in milliseconds.

    Raises:
        TooLarge: it is larger, or says it will be.
        Invalid: it did not come in time, or the client went away.
    """
    claimed = next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"content-length"),
        "",
    )
    if claimed.isascii() and claimed.isdigit() and int(claimed[:12]) > most:
        raise TooLarge(f"A request body has at most {most:,} bytes.")
    message = await receive()
    if message["type"] != "http.request" or message.get("more_body"):
        try:
            async with asyncio.timeout(within_ms / 1000):
                body = await _gather(message, receive, most)
        except TimeoutError:
            raise Invalid("The request body did not arrive in time.") from None
    else:
        body = message["body"]  # nearly always: it came with the head
    if len(body) > most:
        raise TooLarge(f"A request body has at most {most:,} bytes.")
    return body


async def _gather(message: ReceiveMessage, receive: Receive, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        if message["type"] != "http.request":
            raise Invalid("The client went away.")
        chunks.append(message["body"])
        size += len(chunks[-1])
        if size > most or not message.get("more_body"):
            return b"".join(chunks)
        message = await receive()
