"""Ports for servers that are told theirs on the command line, and that come back at the same one after a restart.

They lie below those that the system gives to whoever connects (Linux: from 32768): else a connection somewhere else on
this machine may take the port while its server is down. Processes of tests side by side take theirs from different
ranges, and each port is given out once.
"""

import os
import socket
from itertools import count

LOWEST, PER_PROCESS = 20_000, 1_500
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = count(os.getpid() % PER_PROCESS)


def free_port() -> int:
    """A port at which nobody listens, and that no other test is given."""
    for _ in range(PER_PROCESS):
        port = LOWEST + _WORKER % 8 * PER_PROCESS + next(_numbers) % PER_PROCESS
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
