"""What a gate is made of, checked before it opens: its audience, and whether texts are fit for language rounds."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from eclosion.gate.ports import ReadingRoom
from eclosion.kernel.errors import EclosionError, Invalid

Language = Literal["off", "offered", "required"]


def read_origin(text: str) -> str:
    """An audience as tokens name it.

    Raises:
        Invalid: it is no origin.
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise Invalid(
            f"The audience {text!r} is no origin.",
            "Write it as clients know it, for example https://api.example.org",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def fit_room(room: ReadingRoom | None, language: Language) -> tuple[ReadingRoom | None, str]:
    """The room if rounds may be made from it, and otherwise why there are none.

    Raises:
        EclosionError: rounds are required, and there are none; says why.
    """
    if language == "off":
        return None, "Language rounds are switched off."
    if room is None:
        if language == "required":
            raise Invalid("Language rounds are required, but there is no supply of texts.")
        return None, "There is no supply of texts."
    try:
        room.check()
    except EclosionError as error:
        if language == "required":
            raise
        return None, str(error)
    return room, ""
