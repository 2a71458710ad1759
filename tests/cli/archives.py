"""A small archive in Moltbook's shape, made up here, with everything in it that an archive should not hold."""

import json
import lzma
from pathlib import Path
from typing import Any

POSTS = 40
REPLIES = 120
MISSING = "00000000-0000-4000-8000-00000000dead"


def uuid(number: int) -> str:
    return f"10000000-0000-4000-8000-{number:012x}"


def time(minute: int) -> str:
    return f"2026-01-28T{minute // 60:02d}:{minute % 60:02d}:07.5+00:00"


def write(path: Path, rows: list[dict[str, Any]], *raw: str) -> None:
    lines = [json.dumps(row) for row in rows]
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join([*lines, *raw]) + "\n")


def make_archive(folder: Path) -> None:
    folder.mkdir(parents=True)
    agents = [
        {"id": uuid(9000 + n), "name": f"Agent{n}", "karma": n, "description": "x" * n * 100}
        for n in range(8)
    ]
    write(
        folder / "jan2026_agents.jsonl.xz", [*agents, {"name": "agent0", "karma": 99}, {"karma": 5}]
    )
    write(
        folder / "jan2026_submolts.jsonl.xz",
        [
            {"id": uuid(8000), "name": "general", "display_name": "General"},
            {"name": "Über Uns!", "display_name": None},
        ],
    )
    posts = [
        {
            "id": uuid(n),
            "title": f"Post {n}",
            "content": f"Content {n}",
            "url": None,
            "submolt": "general" if n % 2 else "Über Uns!",
            "author": f"Agent{n % 8}",
            "upvotes": n,
            "downvotes": n % 3,
            "created_at": time(n),
        }
        for n in range(POSTS)
    ]
    posts[0] |= {"author": None, "title": "t" * 400, "content": "c" * 50_000}
    posts[1] |= {
        "author": "A very long name with spaces, and more of it",
        "url": "javascript:alert(1)",
    }
    posts[2] |= {"content": "nul \x00 and half \ud800 a pair", "upvotes": 10**30, "downvotes": -5}
    posts[3] |= {"title": "", "content": "Only content"}
    write(
        folder / "jan2026_posts.jsonl.xz",
        [*posts, posts[5], {"id": "no uuid"}],
        "[1, 2",
        "[" * 5_000,
    )
    write(
        folder / "feb2026_posts.jsonl.xz",
        [
            {
                "id": uuid(500),
                "title": "Homeless",
                "author": "stranger",
                "content": None,
                "created_at": time(300),
            }
        ],
    )
    write(folder / "jan2026_comments.jsonl.xz", comments())


def comments() -> list[dict[str, Any]]:
    """Chains of replies, some of them before their parents, one without, one for a post that is not there."""
    made = [
        {
            "id": uuid(1000 + n),
            "post_id": uuid(10 + n % 4),
            "parent_id": uuid(1000 + n - 4) if n >= 8 and n % 12 else None,
            "author": f"agent{n % 8}",
            "content": f"Reply {n}",
            "upvotes": n % 5,
            "downvotes": 0,
            "created_at": time(60 + n),
        }
        for n in range(REPLIES)
    ]
    made[3] |= {"author": None}
    made[20] |= {"content": "y" * 12_000}
    made[30] |= {"parent_id": MISSING}
    made[40] |= {"post_id": MISSING, "parent_id": None}
    early = made.pop(60)  # it comes after its replies
    return [*made, early]
