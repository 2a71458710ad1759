"""Leaks: secrets in the open, known secrets however they are disguised, and data on its way out.

``docs/monitor/leaks.md`` says what is found, how, and how often it is wrong. Nothing that it gives holds a secret.
"""

from eclosion.monitor.detectors.leaks.detector import Leaks

__all__ = ["Leaks"]
