"""``eclosion monitor … --webhook``: each finding as a signed message to an address, once, over any restarts."""

from __future__ import annotations

import json
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eclosion.cli.output import say
from eclosion.cli.reporting.documents import as_line
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from eclosion.app.delivering.posting import Poster, Target
    from eclosion.app.delivering.spool import Spool
    from eclosion.cli.reporting import Entry
    from eclosion.monitor.watching import Watch

KIND = "monitor.finding"
SECRET_VARIABLE = "ECLOSION_MONITOR_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
WAITING_MOST = 10_000
"""So many findings may wait before reading does."""
END_S = 60.0
STOP_S = 2.0


class Post:
    """Hands findings to a poster.

    Args:
        spool: where they wait.
        poster: who sends them.
        is_kept: whether a state says what was released; without one everything is at once.
        stopping: says whether the run is to end; nothing is waited for then.
    """

    def __init__(
        self, spool: Spool, poster: Poster, *, is_kept: bool, stopping: Callable[[], bool]
    ) -> None:
        self._spool, self._poster = spool, poster
        self._is_kept, self._stopping = is_kept, stopping

    def add(self, entry: Entry) -> None:
        """A finding was made. While too many wait, so does the reading."""
        told = {"type": KIND, "timestamp": iso(time.time_ns() // 1_000_000), "data": as_line(entry)}
        body = json.dumps(told, ensure_ascii=True, separators=(",", ":"))
        self._spool.put(f"msg_{secrets.token_hex(16)}", body)
        if not self._is_kept:
            self._spool.release()
        while not self._stopping() and not self._poster.wait(WAITING_MOST, 1.0):
            if self._poster.is_gone:
                raise Unavailable("The webhook wants no more findings (410).", _LATER)


_LATER = "Mend its receiver or drop --webhook; with --state, what was not delivered is sent then."


def target_of(url: str, secret_file: Path | None, networks: list[str]) -> Target:
    """Where to send and what to sign with: the secret from a file, or from the environment.

    Raises:
        Invalid: there is no secret, others may read it, or the URL is none that may be sent to.
    """
    import httpx2  # noqa: F401 - missing in the light install, which is better said now than in a thread

    from eclosion.app.delivering.posting import make_target

    return make_target(url, _secret(secret_file), networks)


def _secret(path: Path | None) -> str:
    if path is None:
        found = os.environ.get(SECRET_VARIABLE, "")
        if not found:
            raise Invalid(
                "--webhook needs a secret to sign with.",
                f"--webhook-secret FILE, or the variable {SECRET_VARIABLE}.",
            )
        return found
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            found = file.read(1_000)
    except (OSError, UnicodeError) as error:
        raise Invalid(f"{path} cannot be read: {type(error).__name__}.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and stat.S_ISREG(mode):
        raise Invalid(f"Others may read the secret in {path}.", f"chmod 600 {path}")
    return found


@contextmanager
def posting(
    target: Target, watch: Watch | None, state: Path | None, *, live: bool
) -> Iterator[Post]:
    """Send in the background for as long as the block runs, and then what is left.

    Args:
        target: where to.
        watch: the run over files, which says what will not be found again; None for standard input.
        state: the run's state; the queue stands beside it, under its name with ``.webhook``.
        live: the run was to go on until it was stopped, so what is left may wait for the next one.

    Raises:
        Unavailable: at the end, findings are left that could not be delivered.
    """
    from eclosion.app.delivering.posting import Poster
    from eclosion.app.delivering.spool import Spool

    path = state.with_name(f"{state.name}.webhook") if state else None
    is_kept = watch is not None and watch.positions.are_kept
    spool = Spool(path, watch.positions.spool_bytes if watch is not None else 0)
    poster = Poster(target, spool, say)
    if watch is not None and is_kept:
        watch.spool = spool
    poster.start()
    stopping = watch.stopping.is_set if watch is not None else lambda: False
    try:
        yield Post(spool, poster, is_kept=is_kept, stopping=stopping)
        live = live or stopping()
    except BaseException:
        live = True
        raise
    finally:
        left = _end(poster, watch, STOP_S if live else END_S)
        spool.close()
    if left and live and is_kept:
        say(f"{left:,} findings wait for the webhook. The next run with this state sends them.")
    elif left:
        raise Unavailable(
            f"{left:,} findings did not reach the webhook: {poster.trouble or 'no time was left'}.",
            f"They wait in {path}; run the same command again." if is_kept else _LATER,
        )


def _end(poster: Poster, watch: Watch | None, within_s: float) -> int:
    if watch is not None:
        watch.save()
    left = poster.finish(within_s)
    if watch is not None:
        watch.spool = None
    return left
