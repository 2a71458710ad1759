"""One observation's text with what several detectors ask of it, each worked out at most once.

What an observation's attributes are called, for every reader and every detector (all optional, all text):

- ``session``: the conversation or log that it belongs to; ``reply_to``: the subject of what it answers
- ``role``: ``user``, ``assistant``, ``system``, ``tool`` (what a tool answered) or ``thinking``
- ``recipient``: to whom it was said, if to somebody: another agent's name, ``owner``, ``public``
- ``tool``, ``call``, ``field``: the tool of a call or an answer, the call's id, and which argument this text is
- ``title``, ``submolt``, ``model``, ``cwd``, ``lang``: as the source has them

A tool call is one observation an argument (action ``tool.called``, ``field`` the argument's JSON pointer), its answer
one of ``tool.answered``; words are ``message.sent``, ``post.created``, ``comment.created``, ``line.logged``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from eclosion.kernel.finding import Finding, Observation

if TYPE_CHECKING:
    from eclosion.monitor.decoders.gate import Gate
    from eclosion.monitor.decoders.views import View
    from eclosion.monitor.recalling import Recall

Fact = TypeVar("Fact")

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class Passage:
    """What a detector is shown.

    Args:
        observation: what was done and said.
        afford: says whether so many milliseconds of work may still be spent on it, and counts them; without it
            everything may.
        knows: says whether a word in lower case is one of this site's own, learned from its traffic.
        recall: what is known of texts that were seen before.

    Attributes:
        text: the observation's words.
        data: the same in UTF-8; what cannot be written in it is a question mark.
        is_ascii: whether nothing but ASCII is in it: most hidden text can be ruled out by this.
        found: what the detectors before this one have found in it; ``collusion`` comes last.
    """

    def __init__(
        self,
        observation: Observation,
        afford: Callable[[float], bool] | None = None,
        knows: Callable[[str], bool] | None = None,
        recall: Recall | None = None,
    ) -> None:
        self.observation = observation
        self.text = observation.text
        self.data = observation.text.encode("utf-8", "replace")
        self.is_ascii = observation.text.isascii()
        self.found: list[Finding] = []
        self._afford = afford
        self._knows = knows
        self._facts = None if recall is None else recall.of(self.data)
        self._refused = 0

    def afford(self, cost_ms: float) -> bool:
        """Whether a piece of slow work of about so many milliseconds may be done; if so, it counts as done.

        Ask before a solver, a long search or anything else that a text could be built to set off.
        """
        if self._afford is None or self._afford(cost_ms):
            return True
        self._refused += 1
        return False

    def once(self, name: Hashable, work: Callable[[], Fact], *, here: bool = False) -> Fact:
        """What ``work`` gives, or gave when the same text was looked at before.

        Only for what follows from the text and nothing else, and is not changed afterwards. What was cut short, since
        it could not be afforded, is not kept.

        Args:
            name: of what is asked, begun with the detector's, with whatever else it follows from; the same name
                always means the same type.
            here: whether it also depends on the site's words, which grow.
        """
        facts = self._facts
        if facts is None or (here and self._knows is not None):
            return work()
        if name in facts:
            return cast("Fact", facts[name])
        refused = self._refused
        fact = work()
        if refused == self._refused:
            facts[name] = fact
        return fact

    def is_known_here(self, word: str) -> bool:
        """Whether many at this site use a word (in lower case): a product's name, a nickname, and no cipher."""
        return self._knows is not None and self._knows(word)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, with as many code points as the text itself, so that spans hold in both."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(one.lower() if len(one.lower()) == 1 else one for one in self.text)

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """Runs of letters, with an apostrophe within, in order; ``group()`` the word, ``span()`` its place."""
        return list(_WORD.finditer(self.text))

    @cached_property
    def gate(self) -> Gate:
        """Which decoders the text needs; most need none."""
        from eclosion.monitor.decoders.gate import scan

        return scan(self.text, self.data)

    @cached_property
    def views(self) -> list[View]:
        """What the text says in parts that are encoded (base64, hex, Morse and their chains), decoded; mostly empty."""
        from eclosion.monitor.decoders.views import views

        return views(self.text, self.gate)

    def attribute(self, name: str) -> str:
        """What is known under that name, or ``""``."""
        return self.observation.attributes.get(name, "")
