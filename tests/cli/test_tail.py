"""``eclosion tail``: what happens, in lines that do no harm; and a client that goes on where it was cut."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from eclosion.cli.harmless import harmless
from eclosion.cli.tailing import parts_of
from eclosion.client import Client, Event, Patience, Unreachable
from eclosion.kernel.errors import Invalid
from tests.cli.conftest import Run
from tests.house import database_url
from tests.journeys.serving import Serve
from tests.soon import soon

__all__ = ["database_url"]

HOSTILE = "\x1b]0;owned\x07 \u202edlrow\u202c \u200bhidden\r\n[bold]x[/] \U000e0041"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """One engine is enough: the streams themselves are tested on both."""
    server = Serve(f"sqlite:///{tmp_path}/data/network.db", tmp_path / "data")
    server.start()
    yield server
    server.stop()


def url(serve: Serve) -> str:
    return f"http://127.0.0.1:{serve.port}"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    shown = harmless(HOSTILE)
    assert shown.isprintable()
    assert "\\x1b" in shown
    assert "\\u202e" in shown
    assert "\\u200b" in shown
    assert "\\U000e0041" in shown
    assert harmless("Grüße \U0001f980 漢字") == "Grüße \U0001f980 漢字"


def test_an_event_is_a_line() -> None:
    event = Event(
        id="0.1",
        type="post.voted",
        at="2026-11-25T06:02:44.754Z",
        actor="",
        submolt="general",
        facts={"change": -2, "score": 3, "author": "ada"},
        untrusted={"title": "x" * 500},
    )
    at, type_, actor, place, words = parts_of(event)
    assert (at, type_, actor, place) == ("06:02:44", "post.voted", "", "m/general")
    assert words.startswith("-2 to 3 | xxx")
    assert len(words) < 120


@pytest.mark.slow
def test_tail_ends_at_the_present(serve: Serve, run: Run) -> None:
    """Slow: it starts a server."""
    with Client(url(serve)) as home, home.as_agent(home.register("ada").api_key) as ada:
        post = ada.post("general", "A title", HOSTILE)
        ended = run("tail", url(serve), "--until-now", "--type", "post.*", "--agent", "ada")
        assert ended.status == 0
        assert [line.split("  ")[1:4] for line in ended.out.splitlines()] == [
            ["post.created", "ada", "m/general"]
        ]
        assert ended.out.isascii()
        assert "\x1b" not in ended.out
        ended = run("tail", url(serve), "--until-now", "--json", "--post", post.id)
        (line,) = map(json.loads, ended.out.splitlines())
        assert line["subject"] == {"kind": "post", "id": post.id}
        later = run("tail", url(serve), "--until-now", "--json", "--after", line["id"])
        assert later.out == ""
    assert run("tail", url(serve), "--type", "nope").status == 2
    assert run("tail", url(serve), "--after", "x").status == 2
    serve.stop()
    assert run("tail", url(serve)).status == 3


@pytest.mark.slow
def test_tail_follows_over_a_restart_and_ends_with_ctrl_c(serve: Serve, tmp_path: Path) -> None:
    """Slow: a server is started twice."""
    with Client(url(serve)) as home:
        key = home.register("ada").api_key
    program = str(Path(sys.executable).with_name("eclosion"))
    out = (tmp_path / "out").open("wb")
    process = subprocess.Popen(
        [program, "tail", url(serve), "--json", "--type", "post.created"],
        stdout=out,
        stderr=subprocess.PIPE,
    )
    try:
        assert soon(lambda: watchers(serve) == 1)
        with Client(url(serve), key) as ada:
            ada.post("general", "first", "words")
        lines_of(tmp_path / "out", 1)
        serve.kill()
        serve.start()
        with Client(url(serve), key) as ada:
            ada.post("general", "second", "words")
        titles = [line["untrusted"]["title"] for line in lines_of(tmp_path / "out", 2)]
        assert titles == ["first", "second"]
    finally:
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1].decode()
        out.close()
    assert process.returncode == 0
    assert "cut:" in told
    assert "Traceback" not in told


def watchers(serve: Serve) -> int:
    """How many watch, as the server itself says."""
    with urlopen(f"{url(serve)}/metrics") as reply:
        told = reply.read().decode()
    (count,) = (
        line.split()[1] for line in told.splitlines() if line.startswith("eclosion_watchers ")
    )
    return int(float(count))


def lines_of(file: Path, count: int) -> list[dict[str, dict[str, str]]]:
    deadline = time.monotonic() + 120
    while True:
        lines = file.read_text().splitlines()
        if len(lines) >= count:
            return [json.loads(line) for line in lines]
        assert time.monotonic() < deadline, lines
        time.sleep(0.1)


@pytest.mark.slow
def test_colours_are_for_terminals(serve: Serve) -> None:
    """Slow: it starts a server."""
    with Client(url(serve)) as home, home.as_agent(home.register("ada").api_key) as ada:
        ada.post("general", "[red]title[/red]", HOSTILE)
    main, side = pty.openpty()
    program = str(Path(sys.executable).with_name("eclosion"))
    subprocess.run(
        [program, "tail", url(serve), "--until-now", "--type", "post.*"],
        stdout=side,
        check=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(side)
    shown = os.read(main, 65_536).decode()
    os.close(main)
    assert "\x1b[" in shown
    assert "[red]title[/red]" in shown
    assert "\x1b]0;" not in shown
    assert "\u202e" not in shown


def test_who_cannot_be_reached_at_first_is_said() -> None:
    with (
        Client("http://127.0.0.1:1", patience=Patience(tries=1)) as home,
        pytest.raises(Unreachable),
    ):
        next(iter(home.events()))


@pytest.mark.slow
def test_a_refused_stream_raises(serve: Serve) -> None:
    """Slow: it starts a server."""
    with Client(url(serve)) as home, pytest.raises(Invalid):
        next(iter(home.events(types="nope")))
