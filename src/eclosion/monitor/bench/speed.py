"""How quickly the whole pipeline reads and looks, how long one message takes, and how much memory that needs.

Reads ``moltbook/jan2026_comments.jsonl.xz`` and ``moltbook/*_posts.jsonl.xz`` below the folder of corpora. Times are
of the processor and not of the clock, so that a busy machine blurs them less; sizes are of the texts in UTF-8.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from eclosion.kernel.finding import Observation
from eclosion.monitor.bench.rows import Row, figure
from eclosion.monitor.engine import Monitor
from eclosion.monitor.readers import read
from eclosion.monitor.watching import Watch

COMMENTS = "jan2026_comments.jsonl.xz"
WARM = 300
LIKE = range(1_500, 2_500)
MESSAGES = 3_000
COMMENTS_S = 120.0


def measure(data: Path) -> Iterator[Row]:
    """Speed over all comments, time of a message of about two kilobytes, memory."""
    folder = data / "moltbook"
    file = folder / COMMENTS
    if not file.exists():
        raise FileNotFoundError(2, "no such file", str(file))
    monitor = Monitor()
    yield from _whole(monitor, file)
    yield from _messages(folder)
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak_bytes / 1e6 if sys.platform == "darwin" else peak_bytes * 1024 / 1e6
    yield figure("P", "memory at its peak", peak_mb, "MB", most=300)


def _whole(monitor: Monitor, file: Path) -> Iterator[Row]:
    """From the packed file to findings, nothing left out."""
    for item in islice(read([file]), WARM):  # tables are loaded at the first look
        monitor.look(item.observation)
    monitor.spent_s.clear()
    began_s, clock_s = time.process_time(), time.perf_counter()
    before = monitor.observations
    found = sum(1 for _ in Watch(monitor, [file]).run())
    took_s, clock_s = time.process_time() - began_s, time.perf_counter() - clock_s
    count = monitor.observations - before
    size = sum(len(item.observation.text.encode("utf-8", "replace")) for item in read([file]))
    size_mb = size / 1e6
    yield figure("P", f"whole pipeline over {count:,} comments", size_mb / took_s, "MB/s", least=5)
    yield figure("P", f"{count:,} comments, one core", took_s, "s", most=COMMENTS_S)
    busy = took_s / clock_s  # detectors are measured by the clock
    for name, spent_s in sorted(monitor.spent_s.items()):
        yield figure("P", f"of that, {name}", 1_000 * busy * spent_s / size_mb, "ms/MB")
    reading_s = took_s - busy * sum(monitor.spent_s.values())
    yield figure("P", "of that, reading and the engine", 1_000 * reading_s / size_mb, "ms/MB")
    yield figure("P", "findings in them", found, "findings")


def _messages(folder: Path) -> Iterator[Row]:
    monitor = Monitor()
    files = sorted(folder.glob("*_posts.jsonl.xz"))
    texts = chain.from_iterable(read([file]) for file in files)
    likely = (item.observation for item in texts if len(item.observation.text) in LIKE)
    seen: list[Observation] = list(islice(likely, MESSAGES + WARM))
    for one in seen[:WARM]:
        monitor.look(one)
    took_ms = []
    for one in seen[WARM:]:
        began_s = time.thread_time()
        monitor.look(one)
        took_ms.append(1_000 * (time.thread_time() - began_s))
    took_ms.sort()
    what = f"a message of about 2 KB ({len(took_ms):,} real posts)"
    yield figure("P", f"{what}, median", took_ms[len(took_ms) // 2], "ms", cases=len(took_ms))
    yield figure(
        "P",
        f"{what}, 99th of 100",
        took_ms[len(took_ms) * 99 // 100],
        "ms",
        most=5,
        cases=len(took_ms),
    )
