"""Lures: requests by which agents talk owners, or each other, out of their secrets.

A request is a speech act: somebody asks (an order, a question, a need), for a secret, for an answer that comes back to
the speaker or into the open. ``asking`` judges a sentence so, ``judging`` a message, ``actions`` what tools are
called for.
"""

from eclosion.monitor.detectors.lures.lures import Lures

__all__ = ["Lures"]
