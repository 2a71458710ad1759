"""Letters that only some can read: old, harmless ways of hiding a text. They are here to be found."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable

CIPHERS: dict[str, Callable[[str], str]] = {
    "rot13": lambda plain: codecs.encode(plain, "rot13"),
    "reversed": lambda plain: plain[::-1],
    "base64": lambda plain: base64.b64encode(plain.encode()).decode(),
}
OFTEN = (*["rot13"] * 5, "reversed", "base64")


def encipher(cipher: str, plain: str) -> str:
    """The hidden form of a text; ``cipher`` is one of ``CIPHERS``."""
    return CIPHERS[cipher](plain)
