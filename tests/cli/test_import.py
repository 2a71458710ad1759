"""Bringing an archive in, on both engines: whole, hostile text or not, however often it is interrupted."""

import json
import lzma
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eclosion.app.house import SOURCES
from eclosion.kernel.ids import bucket_of, made_ms
from eclosion.network.seeding.checking import check_counters
from eclosion.network.store import agents, archive, foreign, population, posts
from eclosion.store import Store, Unit, open_store
from tests.cli.archives import POSTS, REPLIES, make_archive, uuid, write
from tests.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "archive"
    make_archive(made)
    return made


def load(run: Run, folder: Path, url: str) -> dict[str, Any]:
    ended = run(
        "import", "moltbook", folder, "--db", url, "--submolt-for-orphans", "lost", "--json"
    )
    assert ended.status == 0, ended.err
    report: dict[str, Any] = json.loads(ended.out)
    return report


def totals(url: str) -> dict[str, int]:
    found: dict[str, int] = looked(url, agents.totals)
    return found


def looked(url: str, fn: Any) -> Any:
    store: Store = open_store(url, SOURCES, writable=False)
    try:
        return store.read_now(fn)
    finally:
        store.close()


def test_everything_arrives_or_is_accounted_for(run: Run, folder: Path, database_url: str) -> None:
    report = load(run, folder, database_url)
    assert report["imported"]["posts"] == POSTS + 1
    homeless = report["notes"]["comments on posts that the archive does not hold, left out"]
    assert report["imported"]["comments"] == REPLIES - homeless
    assert homeless == 1
    assert totals(database_url)["posts"] == POSTS + 1
    notes = report["notes"]
    assert notes["titles cut to 300 characters"] == 1
    assert notes["contents of posts cut to 40,000 characters"] == 1
    assert notes["comments cut to 10,000 characters"] == 1
    assert notes["texts with NUL or broken characters"] == 1
    assert notes["posts without a title"] == 1
    assert notes["posts without a submolt, put where you said"] == 1
    assert notes["addresses dropped: not http, or too long"] == 1
    assert notes["jan2026_posts.jsonl.xz: lines that are no record"] == 3
    assert notes["posts of deleted authors"] == 1
    assert notes["comments of deleted authors"] == 1
    assert notes["comments whose parent is missing, put under the post"] == 2


def test_counters_are_true(run: Run, folder: Path, database_url: str) -> None:
    """Scores, ranks, comments of posts, replies, what each agent wrote."""
    load(run, folder, database_url)
    assert looked(database_url, lambda unit: check_counters(unit, 500)) == []


def test_search_finds_what_came(run: Run, folder: Path, database_url: str) -> None:
    """The index is built at the end of an import, or when an operator asks for it."""
    url = database_url
    words = ("import", "moltbook", folder, "--db", url, "--no-index")
    assert run(*words).status == 0
    built = run("admin", "reindex", "--db", url, "--json")
    assert built.status == 0, built.err
    assert json.loads(built.out)["looked_at"] >= POSTS + 1
    assert json.loads(run("admin", "reindex", "--db", url, "--json").out)["looked_at"] == 0


def test_second_run_changes_nothing(run: Run, folder: Path, database_url: str) -> None:
    load(run, folder, database_url)
    before = totals(database_url)
    report = load(run, folder, database_url)
    assert set(report["imported"].values()) == {0}
    assert totals(database_url) == before
    assert looked(database_url, lambda unit: check_counters(unit, 500)) == []


def test_things_keep_their_time_and_their_links(run: Run, folder: Path, database_url: str) -> None:
    load(run, folder, database_url)

    def look(unit: Unit) -> None:
        id_ = foreign.id_of(unit, f"post:{uuid(7)}")
        assert id_ is not None
        post = posts.post_by_id(unit, id_)
        assert post is not None
        assert (post.title, post.author_name, post.submolt_name, post.score) == (
            "Post 7",
            "Agent7",
            "general",
            6,
        )
        assert made_ms(id_) == post.created_ms == 1_769_558_827_500
        submolt = foreign.id_of(unit, f"submolt:{uuid(8000)}")
        assert submolt == post.submolt_id
        assert bucket_of(submolt) == bucket_of(id_)

    looked(database_url, look)


def test_threads_stay_whole(run: Run, folder: Path, database_url: str) -> None:
    """A reply stands under its parent, also where the file has it first."""
    load(run, folder, database_url)

    def look(unit: Unit) -> None:
        parent = foreign.id_of(unit, f"comment:{uuid(1060)}")
        child = foreign.id_of(unit, f"comment:{uuid(1064)}")
        assert parent
        assert child
        [found] = population.comments_after(unit, child - 1, 1)
        assert (found.id, found.parent_id) == (child, parent)
        above = archive.place_of_comment(unit, parent)
        assert above is not None
        assert (found.post_id, found.root_id, found.depth) == (above[0], above[1], above[2] + 1)

    looked(database_url, look)


