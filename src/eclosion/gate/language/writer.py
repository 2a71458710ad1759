"""Passages written by a language model that the operator runs, over an OpenAI-compatible endpoint.

The writing goes through the same moderation and the same attack as any text: it may be more regular than people's, and
whoever runs the same model with the same prompt can write alike, though not the same. Topics are drawn from secret
randomness. The key is passed in and goes nowhere but into one header.
"""

from __future__ import annotations

import json
import random
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from eclosion.gate.language.errors import WriterFailed
from eclosion.gate.language.model import Text

REPLY_BYTES_MAX = 512 * 1024
TIMEOUT_S = 120.0
KINDS = (
    "an account of one day of work",
    "an argument with an objection and a reply to it",
    "a description of a place and how it changed",
    "an explanation of how something is made and what goes wrong",
    "a letter to a successor in the job",
    "a memory of a mistake and what it cost",
    "a comparison of two ways of doing the same thing",
    "a small history of an object",
)
SUBJECTS = tuple(
    """a ferry; a seed bank; a piano tuner; a road through a marsh; a school kitchen; a night watch
    a map that was wrong; a drought; a telescope; a repaired roof; a dictionary; a market at dawn
    a broken sluice; a choir; a greenhouse; a weather station; a tailor; a railway timetable
    a lost dog; a quarry; a bakery; an orchard wall; a printing press; a flood; a census
    a bell foundry; a chess club; a lighthouse; a mill race; a herbarium; a tunnel""".replace(
        "\n    ", "; "
    ).split("; ")
)
ANGLES = tuple(
    """money; patience; a rivalry; noise; inheritance; the smell of it; a change of rules; luck; measurement; winter
    tools; a stubborn person; words for it; children; what nobody noticed; the second attempt""".replace(
        "\n    ", "; "
    ).split("; ")
)
PROMPT = (
    "Write {kind}, about {subject}; let {angle} matter in it. Plain English prose of 14 to 20 sentences in one "
    "block, each of 8 to 30 words. Let sentences lean on one another: pronouns, contrasts, causes, things named "
    "once and meant again. Begin differently from sentence to sentence. No heading, list, dialogue or quotation "
    "marks; invent names and numbers. Reply with the text alone."
)


class ModelWriter:
    """Writes texts. Fills the protocol ``live.Texts``.

    Args:
        address: of the API, up to and without ``/chat/completions``; http or https.
        model: its name there.
        key: sent as a bearer token; none if empty.
        draw: where topics come from; secret randomness by default.
    """

    def __init__(
        self, address: str, model: str, key: str = "", draw: random.Random | None = None
    ) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise WriterFailed(f"{address!r} is no address of an API.", "Begin it with https://")
        self._url = f"{address.rstrip('/')}/chat/completions"
        self._model, self._key = model, key
        self._draw = draw or random.SystemRandom()

    def take(self, count: int, without_root: str) -> Sequence[Text]:
        """``count`` new texts; they have no owner root.

        Raises:
            WriterFailed: the model cannot be reached or answers with something else.
        """
        return [self.write() for _ in range(count)]

    def waiting(self) -> int:
        """It can always write more."""
        return 1_000_000

    def write(self) -> Text:
        """One text.

        Raises:
            WriterFailed: the model cannot be reached or answers with something else.
        """
        prompt = PROMPT.format(
            kind=self._draw.choice(KINDS),
            subject=self._draw.choice(SUBJECTS),
            angle=self._draw.choice(ANGLES),
        )
        asked = {
            "model": self._model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 1.0,
            "max_tokens": 1_200,
        }
        return Text(f"written-{secrets.token_hex(8)}", _body(self._post(asked)))

    def _post(self, asked: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self._url, json.dumps(asked).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:  # noqa: S310
                raw = reply.read(REPLY_BYTES_MAX + 1)
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise WriterFailed(
                f"The model at {urlsplit(self._url).netloc} did not answer: {error}."
            ) from None
        if len(raw) > REPLY_BYTES_MAX:
            raise WriterFailed("The model's reply is too large.")
        try:
            return json.loads(raw)
        except ValueError:
            raise WriterFailed("The model's reply is not JSON.") from None


def _body(reply: Any) -> str:
    try:
        body = reply["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        body = None
    if not isinstance(body, str) or not body.strip():
        raise WriterFailed("The model's reply holds no text.")
    return body
