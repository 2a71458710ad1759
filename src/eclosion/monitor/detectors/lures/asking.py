"""Judges a sentence: does its speaker ask the hearer for a secret?

A request has a form (an order, a question, a need that is told), an object (what is asked for) and a way for the
answer (to the speaker, or into the open).
"""

from __future__ import annotations

from eclosion.monitor.detectors.lures import orders, telling
from eclosion.monitor.detectors.lures.request import Ask, Setting, secrets_in


def find_ask(sentence: str, setting: Setting) -> Ask | None:
    """The first request for a secret in a sentence (in lower case), or None."""
    named = secrets_in(sentence, setting)
    if not named and not setting.fetched:
        return None
    return (
        telling.find_follow_up(sentence, setting)
        or orders.find_order(sentence, named, setting)
        or telling.find_question(sentence, named)
        or telling.find_need(sentence, named)
        or (telling.find_bare(sentence, named) if setting.is_short else None)
    )
