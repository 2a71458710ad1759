"""Seeded populations: exactly as many as asked for, the same for the same seed, with true counters."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import apsw
import pytest

from eclosion.app.house import open_house
from eclosion.app.settings import Data, Settings
from eclosion.kernel.errors import Invalid
from eclosion.network.seeding.plan import Sizes, make_plan, share_out
from eclosion.network.service.access import authenticate
from tests.cli.conftest import Run

SIZES = ("--agents", "300", "--posts", "900", "--comments", "5000", "--votes", "9000")


def rows(file: Path, sql: str) -> list[Any]:
    connection = apsw.Connection(str(file))
    try:
        return list(connection.execute(sql))
    finally:
        connection.close()


def test_seeded_network_is_as_large_as_asked_and_true(run: Run, tmp_path: Path) -> None:
    ended = run("bench", "seed", "--data", "a", *SIZES, "--json")
    assert ended.status == 0, ended.err
    counts = json.loads(run("stats", "--data", "a", "--json").out)
    assert counts["agents"]["registered"] == 300
    assert (counts["posts"], counts["comments"], counts["votes"]) == (900, 5000, 9000)
    assert (
        json.loads(run("bench", "check", "--data", "a", "--samples", "2000", "--json").out)["wrong"]
        == []
    )
    assert run("doctor", "--data", "a", "--thorough").status == 0
    [(selfish,)] = rows(
        tmp_path / "a" / "network.db",
        "SELECT count(*) FROM votes v JOIN comments c ON c.id = v.target_id WHERE c.author_id = v.agent_id",
    )
    assert selfish == 0
    plan = make_plan(Sizes(300, 900, 5000, 9000), 1)
    ids = [
        row[0] for row in rows(tmp_path / "a" / "network.db", "SELECT id FROM agents ORDER BY id")
    ]
    assert ids == [plan.agent_id(number) for number in range(300)]


def test_activity_is_heavy_tailed(run: Run, tmp_path: Path) -> None:
    run("bench", "seed", "--data", "a", *SIZES)
    by_author = Counter(
        row[0] for row in rows(tmp_path / "a" / "network.db", "SELECT author_id FROM comments")
    )
    top = [count for _, count in by_author.most_common(15)]
    assert sum(top) > 5000 * 0.25
    threads = rows(
        tmp_path / "a" / "network.db", "SELECT max(comments), min(comments), max(score) FROM posts"
    )
    assert threads[0][0] > 50
    assert threads[0][1] <= 1
    assert threads[0][2] > 50
    [(depth,)] = rows(tmp_path / "a" / "network.db", "SELECT max(depth) FROM comments")
    assert depth >= 3


def test_same_seed_gives_the_same_network(run: Run, tmp_path: Path) -> None:
    told = {}
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        run("bench", "seed", "--data", folder, *SIZES, "--seed", seed)
        file = tmp_path / folder / "network.db"
        told[folder] = rows(file, "SELECT id, author_id, content, score FROM comments ORDER BY id")
    assert told["a"] == told["b"]
    assert told["a"] != told["c"]


def test_seeding_never_touches_what_is_there(run: Run) -> None:
    assert run("bench", "seed", "--data", "a", *SIZES).status == 0
    before = Path("a/network.db").read_bytes()
    assert run("bench", "seed", "--data", "a", *SIZES).status == 2
    assert Path("a/network.db").read_bytes() == before


def test_check_finds_a_bent_counter(run: Run) -> None:
    run("bench", "seed", "--data", "a", *SIZES)
    connection = apsw.Connection("a/network.db")
    connection.execute("UPDATE posts SET up = up + 1")
    connection.close()
    ended = run("bench", "check", "--data", "a")
    assert ended.status == 1
    assert "up is" in ended.out


def test_keys_let_agents_in(run: Run) -> None:
    run("bench", "seed", "--data", "a", *SIZES)
    ended = run("bench", "keys", "--data", "a", "--count", "20")
    pairs = [line.split("\t") for line in ended.out.splitlines()]
    assert len(pairs) == 20
    house = open_house(Settings(data=Data(dir="a")))
    try:
        for name, key in pairs:
            actor = house.store.read_now(
                lambda unit, key=key: authenticate(house.network, unit, key)  # type: ignore[misc]
            )
            assert actor.name == name
    finally:
        house.close()
    assert run("bench", "keys", "--data", "a", "--count", "301").status == 2


@pytest.mark.parametrize(
    "sizes", [Sizes(1, 5, 0, 0), Sizes(10, 0, 5, 0), Sizes(5, 5, 5, 1000), Sizes(-1, 0, 0, 0)]
)
def test_impossible_sizes_are_refused(sizes: Sizes) -> None:
    with pytest.raises(Invalid):
        make_plan(sizes, 1)


@pytest.mark.parametrize(
    ("total", "among"), [(0, 5), (7, 5), (100_000, 70_000), (1_000_000, 65_537), (3, 200_000)]
)
def test_shares_add_up(total: int, among: int) -> None:
    import random

    share = share_out(total, among, 10_000, 0.9, random.Random(1))
    given = sum(
        (share.block[k % len(share.block)] if k < share.blocked else 0)
        + share.each
        + (k < share.first)
        for k in range(among)
    )
    assert given == total
