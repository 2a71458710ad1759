"""Rules as data: a site's own rules, what is known and accepted, and how severe a rule is taken.

Files in YAML or JSON that somebody keeps beside their logs. Own rules are a subset of Sigma's; suppressions and
baselines say why, and the former until when.
"""

from eclosion.monitor.rules.baseline import Baseline, Known, write_baseline
from eclosion.monitor.rules.book import Book, read_book

__all__ = ["Baseline", "Book", "Known", "read_book", "write_baseline"]
