"""Serving the network over HTTP until somebody asks us to stop.

What always holds: the port is ours before the database is opened, so two servers never meet in one data
directory by accident of a port; and a stop (SIGTERM, SIGINT) lets running requests finish and writes what is queued.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import socket
import ssl
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast

import uvicorn
from litestar.types import ASGIApp

from eclosion.app.house import open_house
from eclosion.app.settings import Settings
from eclosion.entry.asgi import make_app
from eclosion.entry.patience import PatientProtocol, SocketProtocol
from eclosion.entry.relay import Relayed, RelayServer
from eclosion.entry.workers import keep_running
from eclosion.kernel.errors import Invalid, Unavailable

BACKLOG = 2_048
KEEP_ALIVE_S = 30
STOP_WITHIN_S = 10
FILES_MAX = 65_536
SOCKET_MESSAGE_MAX = 4_096  # nobody has to tell us more over a WebSocket

_log = logging.getLogger(__name__)


class Part(NamedTuple):
    """One of several processes: its number, how many they are, and the writer's socket where only one writes."""

    number: int
    of: int
    socket: Path | None


class AddressTaken(Unavailable):
    """This address cannot be listened on."""

    code = "address_taken"


class _Server(uvicorn.Server):
    """Uvicorn, which tells once it is listening, and has a relay beside it where other processes only read.

    Args:
        leave: ends what would otherwise go on for ever, before the end of requests is awaited.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        leave: Callable[[], None],
        relay: RelayServer | None,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._leave = leave
        self._relay = relay

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            if self._relay:
                await self._relay.start()
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        if self._relay:
            await self._relay.stop()
        await super().shutdown(sockets)


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
    _allow_files()
    listener = listen(settings.server.host, settings.server.port)
    try:
        server = replace(settings.server, port=listener.getsockname()[1])
        settings = replace(settings, server=server)
        _check_tls(server.tls_cert, server.tls_key)
        if settings.server.workers > 1:
            serve_together(settings, listener, lambda: ready(server.url))
        else:
            serve_one(settings, listener, lambda: ready(server.url))
    finally:
        listener.close()


def serve_one(
    settings: Settings,
    listener: socket.socket,
    ready: Callable[[], None],
    part: Part | None = None,
) -> None:
    """Serve with this process until SIGTERM or SIGINT.

    Args:
        settings: all of them.
        listener: the socket to take requests from.
        ready: called once requests are answered.
        part: this process's part among several.

    Raises:
        Invalid, StoreBroken: as ``open_house``.
    """
    part = part or Part(0, 1, None)
    writable = part.number == 0 or part.socket is None
    house = open_house(settings, writable=writable, lane=part.number, lanes=part.of)
    app = cast(ASGIApp, make_app(house))
    relay = None
    if part.socket and writable:
        relay = RelayServer(app, part.socket)
    elif part.socket:
        limits = settings.limits
        app = cast(ASGIApp, Relayed(app, part.socket, limits.upload_bytes, limits.body_ms))
    config = uvicorn.Config(
        app,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=PatientProtocol,
        ws=SocketProtocol,
        ws_max_size=SOCKET_MESSAGE_MAX,
        ws_per_message_deflate=False,  # it would cost each connection a compressor of its own
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # our own door decides whom to believe
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ssl_certfile=settings.server.tls_cert or None,
        ssl_keyfile=settings.server.tls_key or None,
    )
    # Uvicorn raises the signal that stopped it once more when it is done: that must not end us with an error.
    before = signal.signal(signal.SIGTERM, _stopped), signal.signal(signal.SIGINT, _stopped)
    try:
        _Server(config, ready, house.begin_stop, relay).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
        house.close()


def serve_together(settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve with several processes that share a port; one that ends is started again.

    Args:
        settings: all of them, with the number of workers.
        listener: the socket that all take requests from.
        ready: called once the first process answers.
    """
    with tempfile.TemporaryDirectory(prefix="eclosion-") as folder:
        embedded = settings.data.url.startswith("sqlite:")
        path = Path(folder, "writer.sock") if embedded else None

        def work(number: int, tell: Callable[[], None]) -> None:
            serve_one(settings, listener, tell, Part(number, settings.server.workers, path))

        keep_running(settings.server.workers, work, ready)


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
        taken = isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES)
        raise AddressTaken(
            f"Nothing can listen on {host}, port {port}: {_reason(error)}.",
            "Choose another port with --port, or 0 for any free one."
            if taken
            else "Choose an address of this machine with --host; 0.0.0.0 is every one.",
        ) from None


def _reason(error: Exception) -> str:
    """What the system says, without the address that Python adds."""
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number and number > 0 else str(error)


def _check_tls(cert: str, key: str) -> None:
    """Refuse half a pair, and files that are not one, before anything is opened."""
    if bool(cert) != bool(key):
        raise Invalid("HTTPS needs both a certificate and its key: --tls-cert and --tls-key.")
    if cert:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
        except (OSError, ValueError) as error:
            raise Invalid(
                f"The certificate {cert} with the key {key} cannot be used: {error}",
                "Both are PEM files that this user can read; the key has no password.",
            ) from None


def _allow_files() -> None:
    """Take as many open files as the system allows: each connection is one."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _start_log(level: str) -> None:
    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLogger().level))


def _stopped(_: int, __: object) -> None:
    """Nothing: the server has stopped already."""
