"""The benchmarks measure what they say: loads are made right and the page of results follows from its data."""

import re
from collections import Counter
from pathlib import Path

import msgspec

from benchmarks import record
from benchmarks.generators import write_pool
from benchmarks.goals import GOALS, STORES
from benchmarks.load import medians, ratios
from benchmarks.machine import cpu_seconds, process_tree, rss_anon_bytes
from benchmarks.openloop import percentiles, read_pool
from benchmarks.scenarios import SCENARIOS, Item, Supply
from benchmarks.targets import Targets, align
from benchmarks.wire import ECLOSION, REFERENCE, author_of, submolt_of

HERE = Path(record.__file__).parent


def make_supply(agents: int = 7, posts: int = 11) -> Supply:
    targets = Targets(
        keys=[f"key-{number}" for number in range(agents)],
        agents=[f"agent_{number}" for number in range(agents)],
        posts=[f"post-{number}" for number in range(posts)],
        threads={"A thread": "post-1"},
        parents=[("post-1", "comment-1")],
        submolts=Counter({"general": 3, "tools": 1}),
    )
    return Supply(ECLOSION, "127.0.0.1:1", targets, agents, seed=5)


def who_and_where(item: Item) -> tuple[bytes, str]:
    found = re.search(rb"Bearer (\S+)", item.raw)
    assert found is not None
    return found[1], item.target


def test_every_vote_is_a_pair_of_its_own() -> None:
    supply = make_supply()
    items = supply.pool(SCENARIOS["votes"], 77)
    assert len({who_and_where(item) for item in items}) == 77
    assert supply.votes_left == 0


def test_votes_given_back_are_used_again() -> None:
    supply = make_supply()
    items = supply.pool(SCENARIOS["votes"], 50)
    supply.give_back(items[20:])
    again = supply.pool(SCENARIOS["votes"], 57)
    assert len({who_and_where(item) for item in items[:20] + again}) == 77


def test_every_write_has_its_own_idempotency_key_and_text() -> None:
    supply = make_supply(posts=500)
    items = [
        item for name in ("mixed", "comments", "posts") for item in supply.pool(SCENARIOS[name], 60)
    ]
    keys = [re.search(rb"Idempotency-Key: (\S+)", item.raw) for item in items]
    assert len({key[1] for key in keys if key}) == len(items)
    bodies = [body for item in items if (body := item.raw.split(b"\r\n\r\n", 1)[1])]
    assert len(set(bodies)) == len(bodies)


def test_a_request_says_how_long_its_body_is() -> None:
    head, body = make_supply().pool(SCENARIOS["registrations"], 1)[0].raw.split(b"\r\n\r\n", 1)
    assert f"Content-Length: {len(body)}".encode() in head
    assert set(msgspec.json.decode(body)) == {"name", "description"}


def test_a_page_of_two_requests_counts_as_one() -> None:
    targets = Targets(keys=["k"], threads={"A thread": "post-1"})
    scenario = SCENARIOS["post"]
    assert Supply(REFERENCE, "h", targets, 1, seed=1).requests_per_page(scenario) == 2
    assert Supply(ECLOSION, "h", targets, 1, seed=1).requests_per_page(scenario) == 1


def test_sides_are_asked_for_what_all_of_them_have() -> None:
    one = Targets([], threads={"a": "1", "b": "2"}, submolts=Counter({"x": 2, "y": 1}))
    two = Targets([], threads={"b": "20", "c": "30"}, submolts=Counter({"x": 9}))
    align([one, two])
    assert (one.threads, two.threads) == ({"b": "2"}, {"b": "20"})
    assert one.submolts == two.submolts == Counter({"x": 2})


def test_a_pool_is_read_as_it_was_written(tmp_path: Path) -> None:
    items = [Item("read", b"x" * length) for length in (1, 30, 500)]
    write_pool(items, tmp_path / "pool", 2)
    read = read_pool(tmp_path / "pool.0") + read_pool(tmp_path / "pool.1")
    assert sorted(read) == sorted(item.raw for item in items)


