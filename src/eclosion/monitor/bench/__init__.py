"""What the monitor reaches, measured: a module for each detector, run by ``eclosion monitor bench``.

A module has ``measure(data) -> Iterable[Row]``, where ``data`` is a folder of corpora as its own docstring lists them
(``--data``; corpora are never shipped). It may leave out what it has no corpus for; ``FileNotFoundError`` says that
it has none at all. It measures the detectors as they ship, on what they were not tuned on.
"""

from eclosion.monitor.bench.rows import Row, figure, share, wilson

__all__ = ["Row", "figure", "share", "wilson"]
