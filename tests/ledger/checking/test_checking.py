"""A runner on a real repository: what is evidence, what is not, and what a hostile patch cannot do."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eclosion.kernel.clock import ManualClock
from eclosion.kernel.errors import Conflict, Invalid
from eclosion.ledger.checking.checking import CANNOT_START, Checked, Order, check, report_of
from eclosion.ledger.checking.confining import works
from eclosion.ledger.checking.copying import PatchRefused
from eclosion.ledger.checking.keys import make_key, public_key, read_key
from eclosion.ledger.checking.running import OUTPUT_BYTES_MAX, run_for
from eclosion.ledger.model.evidence import read_report, seal_report, weigh
from tests.soon import soon

NOW_MS = 1_800_000_000_000
TESTS = ("sh", "test.sh")
PLENTY_S = 120.0
MENDED = """\
--- a/thing.txt
+++ b/thing.txt
@@ -1 +1 @@
-broken
+{word}
"""
NEW_FILE = """\
diff --git a/{path} b/{path}
new file mode 100644
--- /dev/null
+++ b/{path}
@@ -0,0 +1 @@
+hello
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository whose test fails: the thing is broken."""
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "thing.txt").write_text("broken\n")
    (folder / "test.sh").write_text("cat thing.txt; grep -q mended thing.txt\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    commit(folder)
    return folder


def git(folder: Path, *words: str) -> str:
    """What git says."""
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path) -> None:
    """Commit what is tracked."""
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.org")
    git(folder, *who, "-c", "commit.gpgsign=false", "commit", "-qam", "Begin")


def run(
    repo: Path,
    patch: str,
    command: tuple[str, ...] = TESTS,
    timeout_s: float = PLENTY_S,
    kept: tuple[str, ...] = (),
) -> Checked:
    """Check a patch, confined where that works."""
    file = repo.parent / "fix.diff"
    file.write_text(patch)
    order = Order(repo, file, command, timeout_s, kept, unsealed=True)
    return check(order, ManualClock(NOW_MS), lambda _: None)


def test_red_to_green_is_evidence_that_the_ledger_believes(repo: Path, tmp_path: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    checked = run(repo, MENDED.format(word="mended"))
    assert (checked.verdict, checked.paths, checked.commit) == ("", ("thing.txt",), head)
    assert (checked.before.status, checked.after.status) == (1, 0)
    assert (checked.before.output, checked.after.output) == (b"broken\n", b"mended\n")
    assert checked.sealed == works()
    key = tmp_path / "key"
    public = make_key(key)
    sealed = seal_report(report_of(checked, 77, TESTS), read_key(key))
    report = read_report(*sealed)
    artefact = hashlib.sha256((tmp_path / "fix.diff").read_bytes()).digest()
    assert sealed[1] == public
    assert weigh(report, 77, artefact, NOW_MS, NOW_MS) == ""
    assert report.command == TESTS
    assert weigh(report, 78, artefact, NOW_MS, NOW_MS) == "it is about another bounty"
    assert weigh(report, 77, bytes(32), NOW_MS, NOW_MS) == "it is about another artefact"
    assert (repo / "thing.txt").read_text() == "broken\n"
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("word", "command", "why"),
    [
        ("mended", ("true",), "the tests passed before"),
        ("worse", TESTS, "the tests fail with it"),
        ("mended", ("no-such-program-here",), "the tests fail with it"),
    ],
    ids=["green before", "still red", "no such program"],
)
def test_anything_else_is_no_evidence(
    repo: Path, word: str, command: tuple[str, ...], why: str
) -> None:
    checked = run(repo, MENDED.format(word=word), command)
    assert checked.verdict == why
    report = report_of(checked, 77, command)
    assert weigh(report, 77, checked.artefact, NOW_MS, NOW_MS) == why


def test_a_test_that_hangs_is_ended_and_not_reported(repo: Path) -> None:
    hangs = ("sh", "-c", "grep -q broken thing.txt && exit 1; sleep 600")
    checked = run(repo, MENDED.format(word="mended"), hangs, timeout_s=4)
    assert (checked.before.status, checked.after.status) == (1, None)
    assert checked.verdict == "the tests did not end in time with it"
    with pytest.raises(Conflict, match="no report"):
        report_of(checked, 77, hangs)


def test_what_tests_leave_running_ends_with_them(tmp_path: Path) -> None:
    """The child is the process group's; that it is gone is seen by its end of a FIFO, which closes with it."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        script = "(exec 3>fifo; : >ready; exec sleep 600) & while [ ! -e ready ]; do :; done"
        ran = run_for(("sh", "-c", script), tmp_path, {"PATH": os.environ["PATH"]}, PLENTY_S)
        assert ran.status == 0
        assert soon(lambda: _is_closed(reader))
    finally:
        os.close(reader)


def _is_closed(reader: int) -> bool:
    try:
        return os.read(reader, 100) == b""
    except BlockingIOError:
        return False


