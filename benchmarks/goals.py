"""What Eclosion must reach, and how each figure is read from a result of `benchmarks.load`.

A goal that asks for a peer or the floor is met only by a result in which both sides ran, interleaved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Reading = Callable[[Json], str | None]

OURS = "eclosion"
STORES = {
    "archive": "the real archive: 22,696 posts, 154,594 comments",
    "million": "a million posts",
    "wall": "1.5 M agents, 1 M posts, 1.5 M comments, 3 M votes",
    "full": "1.5 M agents, 5 M posts, 20 M comments, 50 M votes",
    "watchers": "an empty store that is watched (`python -m benchmarks.watchers`)",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table: on which store, what must hold, and how a report tells."""

    name: str
    store: str
    text: str
    read: Reading


def _median(report: Json, scenario: str, side: str, mode: str = "saturation") -> Json | None:
    sides = report["scenarios"].get(scenario, {}).get(mode, {})
    figures: Json | None = sides.get(side, {}).get("median")
    return figures or None


def _times_peer(scenario: str) -> Reading:
    def read(report: Json) -> str | None:
        ours, peer = _median(report, scenario, OURS), _median(report, scenario, "peer")
        if ours is None or peer is None:
            return None
        return (
            f"{ours['per_s'] / peer['per_s']:.1f}x ({ours['per_s']:,.0f}/s against {peer['per_s']:,.1f}/s; "
            f"p99 {ours['p99_ms']:,.1f} ms against {peer['p99_ms']:,.1f} ms)" + _caveats(ours, peer)
        )

    return read


def _times_floor(scenario: str) -> Reading:
    def read(report: Json) -> str | None:
        ours, floor = _median(report, scenario, OURS), _median(report, scenario, "floor")
        if ours is None or floor is None:
            return None
        name = "cpu_us_per_request"
        return f"{ours[name] / floor[name]:.2f}x ({ours[name]:.0f} µs against {floor[name]:.0f} µs)"

    return read


def _rate(scenario: str) -> Reading:
    def read(report: Json) -> str | None:
        ours = _median(report, scenario, OURS)
        if ours is None:
            return None
        return f"{ours['per_s']:,.0f}/s, p99 {ours['p99_ms']:,.1f} ms" + _caveats(ours)

    return read


def _half_latency(report: Json) -> str | None:
    """The worst p99 of any feed page at half of saturation, open loop."""
    found = []
    for scenario in ("hot", "new", "top", "rising", "submolt", "feed"):
        figures = _median(report, scenario, OURS, "open_loop")
        if figures is not None:
            found.append((figures["p99_ms"], scenario, figures["rate"]))
    if not found:
        return None
    worst = max(found)
    names = ", ".join(scenario for _, scenario, _ in found)
    return f"{worst[0]:.1f} ms ({worst[1]} at {worst[2]:,.0f}/s; measured: {names})"


def _memory(report: Json) -> str | None:
    peaks = [
        run["rss_anon_bytes"]
        for scenario in report["scenarios"].values()
        for mode in ("saturation", "open_loop")
        for run in scenario.get(mode, {}).get(OURS, {}).get("runs", [])
        if run.get("rss_anon_bytes")
    ]
    return f"{max(peaks) / 2**20:,.0f} MiB at most, after any run" if peaks else None


def _cold_start(report: Json) -> str | None:
    seconds = report["servers"].get(OURS, {}).get("cold_start_s")
    return f"{seconds:.2f} s to the first hot page" if seconds is not None else None


def _plain_reads(report: Json) -> str | None:
    """Reads a second on the full store; the share of the archive's is for the reader to take from both rows."""
    found = []
    for scenario in ("hot", "new", "submolt", "post"):
        figures = _median(report, scenario, OURS)
        if figures is not None:
            found.append(f"{scenario} {figures['per_s']:,.0f}/s")
    return ", ".join(found) or None


def _idle_watchers(report: Json) -> str | None:
    found = report.get("idle")
    if not found:
        return None
    held, each = found["rss_anon_bytes"] / 2**20, found["bytes_each"] / 1024
    return f"{held:,.0f} MiB with {found['watchers']:,} ({each:.0f} KiB each), {found['cpu_cores']:.2f} cores"