def test_figures_are_medians_and_ratios_are_to_the_first_side() -> None:
    runs = [{"per_s": rate, "p99_ms": 1.0, "errors": {"status": 1}} for rate in (10, 30, 20)]
    assert medians(runs) == {"per_s": 20, "p99_ms": 1.0, "errors": 3}
    assert ratios({"ours": {"per_s": 30}, "peer": {"per_s": 10}}) == {"ours/peer": {"per_s": 3}}
    assert percentiles([float(n) for n in range(100)])["p99"] == 99


def test_posts_of_both_dialects_are_understood() -> None:
    ours = {"author": {"name": "ada"}, "submolt": {"name": "general"}}
    theirs = {"author_name": "ada", "submolt": "general"}
    assert author_of(ours) == author_of(theirs) == "ada"
    assert submolt_of(ours) == submolt_of(theirs) == "general"


def test_this_process_is_measured() -> None:
    import os

    me = [os.getpid()]
    assert me[0] in process_tree(me)
    assert cpu_seconds(me) > 0
    assert rss_anon_bytes(me) > 1_000_000


def test_the_page_of_results_follows_from_its_data() -> None:
    """Figures enter by `python -m benchmarks record`, never by hand."""
    kept = HERE / "measured.json"
    measured = msgspec.json.decode(kept.read_bytes()) if kept.exists() else {}
    assert record.table(measured) in (HERE / "RESULTS.md").read_text("utf-8")
    assert set(measured) <= {goal.name for goal in GOALS}
    assert {goal.store for goal in GOALS} == set(STORES)


def test_a_recorded_command_names_no_directory() -> None:
    command = [
        "python",
        "-m",
        "benchmarks",
        "hot",
        "--data",
        "/srv/a b/store",
        "--peer",
        "http://127.0.0.1:1",
    ]
    assert record.tidy(command) == "python -m benchmarks hot --data store --peer http://127.0.0.1:1"


def test_a_goal_is_read_only_from_its_own_store() -> None:
    figures = {"per_s": 500.0, "p99_ms": 2.0, "errors": 0}
    sides = {"eclosion": {"median": figures}, "peer": {"median": {**figures, "per_s": 5.0}}}
    report = {
        "store": "million",
        "machine": {"cpu": "c", "cores": 2, "kernel": "6", "python": "3.11", "date": "2026-01-01T00",
                    "commit": "abc", "command": ["python"]},
        "servers": {},
        "scenarios": {"hot": {"saturation": sides}},
    }  # fmt: skip
    measured = record.record([report], {})
    assert set(measured) == {"million-hot"}
    assert measured["million-hot"]["figure"].startswith("100.0x (500/s against 5.0/s")


def test_figures_of_watchers_are_read_from_their_report() -> None:
    way = {"p99": 123.4}
    streams = {"watchers": 2_000, "events": 90, "events_per_s": 20_000, "way_ms": way}
    report = {
        "store": "watchers",
        "idle": {
            "rss_anon_bytes": 2**28,
            "bytes_each": 2**14,
            "watchers": 10_000,
            "cpu_cores": 0.05,
        },
        "flow": {
            "writes_per_s": 500.0,
            "filtered": streams,
            "everything": streams,
            "expected_filtered": 100,
            "expected_everything": 90,
            "writes": {"answered_ms": {"p99": 50.0}},
            "server_cpu_cores": 0.5,
            "cut": {"written": 10, "missed": 0, "repeated": 0},
        },
        "away": {"written": 1_000, "missed": 1, "took_s": 2.0},
    }
    goals = {goal.name: goal.read for goal in GOALS if goal.store == "watchers"}
    assert goals["watchers-idle"](report) == "256 MiB with 10,000 (16 KiB each), 0.05 cores"
    flow = goals["watchers-flow"](report)
    assert flow is not None
    assert "p99 123 ms, 10 lost" in flow
    assert flow.count("lost") == 1
    cut = goals["watchers-cut"](report)
    assert cut is not None
    assert "1 missed" in cut
