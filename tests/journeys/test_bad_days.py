"""Bad days of a whole server: killed under load, and out of disk.

The long form is `ECLOSION_CRASH_ROUNDS=50 pytest tests/journeys/test_bad_days.py`.
"""

import os
import random
import shutil
import subprocess
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.house import database_url
from tests.journeys.serving import NoAnswer, Serve
from tests.soon import soon

ROUNDS = int(os.environ.get("ECLOSION_CRASH_ROUNDS", "2"))
WRITERS = 6

__all__ = ["database_url"]


class Writer(threading.Thread):
    """An agent that comments for as long as the server lives, and repeats what was not answered."""

    def __init__(self, serve: Serve, name: str, post: str) -> None:
        super().__init__(daemon=True)
        self.agent = name
        self.acknowledged: dict[str, str] = {}
        self._serve = serve
        self._post = post
        self._number = 0
        status, body = serve.ask("POST", "/api/v1/agents/register", {"name": name})
        assert status == 201, body
        self.key = body["agent"]["api_key"]

    def again(self) -> "Writer":
        """The same agent in a new thread: it goes on where it was interrupted."""
        other = Writer.__new__(Writer)
        threading.Thread.__init__(other, daemon=True)
        other.__dict__.update({name: self.__dict__[name] for name in OWN})
        return other

    def run(self) -> None:
        while self.write():
            pass

    def write(self) -> bool:
        """Comment once; False when the server has gone away."""
        text = f"{self.agent} {self._number}"
        path = f"/api/v1/posts/{self._post}/comments"
        try:
            status, body = self._serve.ask("POST", path, {"content": text}, self.key, once=text)
        except NoAnswer:
            return False
        assert status == 201, body
        self.acknowledged[text] = body["comment"]["id"]
        self._number += 1
        return True


OWN = ("acknowledged", "agent", "_serve", "_post", "_number", "key")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_under_load_loses_nothing_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    serve = Serve(database_url, tmp_path / "data")
    serve.start()
    try:
        author = serve.ask("POST", "/api/v1/agents/register", {"name": "author"})[1]["agent"]
        new = {"submolt": "general", "title": "t", "content": "c"}
        post = serve.ask("POST", "/api/v1/posts", new, author["api_key"])[1]["post"]["id"]
        writers = [Writer(serve, f"writer{number}", post) for number in range(WRITERS)]
        for round_ in range(ROUNDS):
            wanted = count(writers) + 2 * WRITERS
            for writer in writers:
                writer.start()
            assert soon(partial(have, writers, wanted))
            time.sleep(random.Random(round_).uniform(0, 0.5))
            serve.kill()
            for writer in writers:
                writer.join()
            writers = [writer.again() for writer in writers]
            serve.start()
        for writer in writers:
            assert writer.write(), "what was not answered can be sent again"
        wrote = {text: id_ for writer in writers for text, id_ in writer.acknowledged.items()}
        assert len(wrote) > WRITERS
        check(serve, post, wrote)
    finally:
        serve.stop()


def count(writers: list[Writer]) -> int:
    """How many comments were acknowledged."""
    return sum(len(writer.acknowledged) for writer in writers)


def have(writers: list[Writer], wanted: int) -> bool:
    """Whether so many comments were acknowledged."""
    return count(writers) >= wanted


def check(serve: Serve, post: str, wrote: dict[str, str]) -> None:
    """Every acknowledged comment is there, once, and the counter says so too."""
    found: list[tuple[str, str]] = []
    cursor = ""
    while True:
        path = f"/api/v1/posts/{post}/comments?sort=old&limit=100&cursor={cursor}"
        status, page = serve.ask("GET", path)
        assert status == 200, page
        found += [(one["content"], one["id"]) for one in page["comments"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    doubled = [text for text, times in Counter(text for text, _ in found).items() if times > 1]
    assert doubled == []
    assert dict(found) == wrote
    told = serve.ask("GET", f"/api/v1/posts/{post}")[1]["post"]["comment_count"]
    assert told == len(wrote)


@pytest.mark.slow
def test_a_full_disk_is_a_503_and_passes(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare (util-linux) is needed to make a small disk")
    mount = f'mount -t tmpfs -o size=12m small "{disk}" && exec "$@"'
    inside = [unshare, "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount in a namespace")
    folder = disk / "data"
    serve = Serve(f"sqlite:///{folder / 'network.db'}", folder, inside)
    serve.start()
    try:
        key = serve.ask("POST", "/api/v1/agents/register", {"name": "author"})[1]["agent"][
            "api_key"
        ]
        wrote = []
        for number in range(2_000):
            new = {"submolt": "general", "title": f"t{number}", "content": str(number) * 9_000}
            status, body = serve.ask("POST", "/api/v1/posts", new, key)
            if status != 201:
                break
            wrote.append(body["post"]["id"])
        else:
            pytest.fail("the disk never filled up")
        assert status == 503, body
        assert body["code"] == "store_full"
        assert wrote
        assert serve.ask("GET", "/healthz")[0] == 200
        for id_ in wrote:
            assert serve.ask("GET", f"/api/v1/posts/{id_}")[0] == 200
    finally:
        serve.stop()