def _watched_flow(report: Json) -> str | None:
    """The way from the moment in which a write was due to the arrival of its event, the write itself included."""
    found = report.get("flow")
    if not found:
        return None
    parts = [f"{found['writes_per_s']:,.0f} writes/s"]
    for name in ("filtered", "everything"):
        part = found[name]
        lost = found[f"expected_{name}"] - part["events"]
        parts.append(
            f"{part['watchers']:,} {name}: {part['events_per_s']:,}/s, p99 {part['way_ms']['p99']:,.0f} ms"
            + (f", {lost:,} lost" if lost else "")
        )
    answered = found["writes"]["answered_ms"]["p99"]
    parts.append(
        f"writes answered at p99 {answered:,.0f} ms, {found['server_cpu_cores']:.2f} cores"
    )
    return "; ".join(parts)


def _watched_cut(report: Json) -> str | None:
    parts = []
    if report.get("flow"):
        cut = report["flow"]["cut"]
        parts.append(
            f"cut while {cut['written']:,} were written: {cut['missed']:,} missed, {cut['repeated']:,} repeated"
        )
    if report.get("away"):
        away = report["away"]
        parts.append(
            f"away for {away['written']:,}: {away['missed']:,} missed, in {away['took_s']:,.1f} s"
        )
    return "; ".join(parts) or None


def _caveats(*sides: Json) -> str:
    """What a reader must know: errors, and writes that had no effect."""
    notes = []
    errors = [int(side.get("errors", 0)) for side in sides]
    if any(errors):
        notes.append("errors " + " / ".join(map(str, errors)))
    effects = [side["effect"] for side in sides if side.get("effect") is not None]
    if any(effect < 0.9 for effect in effects):
        notes.append("effect " + " / ".join(map(str, effects)))
    return f" [{'; '.join(notes)}]" if notes else ""


GOALS = (
    Goal("hot", "archive", "hot: at least 50x the peer's rate, at a lower p99", _times_peer("hot")),
    *(
        Goal(
            name,
            "archive",
            f"{text}: at least 10x the peer's rate, at a lower p99",
            _times_peer(name),
        )
        for name, text in (
            ("new", "new"),
            ("submolt", "submolt"),
            ("post", "one post with comments"),
        )
    ),
    *(
        Goal(
            name,
            "archive",
            f"{name}: at least 5x the peer's rate, at a lower p99",
            _times_peer(name),
        )
        for name in ("votes", "comments", "posts")
    ),
    Goal("million-hot", "million", "hot: at least 1,000x the peer's rate", _times_peer("hot")),
    *(
        Goal(
            f"floor-{name}",
            "archive",
            f"{name}: CPU at most 1.5x the raw floor's",
            _times_floor(name),
        )
        for name in ("hot", "new", "top", "submolt")
    ),
    Goal("reads", "archive", "reads a second, to compare with", _plain_reads),
    Goal("front", "wall", "anonymous front page: at least 5,000 requests a second", _rate("front")),
    Goal("full-reads", "full", "reads: at least 80 % of the archive's rates", _plain_reads),
    Goal(
        "full-half",
        "full",
        "p99 of any feed page under 10 ms at half of saturation",
        _half_latency,
    ),
    Goal("full-memory", "full", "server's RssAnon under 1 GiB", _memory),
    Goal("full-start", "full", "cold start under 3 s", _cold_start),
    Goal(
        "full-registrations",
        "full",
        "at least 1,000 registrations a second",
        _rate("registrations"),
    ),
    Goal(
        "full-mixed",
        "full",
        "at least 2,000 mixed writes a second from 256 agents, p99 under 250 ms",
        _rate("mixed"),
    ),
    Goal(
        "watchers-idle",
        "watchers",
        "10,000 idle watchers: server's RssAnon under 500 MiB",
        _idle_watchers,
    ),
    Goal(
        "watchers-flow",
        "watchers",
        "20,000 filtered events/s, 50 watchers of everything, 500 writes/s: write to arrival under 250 ms (p99)",
        _watched_flow,
    ),
    Goal("watchers-cut", "watchers", "a watcher that was cut off misses none", _watched_cut),
    Goal("full-votes", "full", "at least 5,000 votes a second", _rate("votes")),
)
