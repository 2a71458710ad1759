"""Examples, blanks and words where a secret would stand: documentation is full of them, and nobody must be warned."""

from __future__ import annotations

import itertools
import re

_BLANK = re.compile(
    r"your|x{4,}|X{4,}|\*{3,}|•{2,}|\.{3}|…|_{4,}|#{4,}|-{5,}|<[^>]*>|\$\{|\{\{|%\(|placeholder|redacted|change[-_]?me|replace|insert|"
    r"dummy|goes[-_]?here|my[-_]?(?:secret|token|key|api|pass)|some[-_]?(?:secret|token|key|pass)|"
    r"(?:api|secret|auth|access)[-_]?(?:key|token)(?:[-_]?here)?$|[-_]here\b|enter[-_]|todo|fixme|hidden|masked|removed|sanitized|^n/?a$|^tbd$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"example|sample|EXAMPLEKEY|foo[-_]?bar|lorem|fake|not[-_]?a?[-_]?real", re.IGNORECASE
)
_SAMPLE_PASSWORD = re.compile(
    r"(?:new|old|my|your|test|the|user|admin|super|a|some|very)?[_-]?(?:secret|secure|pass|password|passwd|passw0rd|p@ssw0rd|changeit|token|key|test|demo|user|admin|abc|value)[_-]?(?:123|1234|12345|456|1|2|01)?!?",
    re.IGNORECASE,
)
_ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
_WORD_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\w]|_")
_LETTERS = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+")


def is_placeholder(text: str) -> bool:
    """Whether it says itself that it is a blank to fill in: ``<your key>``, ``sk-xxxx``, ``[REDACTED_KEY]``."""
    return bool(_BLANK.search(text)) or len(set(text)) <= max(2, min(4, len(text) // 8))


def is_example(text: str) -> bool:
    """Whether it is one of documentation's examples (``AKIAIOSFODNN7EXAMPLE``) or only counts through a row of keys."""
    if is_named_example(text):
        return True
    low = re.sub(r"[^0-9a-z]", "", text.lower())
    if len(low) < 8:
        return False
    if _row_share(low) > 0.75:
        return True
    digits, letters = re.sub(r"\D", "", low), re.sub(r"\d", "", low)
    return (
        min(len(digits), len(letters)) >= 6 and min(_row_share(digits), _row_share(letters)) > 0.75
    )


def is_named_example(text: str) -> bool:
    """Whether it says that it is an example: ``AKIAIOSFODNN7EXAMPLE``."""
    return bool(_EXAMPLE.search(text))


def is_sample_password(text: str) -> bool:
    """Whether it is what every guide writes for a password: ``secret123``, ``new_password``, ``changeit``."""
    return bool(_SAMPLE_PASSWORD.fullmatch(text))


def is_plain_word(text: str) -> bool:
    """Whether it is made of words that one can say, without digits: ``understanding``, ``user_name``, ``nextPage``."""
    if any(one.isdigit() for one in text):
        return False
    if re.search(r"[^\w.\- /:]", text) and not text.isalpha():
        return not re.search(r"[A-Za-z]{2}", text)
    return (
        all(_can_be_said(one) for one in _LETTERS.findall(text)) or text.islower() or text.isupper()
    )


def _can_be_said(part: str) -> bool:
    low = part.lower()
    if len(low) <= 1:
        return False
    vowels = sum(one in "aeiouy" for one in low)
    return len(low) <= 3 or 0.2 <= vowels / len(low) <= 0.7


def _row_share(low: str) -> float:
    """The share of characters that only follow their forerunner in the alphabet, the digits or a keyboard's row."""
    follows = sum(
        any(row.find(a + b) >= 0 or row.find(b + a) >= 0 for row in _ROWS)
        for a, b in itertools.pairwise(low)
    )
    return follows / max(1, len(low) - 1)
