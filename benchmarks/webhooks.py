"""How quickly events are queued and sent as webhooks, to receivers on this machine that answer at once.

    python -m benchmarks.webhooks            # one webhook and a thousand events; then fifty and a hundred

Queueing, signing, sending and both writes of every attempt are in the figures, on the embedded engine; TLS is not.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from typing import cast

import uvloop

from eclosion.app.delivering.keeping import Keeper, subscribe
from eclosion.app.delivering.queueing import WebhookQueue
from eclosion.app.delivering.sender import Sender
from eclosion.app.house import House, open_house
from eclosion.app.settings import Data, Settings
from eclosion.app.telling import Filter
from eclosion.webhooks.model import Rules
from tests.feeds import found, publish
from tests.house import RELAXED, join

LOCAL = ["127.0.0.1/32"]


class Receiver(asyncio.Protocol):
    """Answers whatever comes."""

    wanted = 0
    done = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        Receiver.wanted -= 1
        if not Receiver.wanted:
            Receiver.done.set()
        self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


async def measure(house: House, webhooks: int, events: int) -> str:
    found(house, "general")
    ada = join(house.store, house.network, "ada")
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    keeper, wanted = Keeper(agent=ada), Filter.parse("post.*")
    for _ in range(webhooks):
        house.store.write_now(lambda unit: subscribe(house, unit, keeper, "", url, wanted))
    for number in range(events):
        publish(house, "ada", "general", f"Post {number}")
    total = Receiver.wanted = webhooks * events
    Receiver.done = asyncio.Event()
    started = time.perf_counter()
    queue = WebhookQueue(house)
    while await queue.step():
        pass
    queued_s = time.perf_counter() - started
    started, used_s = time.perf_counter(), time.process_time()
    sender = Sender(house)
    sender.start()
    await Receiver.done.wait()
    sent_s, used_s = time.perf_counter() - started, time.process_time() - used_s
    await sender.stop()
    server.close()
    return (
        f"{webhooks} webhooks, {events} events: queued {total / queued_s:,.0f}/s, "
        f"sent {total / sent_s:,.0f}/s, {used_s / total * 1000:.2f} ms of CPU each"
    )


def main() -> None:
    for webhooks, events in ((1, 1_000), (50, 100)):
        with tempfile.TemporaryDirectory() as folder:
            rules = Rules(
                allow_http=True, allow_private=LOCAL, per_agent=webhooks, queue_most=events
            )
            data = Data(dir=f"{folder}/data", key_file=f"{folder}/keys")
            house = open_house(Settings(data=data, network=RELAXED, webhooks=rules))
            try:
                print(uvloop.run(measure(house, webhooks, events)))
            finally:
                house.close()


if __name__ == "__main__":
    main()
