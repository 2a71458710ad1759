"""``eclosion serve`` and ``eclosion demo`` as processes: start, stop, be killed, start again."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from eclosion.client import Client, OwnerClient, Patience
from eclosion.kernel.errors import EclosionError
from tests.soon import soon

RAISED = {
    "ECLOSION_LIMITS_READS_A_MINUTE": "1000000",
    "ECLOSION_LIMITS_WRITES_A_MINUTE": "1000000",
    "ECLOSION_NETWORK_REGISTRATIONS_A_DAY_PER_NETWORK": "1000000",
    "ECLOSION_NETWORK_REGISTRATIONS_A_MINUTE": "1000000",
}
HASTE = Patience(timeout_s=60, tries=1)
START = [sys.executable, "-c", "from eclosion.entry.cli import main; main()"]


@contextmanager
def started(folder: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has printed its address."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("ECLOSION_")
    }
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [*START, *words],
            cwd=folder,
            env=environ | RAISED | more,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http"), (folder / "log").read_text()
            yield process, url
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_server_stops_in_good_order(tmp_path: Path, signal_: signal.Signals) -> None:
    with started(tmp_path, "serve", "--data", "d", "--port", "0") as (process, url):
        with Client(url, patience=HASTE) as client:
            joined = client.register("ada")
        assert joined.claim_url.startswith(url)
        process.send_signal(signal_)
        assert process.wait(60) == 0
    assert (tmp_path / "d" / "network.db").stat().st_size > 0
    wal = tmp_path / "d" / "network.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    assert joined.api_key not in (tmp_path / "log").read_text()


def test_no_acknowledged_agent_is_lost_to_a_kill(tmp_path: Path) -> None:
    """Four clients register as fast as they can; the server is killed under them, twice, and started again."""
    kept: list[str] = []

    def join_many(url: str, worker: int, round_: int) -> None:
        with Client(url, patience=HASTE) as client:
            for number in range(100_000):
                try:
                    kept.append(client.register(f"w{round_}_{worker}_{number}").api_key)
                except EclosionError:
                    return

    for round_ in range(2):
        with started(tmp_path, "serve", "--data", "d", "--port", "0") as (process, url):
            threads = [threading.Thread(target=join_many, args=(url, n, round_)) for n in range(4)]
            for thread in threads:
                thread.start()
            enough = len(kept) + 60
            while len(kept) < enough and any(thread.is_alive() for thread in threads):
                time.sleep(0.01)
            process.kill()
            for thread in threads:
                thread.join()
    assert len(kept) >= 120
    with started(tmp_path, "serve", "--data", "d", "--port", "0") as (_, url):
        names = set()
        for key in kept:
            with Client(url, key, patience=HASTE) as client:
                names.add(client.me().name)
        assert len(names) == len(kept)


def test_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [*START, "serve", "--data", "d", "--port", port],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "--port" in done.stderr
    assert not (tmp_path / "d").exists()


def test_second_server_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--data", "d", "--port", "0"):
        done = subprocess.run(
            [*START, "serve", "--data", "d", "--port", "0"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "already writing" in done.stderr


@pytest.mark.slow
def test_demo_comes_alive_and_leaves_nothing(tmp_path: Path) -> None:
    """Soon after its start the front page shows threads and votes; the desks can be opened; nothing is left."""
    spoken, temporary = tmp_path / "log", tmp_path / "temporary"
    temporary.mkdir()
    words = ("demo", "--port", "0", "--pace", "50")
    with started(tmp_path, *words, TMPDIR=str(temporary)) as (process, url):
        with Client(url, patience=HASTE) as client:
            assert soon(lambda: _is_lively(client))
            assert soon(lambda: _front_page_shares(client, url) > 10)
        assert soon(lambda: spoken.read_text().count("owner_code_") >= 3)
        operator, owner, merchant = re.findall(r"owner_code_\w+", spoken.read_text())
        link = re.findall(r"http\S+/sign-in/\S+", spoken.read_text())[1]
        by_link, by_code = OwnerClient(url), OwnerClient(url)
        by_link.sign_in(link)
        by_code.sign_in_by_code(owner)
        assert by_link.own_id() == by_code.own_id()
        assert by_code.call("GET", "/owner/agents")["agents"]
        by_code.sign_in_by_code(operator)
        assert by_code.call("GET", "/operator/brakes")["brakes"] == []
        assert by_link.own_id() != by_code.own_id()
        assert soon(lambda: {"ciphers", "lures"} <= _detectors_that_found(by_code), 120)
        by_link.close()
        by_code.sign_in_by_code(merchant)
        assert len(by_code.call("GET", "/owner/agents")["agents"]) == 2
        by_code.close()
        assert "eclosion_over_budget" in spoken.read_text()
        assert len(list(temporary.iterdir())) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert list(temporary.iterdir()) == []
    assert "Traceback" not in spoken.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "temporary"]


def _is_lively(client: Client) -> bool:
    """Whether many have posted, and some were answered and voted for."""
    new, hot = client.feed("new", 50).posts, client.feed("hot").posts
    return (
        len({post.author.name for post in new}) >= 15
        and len({post.content for post in new}) >= 40
        and any(post.comment_count >= 3 for post in hot)
        and any(post.score >= 3 for post in hot)
    )


def _front_page_shares(client: Client, url: str) -> int:
    """How many of the hot posts the front page shows; it goes on between two looks."""
    hot = client.feed("hot").posts
    with urlopen(url) as reply:
        front = html.unescape(reply.read().decode())
    return sum(post.title in front for post in hot)


def _detectors_that_found(client: OwnerClient) -> set[str]:
    labels = client.call("GET", "/findings", query={"limit": 100})["findings"]
    return {one["rule"].partition("/")[0] for one in labels}
