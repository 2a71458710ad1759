"""What hot queries cost, counted by SQLite itself: no scan, no sort, the same work in a table ten times as large."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from eclosion.app.house import SOURCES
from eclosion.kernel.clock import ManualClock
from eclosion.kernel.ids import ID_MAX, IdMaker, bucket_of, compose
from eclosion.network.model.notices import Notification
from eclosion.network.store import agents, notifications, posts, submolts
from eclosion.store import Catalogue, Unit, open_store
from eclosion.store.textindex import SOURCE as TEXT_SOURCE
from eclosion.store.textindex import Text, put

NOW_MS = 1_767_225_600_000
AGENT = compose(NOW_MS, 1, 0)
SUBMOLTS = [compose(NOW_MS, bucket, 1) for bucket in (1, 1, 7)]
LIMIT = 26
COUNTERS = {"fullscan": "SQLITE_STMTSTATUS_FULLSCAN_STEP", "sort": "SQLITE_STMTSTATUS_SORT",
            "autoindex": "SQLITE_STMTSTATUS_AUTOINDEX", "steps": "SQLITE_STMTSTATUS_VM_STEP"}  # fmt: skip

AFTER = {"rank": ID_MAX, "id": ID_MAX, "limit": LIMIT}
IN_SUBMOLT = {"bucket": 1, "submolt_id": SUBMOLTS[0]}
POST = compose(NOW_MS, 1, 0)
HOT: dict[str, dict[str, Any]] = {
    "agent_by_key": {"key_hash": "key 7", "now_ms": NOW_MS},
    "agent_by_id": {"bucket": 1, "id": AGENT},
    "agent_id_by_name": {"name_key": "agent7"},
    "submolt_id_by_name": {"name_key": "s0"},
    "submolt_by_id": {"bucket": 1, "id": SUBMOLTS[0]},
    "post_by_id": {"bucket": 1, "id": "some post"},
    **{f"feed_{sort}": AFTER for sort in ("hot", "top", "discussed", "new")},
    **{f"submolt_feed_{sort}": AFTER | IN_SUBMOLT for sort in ("hot", "top", "discussed", "new")},
    **{f"submolt_{sort}_keys": AFTER | IN_SUBMOLT for sort in ("hot", "top", "discussed")},
    "hot_keys": AFTER,
    "recent_keys": AFTER | {"from_id": 0},
    "submolt_recent_keys": AFTER | IN_SUBMOLT | {"from_id": 0},
    "author_keys": AFTER | {"author_id": AGENT},
    "author_posts": AFTER | {"author_id": AGENT},
    "author_comments": AFTER | {"author_id": AGENT},
    "oldest_post": {},
    "oldest_post_of_submolt": IN_SUBMOLT,
    "pinned_posts": IN_SUBMOLT | {"limit": 10},
    "feed_submolts": {"bucket": 1, "agent_id": AGENT, "limit": LIMIT},
    "feed_followees": {"bucket": 1, "agent_id": AGENT, "limit": LIMIT},
    **{f"roots_{sort}": AFTER | {"bucket": 1, "post_id": "some post"} for sort in ("best", "new")},
    "roots_old": {"bucket": 1, "post_id": "some post", "id": 0, "limit": LIMIT},
    "replies_new": AFTER | {"bucket": 1, "parent_id": "some comment"},
    "replies_old": {"bucket": 1, "parent_id": "some comment", "id": 0, "limit": LIMIT},
    "unpublished_comments": {"author_id": AGENT, "limit": LIMIT},
    "notifications": AFTER | {"bucket": 1, "agent_id": AGENT},
    "unread_notifications": AFTER | {"bucket": 1, "agent_id": AGENT},
    "unread_of_post": {"bucket": 1, "agent_id": AGENT, "post_id": POST, "limit": LIMIT},
    "moderated_by_agent": {"agent_id": AGENT, "limit": LIMIT},
    "roles_of_agent": {"agent_id": AGENT, "limit": LIMIT},
}  # fmt: skip


class Database:
    """A network of a size, and what a query costs in it."""

    def __init__(self, path: Path, size: int) -> None:
        url = f"sqlite:///{path}"
        self._store = open_store(url, SOURCES)
        self._some: dict[str, int] = {}
        self._store.write_now(lambda unit: self._fill(unit, size))
        self._queries = Catalogue(SOURCES, "sqlite").queries
        self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()
        self._store.close()

    def cost(self, query: str, values: dict[str, Any]) -> tuple[int, Counter[str]]:
        """How many rows a query gives, and SQLite's counters for it."""
        counted: Counter[str] = Counter()

        def profile(event: dict[str, Any]) -> None:
            for name, key in COUNTERS.items():
                counted[name] += event["stmt_status"][key]

        given = {
            key: self._some[value] if isinstance(value, str) and value in self._some else value
            for key, value in values.items()
        }
        self._connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, profile)
        rows = self._connection.execute(self._queries[f"network.{query}"], given).fetchall()
        self._connection.trace_v2(0, None)
        return len(rows), counted

    def _fill(self, unit: Unit, size: int) -> None:
        clock = ManualClock(NOW_MS)
        ids = IdMaker(clock)
        for number, id_ in enumerate(dict.fromkeys(SUBMOLTS)):
            submolts.take_name(unit, f"s{number}", id_)
            submolts.add_submolt(
                unit, id_, name=f"s{number}", display_name="", description="", allow_crypto=False,
                demands="", creator_id=0, creator_name="", status="published", created_ms=NOW_MS,
            )  # fmt: skip
        for number in range(size):
            clock.advance(1_000)
            agent = ids.make(number % 1024) if number else AGENT
            name = f"agent{number}"
            agents.take_name(unit, name, agent)
            agents.add_agent(unit, agent, name, "", NOW_MS)
            agents.add_key(unit, f"key {number}", agent, agent, "", NOW_MS)
            submolt = SUBMOLTS[number % 3]
            post = ids.make(bucket_of(submolt))
            self._add_post(unit, post, submolt, AGENT if number % 2 else agent, number)
            if number == 1:
                self._some["some post"] = post
            self._add_comment(unit, ids.make(bucket_of(post)), post, 0, number)
            if number == 2:
                self._some["some comment"] = ids.make(1)
        target = self._some["some post"]
        for number in range(size):
            self._add_comment(unit, ids.make(1), target, 0, number)
            self._add_comment(unit, ids.make(1), target, self._some["some comment"], number)
            kind = "post_comment"
            notifications.add(
                unit, Notification(ids.make(1), AGENT, kind, AGENT, "x", POST, number, 0)
            )

    @staticmethod
    def _add_post(unit: Unit, id_: int, submolt: int, author: int, number: int) -> None:
        posts.add_post(
            unit, id_, submolt_id=submolt, submolt_name="s", author_id=author, author_name="x",
            author_facts=0, type_="text", title="T", content="C", url="", created_ms=NOW_MS + number,
            status="published" if number % 5 else "pending", up=number * 7 % 50,
        )  # fmt: skip

    @staticmethod
    def _add_comment(unit: Unit, id_: int, post: int, parent: int, number: int) -> None:
        unit.run(
            "network.add_comment", id=id_, bucket=bucket_of(id_), post_id=post, parent_id=parent,
            root_id=parent or id_, depth=1 if parent else 0, author_id=AGENT, author_name="x",
            author_facts=0, content="C", up=number % 9, down=0, score=number % 9, best=number % 9,
            created_ms=NOW_MS, status="published",
        )  # fmt: skip


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    """A network, and one of ten times its size."""
    folder = tmp_path_factory.mktemp("hot")
    both = Database(folder / "small.db", 300), Database(folder / "large.db", 3_000)
    yield both
    for one in both:
        one.close()


