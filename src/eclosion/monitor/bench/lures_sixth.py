"""Lures of the sixth batch, which nobody reads but this: run it once, when the detector is done.

Its families have pretexts of their own (a farm, a theatre, an estate, a chess club, ...). Whoever changes the detector
for what stands there has no held-out figure any more and writes a seventh.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eclosion.monitor.bench.lure_texts import compose_sixth
from eclosion.monitor.bench.lures import count_alerts
from eclosion.monitor.bench.rows import Row, share


def measure(data: Path) -> Iterator[Row]:  # noqa: ARG001 - as every measurement is called
    """Recall and false alarms; the data folder is not needed."""
    texts = compose_sixth()
    lures = [one for one in texts if one.is_lure]
    others = [one for one in texts if not one.is_lure]
    yield share("S2", "lures found, sixth batch", count_alerts(lures), len(lures), least=0.9)
    yield share("S2", "false alarms, sixth batch", count_alerts(others), len(others), most=0.005)
