"""Text of strangers, for a terminal: what is unseen, or drives it, stands as an escape."""

from __future__ import annotations

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def harmless(text: str) -> str:
    """A text on one line in which what is unseen, or drives a terminal, stands as an escape."""
    text = text.replace("\n", " ").replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if unicodedata.category(one) not in _UNSEEN else escape(one) for one in text)


def escape(one: str) -> str:
    """One character as an escape."""
    number = ord(one)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
