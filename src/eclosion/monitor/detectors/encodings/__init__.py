"""Hidden speech in encodings and disguises: what was encoded, how often, and what it says."""

from eclosion.monitor.detectors.encodings.detector import Encodings

__all__ = ["Encodings"]
