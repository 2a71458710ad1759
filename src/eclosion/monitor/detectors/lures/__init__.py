"""Lures: requests by which agents talk owners, or each other, out of their secrets.

A request is a speech act: somebody asks (an order, a question, a need), for a secret, for an answer that comes back to
the speaker or into the open. ``gate`` hears where one is named, ``model`` weighs the words around it, ``asking`` judges
its sentence by rules of speech, ``judging`` a message; ``actions`` is about what tools are called for.
"""

from eclosion.monitor.detectors.lures.lures import Lures

__all__ = ["Lures"]