@pytest.mark.parametrize("query", HOT)
def test_a_hot_query_costs_the_same_however_much_there_is(
    databases: tuple[Database, Database], query: str
) -> None:
    """It never scans and never sorts."""
    small, large = (one.cost(query, HOT[query]) for one in databases)
    assert small[0] == large[0]
    assert small[1]["steps"] > 0
    for _, counted in (small, large):
        assert (counted["fullscan"], counted["sort"], counted["autoindex"]) == (0, 0, 0)
    assert large[1]["steps"] <= small[1]["steps"] * 1.1 + 20


def test_a_common_word_costs_no_more_in_a_larger_index(tmp_path: Path) -> None:
    """The index is asked for the newest matches only, however many there are."""
    steps = []
    for size in (4_000, 40_000):
        path = tmp_path / f"{size}.db"
        store = open_store(f"sqlite:///{path}", [TEXT_SOURCE])
        store.write_now(
            lambda unit, size=size: put(  # type: ignore[misc]
                unit, (Text("post", n, "", "common") for n in range(1, size))
            )
        )
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        query = Catalogue([TEXT_SOURCE], "sqlite").queries["text.find_post"]
        counted: list[int] = []
        connection.trace_v2(
            apsw.SQLITE_TRACE_PROFILE,
            lambda event, counted=counted: counted.append(event["stmt_status"][COUNTERS["steps"]]),  # type: ignore[misc]
        )
        given = {"match": '"common"', "from_id": 0, "limit": 2_000}
        assert len(connection.execute(query, given).fetchall()) == 2_000
        steps.append(sum(counted))
        connection.close()
        store.close()
    assert steps[1] <= steps[0] * 1.1