def test_output_is_capped_and_its_end_is_kept(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('x' * 3_000_000 + 'the end')"
    ran = run_for((sys.executable, "-c", code), tmp_path, {}, PLENTY_S)
    assert (ran.status, len(ran.output)) == (0, OUTPUT_BYTES_MAX)
    assert ran.output.endswith(b"xthe end")


@pytest.mark.parametrize(
    "patch",
    [
        MENDED.format(word="mended").replace("-broken", "-sound"),
        NEW_FILE.format(path=".git/hooks/post-checkout"),
        NEW_FILE.format(path="../outside"),
        NEW_FILE.format(path="sub/../../outside"),
        "no patch at all\n",
        """\
diff --git a/out b/out
new file mode 120000
--- /dev/null
+++ b/out
@@ -0,0 +1 @@
+..
\\ No newline at end of file
"""
        + NEW_FILE.format(path="out/outside"),
    ],
    ids=["does not fit", "git's own", "outside", "winding", "nothing", "through a link"],
)
def test_a_patch_that_does_not_apply_or_leaves_the_folder_is_refused(
    repo: Path, patch: str
) -> None:
    ran = repo.parent / "ran"
    with pytest.raises(PatchRefused):
        run(repo, patch, ("sh", "-c", f"touch {ran}"))
    assert not ran.exists()
    assert not (repo.parent / "outside").exists()


def test_a_patch_leaves_alone_what_is_kept(repo: Path) -> None:
    cheat = NEW_FILE.format(path="tests/test_new.sh")
    assert run(repo, cheat).verdict == "the tests fail with it"
    with pytest.raises(PatchRefused, match="leave alone"):
        run(repo, cheat, kept=("./tests/",))
    with pytest.raises(PatchRefused, match="leave alone"):
        run(repo, MENDED.format(word="mended"), kept=("thing.txt",))
    assert run(repo, MENDED.format(word="mended"), kept=("tests", "thing")).verdict == ""


def test_only_a_clean_repository_is_checked(repo: Path, tmp_path: Path) -> None:
    patch = MENDED.format(word="mended")
    (repo / "thing.txt").write_text("changed\n")
    with pytest.raises(Invalid, match="not committed"):
        run(repo, patch)
    (tmp_path / "plain").mkdir()
    with pytest.raises(Invalid, match="no git repository"):
        run(tmp_path / "plain", patch)
    with pytest.raises(Invalid, match="no folder"):
        run(tmp_path / "nowhere", patch)


def test_hooks_of_the_repository_do_not_run(repo: Path) -> None:
    ran = repo.parent / "ran"
    hook = repo / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    assert run(repo, MENDED.format(word="mended")).verdict == ""
    assert not ran.exists()


def test_confined_tests_see_no_home_no_network_and_no_variables(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where bubblewrap does not work, nothing runs before somebody says that it may."""
    monkeypatch.setenv("SECRET_OF_MINE", "hunter2")
    secret = tmp_path / "secret"
    secret.write_text("mine\n")
    file = tmp_path / "fix.diff"
    file.write_text(MENDED.format(word="mended"))
    looks = f"env; cat {secret}; echo $(ls -A $HOME | wc -l); cat /proc/net/dev; grep -q mended thing.txt"
    order = Order(repo, file, ("sh", "-c", looks), PLENTY_S)
    if not works():
        with pytest.raises(Conflict, match="bubblewrap"):
            check(order, ManualClock(NOW_MS), lambda _: None)
        return
    checked = check(order, ManualClock(NOW_MS), lambda _: None)
    said = checked.after.output.decode()
    assert (checked.verdict, checked.sealed) == ("", True)
    assert "hunter2" not in said
    assert "mine\n" not in said
    assert "\n0\n" in said
    devices = [line.split(":")[0].strip() for line in said.splitlines() if ": " in line]
    assert set(devices) & {"lo", "eth0", "wlan0"} <= {"lo"}


def test_a_program_that_is_not_there_has_the_status_that_shells_tell(tmp_path: Path) -> None:
    assert shutil.which("no-such-program-here") is None
    with pytest.raises(FileNotFoundError):
        run_for(("no-such-program-here",), tmp_path, {"PATH": os.defpath}, PLENTY_S)
    assert CANNOT_START == 127


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    key = tmp_path / "key"
    public = make_key(key)
    assert key.stat().st_mode & 0o777 == 0o600
    assert public_key(read_key(key)) == public
    with pytest.raises(Conflict, match="there already"):
        make_key(key)
    key.chmod(0o640)
    with pytest.raises(Invalid, match="Others may read"):
        read_key(key)
    key.chmod(0o600)
    key.write_text("short")
    with pytest.raises(Invalid, match="no runner's key"):
        read_key(key)
    with pytest.raises(Invalid, match="cannot be read"):
        read_key(tmp_path / "nowhere")


def test_a_command_must_fit_into_a_report(repo: Path) -> None:
    for command in ((), ("x" * 9_000,), ("\udcff",)):
        with pytest.raises(Invalid, match="test command"):
            run(repo, MENDED.format(word="mended"), command)
