"""A house that is served over a socket, for a client that knows nothing but an address."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from eclosion.app.house import House
from eclosion.entry.asgi import make_app
from tests.house import client, clock, database_url, house, net, rules, settings, store

__all__ = ["client", "clock", "database_url", "house", "net", "rules", "settings", "store"]


@pytest.fixture
def url(house: House) -> Iterator[str]:
    """The address at which the house listens."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(make_app(house), log_level="critical", lifespan="on", timeout_keep_alive=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    listening.close()
