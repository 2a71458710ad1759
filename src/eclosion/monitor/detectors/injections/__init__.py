"""Injections: texts that give orders to the model which reads them.

A classifier of our own (hashed n-grams, linear, weights of half a megabyte) weighs a text as a whole and, where it was
carried by a mail, a page or a tool, sentence by sentence; named signs add to that. ``features`` makes numbers of a
text,
``model`` weighs them, ``gate`` passes most texts by, ``injections`` puts it together.
"""

from eclosion.monitor.detectors.injections.injections import Injections

__all__ = ["Injections"]
