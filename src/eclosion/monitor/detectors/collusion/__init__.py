"""Collusion: several actors who share a key, a text, a rhythm or a word of their own.

``docs/monitor/collusion.md`` says what is found, how, and how often. A group is told once and again when it has grown
fourfold, not with every message of it.
"""

from eclosion.monitor.detectors.collusion.detector import Collusion

__all__ = ["Collusion"]
