"""What can go wrong with texts, items and answers."""

from __future__ import annotations

from typing import ClassVar

from eclosion.kernel.errors import Invalid, TooLarge, Unavailable


class SupplyEmpty(Unavailable):
    """There are no unused items left."""

    code = "supply_empty"


class SupplyUnfit(Unavailable):
    """This supply must not be used. ``reason`` says why, in one word of a fixed list.

    Reasons: ``empty``, ``public``, ``too_small``, ``never_attacked``, ``attackable``.
    """

    code = "supply_unfit"
    REASONS: ClassVar[tuple[str, ...]] = (
        "empty",
        "public",
        "too_small",
        "never_attacked",
        "attackable",
    )

    def __init__(self, message: str, hint: str = "", *, reason: str) -> None:
        assert reason in self.REASONS
        super().__init__(message, hint, reason=reason)
        self.reason = reason


class AnswersUnreadable(Invalid):
    """The answers are not a list of whole numbers, one for each item."""

    code = "answers_unreadable"


class AnswersTooLarge(TooLarge):
    """The answers are longer than eight small numbers can be."""

    code = "answers_too_large"


class CorpusUnreadable(Invalid):
    """A file of the corpus cannot be read."""

    code = "corpus_unreadable"


class EncoderUnreadable(Invalid):
    """This folder does not hold a sentence encoder that we can compute."""

    code = "encoder_unreadable"


class ItemsUnreadable(Invalid):
    """This is not a file of items, or not its key."""

    code = "items_unreadable"


class WriterFailed(Unavailable):
    """The model that writes passages did not answer with a usable text."""

    code = "writer_failed"
