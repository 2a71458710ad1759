"""Runs inside a fresh network and mount namespace: makes www.moltbook.com be our server, then runs one command.

Called as `unshare --net --mount ... python enclosed.py HOSTS_FILE RELAY_SOCKET COMMAND...`. It raises
the loopback device, lays HOSTS_FILE over /etc/hosts, accepts on 127.0.0.1:443 and passes the bytes on
to RELAY_SOCKET (a Unix socket crosses network namespaces). The namespace has no other device, so a
client in it cannot reach the real Moltbook. Standard library only.
"""

import asyncio
import fcntl
import socket
import struct
import subprocess
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
HTTPS_PORT = 443
CHUNK_BYTES = 65_536


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        fcntl.ioctl(device, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the sender ends or either side is gone, then pass the end on."""
    try:
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.close()


async def join(
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Connect two streams both ways until both have ended."""
    try:
        await asyncio.gather(pump(near[0], far[1]), pump(far[0], near[1]))
    finally:
        near[1].close()
        far[1].close()


async def run(relay: str, command: list[str]) -> int:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far = await asyncio.open_unix_connection(relay)
        except OSError:
            writer.close()
            return
        await join((reader, writer), far)

    async with await asyncio.start_server(serve, "127.0.0.1", HTTPS_PORT):
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()


def main() -> int:
    hosts, relay, *command = sys.argv[1:]
    raise_loopback()
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    return asyncio.run(run(relay, command))


if __name__ == "__main__":
    sys.exit(main())
