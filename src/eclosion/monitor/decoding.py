"""What findings say was hidden, as observations that can be looked at themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from eclosion.kernel.finding import Finding, Observation

LETTERS_LEAST = 12
AT_ONCE = 8
"""So many decoded texts of one message are read: a message of a thousand ciphers is suspicious enough."""


class Decoded(NamedTuple):
    """A decoded text as an observation, and the finding that it comes from."""

    observation: Observation
    outer: Finding


def spoken_in(found: Sequence[Finding], observation: Observation) -> Iterator[Decoded]:
    """The decoded texts of findings, each once."""
    seen: set[str] = set()
    for finding in found:
        words = finding.decoded
        if len(words) < LETTERS_LEAST or words in seen or words in observation.text:
            continue
        seen.add(words)
        attributes = {**observation.attributes, "decoded_by": finding.rule}
        yield Decoded(replace(observation, text=words, attributes=attributes), finding)
        if len(seen) == AT_ONCE:
            return
