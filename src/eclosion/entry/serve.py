"""Serving the network over HTTP until somebody asks us to stop.

What always holds: the port is ours before the database is opened, so two servers never meet in one data
directory by accident of a port; and a stop (SIGTERM, SIGINT) lets running requests finish and writes what is queued.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from eclosion.app.house import open_house
from eclosion.app.settings import Settings
from eclosion.entry.asgi import make_app
from eclosion.kernel.errors import Invalid, Unavailable

BACKLOG = 2_048
KEEP_ALIVE_S = 30
STOP_WITHIN_S = 10

_log = logging.getLogger(__name__)


class AddressTaken(Unavailable):
    """This address cannot be listened on."""

    code = "address_taken"


class _Server(uvicorn.Server):
    """Uvicorn, which tells once it is listening."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(settings: Settings, log_level: str, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: all of them; port 0 takes any free port.
        log_level: ``debug``, ``info``, ``warning`` or ``error``; the log goes to standard error.
        ready: called with the URL once requests are answered; must be quick.

    Raises:
        AddressTaken: the port is in use, or the address is not ours.
        Invalid, StoreBroken: as ``open_house``.
    """
    _start_log(log_level)
    listener = listen(settings.server.host, settings.server.port)
    try:
        server = replace(settings.server, port=listener.getsockname()[1])
        settings = replace(settings, server=server)
        if bool(server.tls_cert) != bool(server.tls_key):
            raise Invalid("HTTPS needs both a certificate and its key: --tls-cert and --tls-key.")
        house = open_house(settings)
        config = uvicorn.Config(
            make_app(house),
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # our own door decides whom to believe
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            ssl_certfile=server.tls_cert or None,
            ssl_keyfile=server.tls_key or None,
        )
        # Uvicorn raises the signal that stopped it once more when it is done: that must not end us with an error.
        before = signal.signal(signal.SIGTERM, _stopped), signal.signal(signal.SIGINT, _stopped)
        try:
            _Server(config, lambda: ready(server.url)).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGTERM, before[0])
            signal.signal(signal.SIGINT, before[1])
            house.close()
    finally:
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address.

    Raises:
        AddressTaken: it cannot.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(
            address[:2],
            family=family,
            backlog=BACKLOG,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except (OSError, OverflowError) as error:
        raise AddressTaken(
            f"Nothing can listen on {host}, port {port}: {error}.",
            "Choose another port with --port, or 0 for any free one.",
        ) from None


def _start_log(level: str) -> None:
    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLogger().level))


def _stopped(_: int, __: object) -> None:
    """Nothing: the server has stopped already."""
