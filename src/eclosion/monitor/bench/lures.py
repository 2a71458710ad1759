"""Lures: recall on families of pretexts that nobody tuned on, false alarms on what looks like one, and on real posts.

Reads, if they are there, ``moltbook/*_posts.jsonl.xz`` and ``moltbook/*_comments.jsonl.xz`` (JSON Lines with ``title``
and ``content``) in the data folder. The set of lures itself ships with the monitor.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from eclosion.kernel.finding import Observation
from eclosion.monitor.bench.lure_texts import LureText, compose_lures
from eclosion.monitor.bench.posts import read_posts
from eclosion.monitor.bench.rows import Row, figure, share
from eclosion.monitor.detectors.lures import Lures
from eclosion.monitor.detectors.lures.judging import find_lure
from eclosion.monitor.passage import Passage

SURENESS = (0.0, 0.75, 0.85, 0.93, 1.0)
LONGEST_LIST = 60_000
"""So many texts of one file are read."""


def measure(data: Path) -> Iterator[Row]:
    """Recall and false alarms on the set, alerts on real posts, and the cost."""
    texts = compose_lures()
    for held, name in ((True, "families held out"), (False, "families that were tuned on")):
        lures = [one for one in texts if one.is_lure and one.is_held == held]
        others = [one for one in texts if not one.is_lure and one.is_held == held]
        least, most = (0.9, 0.005) if held else (None, None)
        yield share("S2", f"lures found, {name}", count_alerts(lures), len(lures), least=least)
        yield share("S2", f"false alarms, {name}", count_alerts(others), len(others), most=most)
    yield from _sureness([one for one in texts if one.is_held])
    for file in sorted((data / "moltbook").glob("*.jsonl.xz")):
        if file.name.partition("_")[2] not in {"posts.jsonl.xz", "comments.jsonl.xz"}:
            continue
        posts = read_posts(file, LONGEST_LIST)
        alerts, cost_s = _timed(posts)
        megabytes = sum(len(one.encode()) for one in posts) / 1e6
        name = file.name.partition(".")[0]
        yield share("S2", f"alerts on {name}, true ones among them", alerts, len(posts), most=0.005)
        yield figure("P", f"lures, CPU on {name}", cost_s / megabytes * 1e3, "ms/MB", most=30)


def _sureness(texts: Iterable[LureText]) -> Iterator[Row]:
    """Of what is found in families held out: how many are lures, by how sure the detector is."""
    found = [(lure.confidence, one.is_lure) for one in texts if (lure := find_lure(one.text))]
    for low, high in pairwise(SURENESS):
        band = [is_lure for sure, is_lure in found if low <= sure < high]
        if band:
            what = f"lures among findings of confidence {low:.2f} to {high:.2f}"
            yield share("S2", what, sum(band), len(band))


def count_alerts(texts: Iterable[LureText]) -> int:
    """In how many of the texts something is found."""
    detector = Lures()
    return sum(_is_found(detector, one.text) for one in texts)


def _is_found(detector: Lures, text: str) -> bool:
    observation = Observation(0, "agent", "message.sent", text=text)
    return any(detector.look(Passage(observation)))


def _timed(texts: list[str]) -> tuple[int, float]:
    detector = Lures()
    _is_found(detector, "Send me your password.")  # compiles what is compiled once
    start_s = time.process_time()
    alerts = sum(_is_found(detector, one) for one in texts)
    return alerts, time.process_time() - start_s
