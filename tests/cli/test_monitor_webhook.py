"""``eclosion monitor … --webhook``: findings reach another system, each once, also over restarts."""

import json
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from eclosion.cli import posting
from tests.app.delivering.receiving import Receiver, read
from tests.cli.conftest import Run
from tests.cli.test_monitor import HIDDEN, PLAIN, record, start
from tests.soon import soon

SECRET = "whsec_" + "c2VjcmV0" * 5
ALLOW = ("--webhook-allow", "127.0.0.0/8", "--only", "ciphers")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(posting.SECRET_VARIABLE, SECRET)


def test_finding_arrives_signed_and_in_the_form_of_json_lines(
    run: Run, receiver: Receiver, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(record("Lovely weather.") + record(HIDDEN))
    ended = run("monitor", "a.jsonl", "--json", "--webhook", receiver.url, *ALLOW)
    assert ended.status == 0
    (got,) = receiver.got
    told = read(SECRET, got)
    assert (told["type"], told["data"]) == (posting.KIND, json.loads(ended.out))
    assert json.loads(got.body)["data"]["decoded"] == PLAIN


def test_what_was_not_delivered_is_sent_by_the_next_run_and_nothing_twice(
    run: Run, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "END_S", 0.2)
    log = tmp_path / "a.jsonl"
    log.write_text("".join(record(f"{number}. {HIDDEN}", f"a{number}") for number in range(3)))
    words = ("monitor", log, "--json", "--state", "state", "--webhook", receiver.url, *ALLOW)
    receiver.status = 503
    ended = run(*words)
    assert (ended.status, "3 findings did not reach" in ended.err) == (3, True), ended.err
    receiver.status = 204
    receiver.got.clear()
    monkeypatch.setattr(posting, "END_S", 60.0)
    with log.open("a") as file:
        file.write(record(f"3. {HIDDEN}", "a3"))
    assert run(*words).status == 0
    assert run(*words).status == 0
    actors = [json.loads(one.body)["data"]["actor"] for one in receiver.got]
    assert sorted(actors) == ["a0", "a1", "a2", "a3"]
    assert (tmp_path / "state.webhook").stat().st_mode & 0o077 == 0


def test_bad_wishes_are_refused_before_anything_is_read(
    run: Run, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text(record(HIDDEN))
    assert (
        run("monitor", "a.jsonl", "--webhook", receiver.url).status == 2
    )  # plain HTTP, not allowed
    assert run("monitor", "a.jsonl", "--webhook", "https://u:p@example.org/").status == 2
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    words = ("monitor", "a.jsonl", "--webhook", receiver.url, *ALLOW)
    ended = run(*words, "--webhook-secret", secret)
    assert (ended.status, "Others may read" in ended.err) == (2, True)
    secret.chmod(0o600)
    assert run(*words, "--webhook-secret", secret).status == 0
    monkeypatch.delenv(posting.SECRET_VARIABLE)
    ended = run(*words)
    assert (ended.status, "needs a secret" in ended.err) == (2, True)
    assert len(receiver.got) == 1


def _have_come(receiver: Receiver, wanted: int) -> bool:
    return len(set(receiver.ids())) >= wanted


@pytest.mark.slow
def test_killed_run_loses_nothing_and_repeats_only_what_was_on_its_way(
    receiver: Receiver, tmp_path: Path
) -> None:
    """Killed hard while a log grows; slow, since it starts a process each time."""
    log, state = tmp_path / "a.jsonl", tmp_path / "state"
    words = (log, "--follow", "--json", "--state", state, "--webhook", receiver.url, *ALLOW)
    written = 0
    for last in (False, True):
        with log.open("a") as file:
            for _ in range(40):
                file.write(record(f"Number {written}. {HIDDEN}", f"agent {written}"))
                written += 1
        wanted = written if last else written - 30
        process = start(*words, stdout=subprocess.DEVNULL)
        try:
            assert soon(partial(_have_come, receiver, wanted))
            process.send_signal(signal.SIGTERM if last else signal.SIGKILL)
            assert process.wait(60) == (0 if last else -signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
    actors = {one.id: json.loads(one.body)["data"]["actor"] for one in receiver.got}
    assert sorted(actors.values()) == sorted(f"agent {number}" for number in range(written))
