"""A distant line in one process: a TCP relay that delivers late, unevenly, and as if packets were lost.

For measuring what distance does to the gate. Nothing is lost in truth, since TCP hides loss as delay: a piece that is
"lost" is held up for a retransmission, and what comes after it waits behind it, as in TCP. The model of loss: a
fast retransmit takes a round trip and three more pieces; one in a hundred is lost again and waits for the timer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

_PIECE_BYTES = 1_448
_SPACING_MS = 23
_TIMER_MS = 200


@dataclass
class Line:
    """What a relay does to what passes; may be changed while it runs.

    Attributes:
        rtt_ms: the round trip; half of it each way.
        jitter_ms: mean of what comes on top each way, exponentially distributed.
        loss: how much of all packets is lost.
    """

    rtt_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0

    def delay_ms(self, size: int, dice: random.Random) -> float:
        """How late a piece of so many bytes arrives."""
        late = self.rtt_ms / 2
        if self.jitter_ms:
            late += dice.expovariate(1 / self.jitter_ms)
        packets = -(-size // _PIECE_BYTES)
        if self.loss and dice.random() < 1 - (1 - self.loss) ** packets:
            late += self.rtt_ms + 3 * _SPACING_MS
            if dice.random() < self.loss:
                late += _TIMER_MS + self.rtt_ms
        return late


@asynccontextmanager
async def relaying(line: Line, port: int, seed: int = 1, listen: int = 0) -> AsyncIterator[int]:
    """Relay ``listen`` (by default any free port) of this machine to ``port``; gives where it listens."""
    dice = random.Random(seed)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        ends = [writer]
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
            ends.append(back)
            await asyncio.gather(
                _carry(reader, back, line, dice), _carry(there, writer, line, dice)
            )
        except (OSError, asyncio.CancelledError):
            pass  # one end is gone, or the relay is over
        finally:
            for end in ends:
                end.close()
            running.discard(task)
            for end in ends:
                with suppress(OSError):
                    await end.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", listen)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=2)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line, dice: random.Random
) -> None:
    """One direction, in order."""
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

    async def deliver() -> None:
        while True:
            at, piece = await pieces.get()
            if (wait := at - loop.time()) > 0:
                await asyncio.sleep(wait)
            if not piece:
                break
            writer.write(piece)
        with suppress(OSError):
            writer.write_eof()

    delivery, latest = asyncio.create_task(deliver()), 0.0
    try:
        piece = b"begin"
        while piece:
            try:
                piece = await reader.read(65_536)
            except OSError:
                piece = b""
            latest = max(latest, loop.time() + line.delay_ms(len(piece), dice) / 1_000)
            pieces.put_nowait((latest, piece))
        await delivery
    finally:
        delivery.cancel()
