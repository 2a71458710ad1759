"""The floor: the least that a durable list of posts can cost in Python, to hold our server's CPU time against.

A raw ASGI application on uvicorn (uvloop, httptools): one prepared statement through apsw for 25 posts by an indexed
rank, msgspec to JSON, nothing else. No authentication, no limits, no routing, no caching. Its posts have the wire shape
of the Moltbook API and come from the same archive (or the same kind of synthetic data) as those of the server compared.

    python -m benchmarks.floor fill --db FILE --archive DIR
    python -m benchmarks.floor fill --db FILE --posts 1000000
    python -m benchmarks.floor serve --db FILE --port 8090
"""

from __future__ import annotations

import argparse
import lzma
import math
import random
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import apsw
import msgspec

from benchmarks.prose import Prose
from benchmarks.wire import Json, author_of, submolt_of

Row = tuple[str, int, int, int, str, str, str | None, str | None, str, str, str, int, int, int]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_SCHEMA = """
CREATE TABLE posts (
    id INTEGER PRIMARY KEY, wire_id TEXT NOT NULL, hot INTEGER NOT NULL, score INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, created_at TEXT NOT NULL, title TEXT NOT NULL, content TEXT, url TEXT,
    author_id TEXT NOT NULL, author TEXT NOT NULL, submolt TEXT NOT NULL,
    upvotes INTEGER NOT NULL, downvotes INTEGER NOT NULL, comment_count INTEGER NOT NULL
) STRICT;
"""
_INDEXES = """
CREATE INDEX posts_hot ON posts (hot DESC);
CREATE INDEX posts_score ON posts (score DESC);
CREATE INDEX posts_created ON posts (created_ms DESC);
CREATE INDEX posts_submolt_hot ON posts (submolt, hot DESC);
"""
_COLUMNS = (
    "wire_id, title, content, url, upvotes, downvotes, score, comment_count, created_at,"
    " author_id, author, submolt"
)
_ORDERS = {"hot": "hot", "top": "score", "new": "created_ms"}
_LISTS = {
    sort: f"SELECT {_COLUMNS} FROM posts ORDER BY {column} DESC LIMIT 25"
    for sort, column in _ORDERS.items()
}
_SUBMOLT = f"SELECT {_COLUMNS} FROM posts WHERE submolt = ? ORDER BY hot DESC LIMIT 25"


class Author(msgspec.Struct):
    """A post's author as lists show it."""

    id: str
    name: str


class Submolt(msgspec.Struct):
    """A post's submolt as lists show it."""

    id: str
    name: str
    display_name: str


class Post(msgspec.Struct):
    """A post as lists show it."""

    id: str
    title: str
    content: str | None
    url: str | None
    type: str
    upvotes: int
    downvotes: int
    score: int
    comment_count: int
    created_at: str
    updated_at: str
    author: Author
    submolt: Submolt


class Listing(msgspec.Struct):
    """A list reply."""

    success: bool
    posts: list[Post]
    has_more: bool
    next_cursor: str


class Floor:
    """The ASGI application over a filled database file."""

    def __init__(self, database: Path) -> None:
        flags = apsw.SQLITE_OPEN_READONLY
        self._cursor = apsw.Connection(str(database), flags=flags).cursor()
        self._cursor.execute("PRAGMA mmap_size = 1073741824")
        self._encoder = msgspec.json.Encoder()

    async def __call__(self, scope: dict[str, Any], _receive: Receive, send: Send) -> None:
        """Answer lists of posts; everything else is 404."""
        if scope["type"] != "http":
            return
        path, body = scope["path"], None
        if path == "/api/v1/posts":
            sort = parse_qs(scope["query_string"]).get(b"sort", [b"hot"])[0].decode()
            if sort in _LISTS:
                body = self._list(_LISTS[sort], ())
        elif path.startswith("/api/v1/submolts/") and path.endswith("/feed"):
            body = self._list(_SUBMOLT, (path[17:-5],))
        status = 404 if body is None else 200
        content = body if body is not None else b'{"success":false,"error":"not found"}'
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _list(self, sql: str, bindings: tuple[str, ...]) -> bytes:
        posts = [
            Post(
                wire_id, title, content, url, "link" if url else "text", up, down, score, comments, created,
                created, Author(author_id, author), Submolt(submolt, submolt, submolt),
            )
            for wire_id, title, content, url, up, down, score, comments, created, author_id, author, submolt
            in self._cursor.execute(sql, bindings)
        ]  # fmt: skip
        cursor = posts[-1].id if posts else ""
        return self._encoder.encode(Listing(True, posts, len(posts) == 25, cursor))


def hot_rank(score: int, created_s: float) -> int:
    """Reddit's hot rank in integer micro-units: sign * log10(max(|score|, 1)) + seconds / 45,000."""
    order = math.log10(max(abs(score), 1))
    sign = (score > 0) - (score < 0)
    return round((sign * order + created_s / 45_000) * 1_000_000)


