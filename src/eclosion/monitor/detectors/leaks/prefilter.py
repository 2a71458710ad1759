"""The first look for secrets: every rule's form in one pass of Hyperscan, hundreds of megabytes a second.

It reports where a form ends, in code points; whether a secret stands there is decided in ``eclosion.kernel.secrets``.
"""

from __future__ import annotations

from functools import cache

import hyperscan

from eclosion.kernel.secrets import Hit, prefilters


class Prefilter:
    """A compiled set of forms with the list that its matches go to. Not for two threads at once."""

    def __init__(self) -> None:
        forms = prefilters()
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=[form.encode() for form, _ in forms],
            ids=list(range(len(forms))),
            flags=[hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, caseless in forms],
        )
        self._found: list[tuple[int, int]] = []

    def hits(self, text: str) -> list[Hit]:
        """Where forms end in the text, in order of place.

        The engine counts bytes; where the text is not ASCII they are counted over into code points.
        """
        found = self._found
        found.clear()
        raw = text.encode("utf-8", "replace")
        self._database.scan(raw, match_event_handler=self._note)
        if not found:
            return []
        if len(raw) == len(text):
            return [Hit(rule, end) for rule, end in found]
        return _in_code_points(raw, found)

    def _note(self, rule: int, start: int, end: int, flags: int, context: object) -> None:
        self._found.append((rule, end))


@cache
def shared_prefilter() -> Prefilter:
    """One for the whole process: compiling takes more than half a second."""
    return Prefilter()


def _in_code_points(raw: bytes, found: list[tuple[int, int]]) -> list[Hit]:
    hits, at_byte, at_point = [], 0, 0
    for rule, end in sorted(found, key=lambda one: one[1]):
        at_point += len(raw[at_byte:end].decode("utf-8", "ignore"))
        at_byte = end
        hits.append(Hit(rule, at_point))
    return hits
