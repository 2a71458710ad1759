"""From a repository and a patch to a report: the same command in two copies, without the patch and with it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from eclosion.kernel.clock import Clock
from eclosion.kernel.errors import Conflict, Invalid
from eclosion.ledger.checking.confining import confined, works
from eclosion.ledger.checking.copying import apply_patch, check_repository, copy_head, read_patch
from eclosion.ledger.checking.running import Ran, run_for
from eclosion.ledger.model.evidence import REPORT_BYTES_MAX, Report

CANNOT_START = 127
"""What a shell says of a command that is not there."""
_REPORT_BYTES_REST = 512


class Order(NamedTuple):
    """What is to be checked.

    Attributes:
        repo: a git repository without changes.
        patch: a file that ``git apply`` understands.
        command: the tests, as words; no shell reads them.
        timeout_s: for each of the two runs.
        kept: paths in the repository that the patch must leave alone, such as the tests.
        tools: folders outside that the tests may read, where they are confined.
        unsealed: whether they may run without bubblewrap where it does not work.
    """

    repo: Path
    patch: Path
    command: tuple[str, ...]
    timeout_s: float
    kept: tuple[str, ...] = ()
    tools: tuple[Path, ...] = ()
    unsealed: bool = False


class Checked(NamedTuple):
    """What came of it; ``artefact`` is the patch's SHA-256, ``paths`` what it touches."""

    artefact: bytes
    commit: str
    paths: tuple[str, ...]
    before: Ran
    after: Ran
    began_ms: int
    sealed: bool

    @property
    def verdict(self) -> str:
        """Why this is no evidence; empty if the tests failed without the patch and pass with it."""
        if self.before.status is None:
            return "the tests did not end in time before"
        if self.before.status == 0:
            return "the tests passed before"
        if self.after.status is None:
            return "the tests did not end in time with it"
        return "the tests fail with it" if self.after.status else ""


def check(order: Order, clock: Clock, tell: Callable[[str], None]) -> Checked:
    """Run the tests without the patch and with it, and leave nothing behind.

    Args:
        tell: hears, in a sentence, what is done now.

    Raises:
        PatchRefused: the patch does not apply.
        Invalid: repository, patch or command cannot be used.
        Conflict: bubblewrap does not work here, and ``unsealed`` was not said.
    """
    check_command(order.command)
    sealed = works()
    if not sealed and not order.unsealed:
        raise Conflict(
            "bubblewrap (bwrap) does not work here, and a stranger's patch would see your files and your network.",
            "Install it, or say --unsealed on a machine that has nothing to lose.",
        )
    patch = read_patch(order.patch)
    commit = check_repository(order.repo)
    with tempfile.TemporaryDirectory(prefix="bounty-", ignore_cleanup_errors=True) as name:
        room = Path(os.path.realpath(name))
        place, patched = room / "work", room / "patched"
        copy_head(order.repo, commit, patched)
        paths = apply_patch(patched, patch, order.kept)
        copy_head(order.repo, commit, place)
        began_ms = clock.now_ms()
        tell("The tests without the patch ...")
        before = _run(order, place, room / "home", sealed=sealed)
        place.rename(room / "spent")
        patched.rename(place)  # the second run is at the same path as the first
        tell("The tests with the patch ...")
        after = _run(order, place, room / "home", sealed=sealed)
    return Checked(hashlib.sha256(patch).digest(), commit, paths, before, after, began_ms, sealed)


def report_of(checked: Checked, bounty_id: int, command: tuple[str, ...]) -> Report:
    """The report for the ledger, also one that is no evidence.

    Raises:
        Conflict: a run did not end in time, so there is nothing to report.
    """
    before, after = checked.before.status, checked.after.status
    if before is None or after is None:
        raise Conflict(f"There is no report: {checked.verdict}.")
    artefact = checked.artefact.hex()
    return Report(
        bounty_id, artefact, command, before, after, checked.began_ms, sealed=checked.sealed
    )


def check_command(command: tuple[str, ...]) -> None:
    """Raises ``Invalid`` for a command that a report cannot hold."""
    try:
        size_bytes = len(msgspec.json.encode(command))
    except UnicodeEncodeError:
        raise Invalid("The test command is not UTF-8.") from None
    if not command or size_bytes > REPORT_BYTES_MAX - _REPORT_BYTES_REST:
        raise Invalid("The test command is empty or too long for a report.")


def _run(order: Order, place: Path, home: Path, *, sealed: bool) -> Ran:
    home.mkdir(exist_ok=True)
    told: Mapping[str, str] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(home),
    }
    words = confined(order.command, place, told, order.tools) if sealed else order.command
    try:
        return run_for(words, place, told, order.timeout_s)
    except OSError as error:
        return Ran(CANNOT_START, f"{order.command[0]}: {error.strerror}".encode())