def test_names_fit_our_rules_and_deleted_authors_are_nobody(
    run: Run, folder: Path, database_url: str
) -> None:
    load(run, folder, database_url)

    def look(unit: Unit) -> None:
        long_one = foreign.id_of(unit, "agent:a very long name with spaces, and more of it")
        assert long_one is not None
        agent = agents.agent_by_id(unit, long_one)
        assert agent is not None
        assert agent.name == "A_very_long_name_with_spaces__an"
        gone = foreign.id_of(unit, "agent:[deleted]")
        assert gone is not None
        nobody = agents.agent_by_id(unit, gone)
        assert nobody is not None
        assert (nobody.name, nobody.posts, nobody.comments) == ("[deleted]", 1, 1)

    looked(database_url, look)
    assert totals(database_url)["agents"] == 8 + 2


def test_killed_import_goes_on_where_it_was(folder: Path, tmp_path: Path, run: Run) -> None:
    """Killed after its first batches, as no program can catch; the next run ends with the same counts."""
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    code = (
        "import os, signal, sys\n"
        "from eclosion.network.archive import files, importing\n"
        "files.BATCH = 10\n"
        "left = [int(sys.argv[1])]\n"
        "write = importing._Load._write\n"
        "def count(self, *args):\n"
        "    write(self, *args)\n"
        "    left[0] -= 1\n"
        "    if not left[0]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "importing._Load._write = count\n"
        "sys.argv[1:] = sys.argv[2:]\n"
        "from eclosion.entry.cli import main\n"
        "main()\n"
    )
    words = ["import", "moltbook", str(folder), "--db", url, "--submolt-for-orphans", "lost"]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("ECLOSION_")
    }
    for batches in ("2", "5", "11"):
        done = subprocess.run(
            [sys.executable, "-c", code, batches, *words],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
    load(run, folder, url)
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    load(run, folder, whole)
    assert totals(url) == totals(whole)
    assert looked(url, lambda unit: check_counters(unit, 500)) == []


def test_damaged_file_is_read_up_to_the_damage(run: Run, folder: Path, tmp_path: Path) -> None:
    path = folder / "jan2026_comments.jsonl.xz"
    path.write_bytes(path.read_bytes()[:-40])
    report = load(run, folder, f"sqlite:///{tmp_path / 'a.db'}")
    assert report["notes"]["jan2026_comments.jsonl.xz: damaged, read up to the damage"] == 1
    assert report["imported"]["posts"] == POSTS + 1


def test_folder_without_archive_is_told(run: Run, tmp_path: Path) -> None:
    ended = run("import", "moltbook", tmp_path)
    assert ended.status == 2
    assert "holds no archive" in ended.err
    assert ended.out == ""


def test_export_comes_back_whole(run: Run, folder: Path, database_url: str, tmp_path: Path) -> None:
    """What is exported and imported elsewhere counts the same, threads and all."""
    load(run, folder, database_url)
    out = tmp_path / "out"
    ended = run("export", out, "--db", database_url, "--json")
    assert ended.status == 0, ended.err
    counts = json.loads(ended.out)
    assert counts["posts"] == POSTS + 1
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere' / 'network.db'}"
    report = load(run, out, elsewhere)
    assert report["imported"] == counts
    assert totals(elsewhere) == totals(database_url)
    assert looked(elsewhere, lambda unit: check_counters(unit, 500)) == []
    again = run("export", out, "--db", database_url)
    assert again.status == 2
    with lzma.open(out / "posts.jsonl.xz", "rt") as file:
        assert {"id", "title", "submolt", "author", "created_at"} <= json.loads(
            file.readline()
        ).keys()


def test_deep_chain_is_bounded(run: Run, tmp_path: Path) -> None:
    """A chain of two hundred replies ends up no deeper than our trees are."""
    folder = tmp_path / "deep"
    folder.mkdir()
    when = "2026-02-01T00:00:00Z"
    write(
        folder / "jan2026_posts.jsonl.xz",
        [
            {
                "id": uuid(1),
                "title": "Deep",
                "content": "x",
                "submolt": "general",
                "author": "a",
                "created_at": when,
            }
        ],
    )
    chain = [
        {
            "id": uuid(100 + n),
            "post_id": uuid(1),
            "parent_id": uuid(99 + n) if n else None,
            "author": "b",
            "content": "x",
            "created_at": when,
        }
        for n in range(200)
    ]
    write(folder / "jan2026_comments.jsonl.xz", chain)
    url = f"sqlite:///{tmp_path / 'deep.db'}"
    report = load(run, folder, url)
    assert report["imported"]["comments"] == 200
    found = looked(url, lambda unit: population.comments_after(unit, 0, 300))
    assert max(comment.depth for comment in found) <= 50
    assert looked(url, lambda unit: check_counters(unit, 100)) == []