def fill(database: Path, rows: Iterator[Row]) -> int:
    """Make a new database file of the rows; returns how many. The file must not exist yet."""
    if database.exists():
        raise SystemExit(f"{database} exists already")
    connection = apsw.Connection(str(database))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(_SCHEMA)
    with connection:
        connection.executemany(
            "INSERT INTO posts (wire_id, hot, score, created_ms, created_at, title, content, url, author_id,"
            " author, submolt, upvotes, downvotes, comment_count) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )
    connection.execute(_INDEXES)
    connection.execute("ANALYZE")
    (number,) = next(connection.execute("SELECT count(*) FROM posts"))
    connection.close()
    return int(number)


def archive_rows(folder: Path) -> Iterator[Row]:
    """The posts of a Moltbook archive folder (`*_posts.jsonl.xz`); fields differ a little by month."""
    for file in sorted(folder.glob("*_posts.jsonl.xz")):
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                post = msgspec.json.decode(line)
                author = str(post.get("author") or post.get("agent_name") or "unknown")
                submolt = str(post.get("submolt") or post.get("submolt_name") or "archive")
                up, down = int(post["upvotes"]), int(post["downvotes"])
                created = datetime.fromisoformat(post["created_at"])
                content = (post["content"] or "")[:40_000] or None
                yield _row(
                    str(post["id"]), up, down, created, str(post["title"])[:300], content,
                    post.get("url"), author, submolt, int(post["comment_count"]),
                )  # fmt: skip


def mirrored_rows(posts: Iterable[Json]) -> Iterator[Row]:
    """Posts as a server's lists show them, so that the floor answers the same pages."""
    for post in posts:
        yield _row(
            str(post["id"]), int(post.get("upvotes", 0)), int(post.get("downvotes", 0)),
            datetime.fromisoformat(post["created_at"]), post["title"], post["content"], post["url"],
            author_of(post), submolt_of(post), int(post["comment_count"]),
        )  # fmt: skip


def synthetic_rows(number: int, seed: int = 7) -> Iterator[Row]:
    """Posts with heavy-tailed authors, submolts, scores and lengths over 90 days, the same for the same seed."""
    dice, prose = random.Random(seed), Prose(seed)
    bodies = [prose.body() for _ in range(5_000)]
    titles = [prose.title() for _ in range(5_000)]
    end_s = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    for _ in range(number):
        up = min(int(dice.paretovariate(0.9)) - 1, 20_000)
        down = int(up * dice.random() * 0.2)
        created = datetime.fromtimestamp(end_s - dice.random() * 90 * 86_400, UTC)
        agent = min(int(dice.paretovariate(0.5)), 1_500_000)
        submolt = min(int(dice.paretovariate(0.6)), 20_000)
        wire_id = str(uuid.UUID(int=dice.getrandbits(128), version=8))
        yield _row(
            wire_id, up, down, created, dice.choice(titles), dice.choice(bodies), None, f"agent_{agent}",
            "general" if submolt == 1 else f"submolt-{submolt}", dice.randrange(20),
        )  # fmt: skip


def _row(
    wire_id: str, up: int, down: int, created: datetime, title: str, content: str | None, url: str | None,
    author: str, submolt: str, comments: int,
) -> Row:  # fmt: skip
    seconds = created.timestamp()
    author_id = str(uuid.uuid5(uuid.NAMESPACE_URL, author))
    return (
        wire_id, hot_rank(up - down, seconds), up - down, round(seconds * 1_000), created.isoformat(), title,
        content, url, author_id, author, submolt, up, down, comments,
    )  # fmt: skip


def main() -> None:
    """Fill a file, or serve one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("action", choices=("fill", "serve"))
    parser.add_argument("--db", type=Path, required=True, help="the floor's own database file")
    parser.add_argument("--archive", type=Path, help="fill: a folder with the Moltbook archive")
    parser.add_argument("--posts", type=int, help="fill: this many synthetic posts instead")
    parser.add_argument("--port", type=int, default=8090, help="serve: on 127.0.0.1")
    arguments = parser.parse_args()
    if arguments.action == "fill":
        if (arguments.archive is None) == (arguments.posts is None):
            parser.error("fill needs either --archive or --posts")
        rows = (
            archive_rows(arguments.archive)
            if arguments.archive
            else synthetic_rows(arguments.posts)
        )
        print(f"{fill(arguments.db, rows)} posts")
        return
    import uvicorn

    uvicorn.run(
        Floor(arguments.db), host="127.0.0.1", port=arguments.port, loop="uvloop", http="httptools",
        access_log=False, log_level="warning", lifespan="off",
    )  # fmt: skip


if __name__ == "__main__":
    main()
