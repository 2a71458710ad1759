"""Secrets that are known by their prints, found again however they are disguised.

A print is the secret's length, a sum of it over a keyed table, and an HMAC. The sum does not depend on the order of the
characters, and the sum over every stretch of a text costs an addition each; so each stretch of the right length whose
sum fits is tried, forwards and backwards, against the HMAC. That finds the secret in the text as it is, in ROT13, base
64, base 32, hexadecimal and percent signs, backwards, with signs strewn in between, and in pieces over several
messages. Whoever has a print but not its key learns the length.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from eclosion.kernel.errors import Invalid

LENGTH_LEAST: Final = 8
LENGTH_MOST: Final = 512
PIECES_MAX: Final = 24
READ_MAX: Final = 70_000
_RUN = re.compile(r"[0-9A-Za-z+/_-]{12,}={0,6}")
_PIECE = re.compile(r"[0-9A-Za-z+/=_.~!@#$%^&*-]{3,}")
_STREWN = re.compile(r"[\s\"'`.,:;|*<>()\[\]\u200b-\u200f\u2060\ufeff-]+")


class Print(NamedTuple):
    """What is kept of a secret.

    Attributes:
        label: what its owner calls it; shown in findings.
        length: characters.
        total: the sum of its characters over the key's table, modulo 2**32.
        mac: the first 16 bytes of an HMAC-SHA256 under the key.
        is_canary: whether it is a bait that nobody uses: to say it is proof by itself.
    """

    label: str
    length: int
    total: int
    mac: bytes
    is_canary: bool = False

    def __str__(self) -> str:
        kind = "canary" if self.is_canary else "secret"
        return f"{kind}:{self.label}:{self.length}:{self.total:08x}:{self.mac.hex()}"


class Again(NamedTuple):
    """A known secret, found again: which, how it was disguised, and where if it stood in one text."""

    print: Print
    disguise: str
    start: int = -1
    end: int = -1


def print_of(secret: str, key: bytes, label: str, *, is_canary: bool = False) -> Print:
    """The print of a secret.

    Raises:
        Invalid: it is too short to be told from chance, or too long; or the label holds a colon.
    """
    if not LENGTH_LEAST <= len(secret) <= LENGTH_MOST:
        raise Invalid(
            f"A known secret has {LENGTH_LEAST} to {LENGTH_MOST} characters, this one {len(secret)}.",
            "Leave shorter ones out: they stand in any text by chance.",
        )
    if ":" in label or not label:
        raise Invalid("A label is a name without colons.", "Call it by its place: deploy-key.")
    table = _table(key)
    total = sum(int(table[one]) for one in secret.encode("utf-16-le")[::2]) & 0xFFFFFFFF
    return Print(label, len(secret), total, _mac(secret, key), is_canary)


def read_print(text: str) -> Print:
    """A print from its text form, ``secret:LABEL:LENGTH:SUM:HMAC``.

    Raises:
        Invalid: it has another form.
    """
    match = re.fullmatch(
        r"(secret|canary):([^:]+):(\d{1,3}):([0-9a-f]{8}):([0-9a-f]{32})", text.strip()
    )
    if not match or not LENGTH_LEAST <= int(match[3]) <= LENGTH_MOST:
        raise Invalid(
            "A print has the form secret:LABEL:LENGTH:SUM:HMAC.",
            "Make it with print_of(); never write the secret itself.",
        )
    return Print(
        match[2], int(match[3]), int(match[4], 16), bytes.fromhex(match[5]), match[1] == "canary"
    )


class Pieces:
    """The latest fragments that somebody said which could be part of a secret, oldest first."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def add(self, text: str) -> int:
        """Keep the fragments of a text; how many there are."""
        fresh = [one for one in _PIECE.findall(text[-4_000:]) if _is_odd(one)]
        self._kept = [*self._kept, *fresh][-PIECES_MAX:]
        return len(fresh)

    def joined(self, length: int) -> Iterator[str]:
        """What some in a row make together, if it has that length; one between may be left out."""
        kept = self._kept
        for first in range(len(kept)):
            for skipped in (-1, *range(first + 1, min(first + 8, len(kept)))):
                together = ""
                for place in range(first, min(first + 9, len(kept))):
                    if place == skipped:
                        continue
                    together += kept[place]
                    if len(together) >= length:
                        break
                if len(together) == length:
                    yield together


class Known:
    """Looks for known secrets.

    Args:
        key: the key of the prints.
        prints: what is known from the start.
    """

    def __init__(self, key: bytes, prints: Iterable[Print] = ()) -> None:
        self.key = key
        self.prints = list(prints)

    def find(self, text: str, prints: Sequence[Print]) -> list[Again]:
        """Which of the prints' secrets stand in a text, plainly or disguised; each once."""
        if not prints:
            return []
        found: dict[bytes, Again] = {}
        for disguise, seen in _disguises(text[:READ_MAX]):
            missing = [one for one in prints if one.mac not in found]
            if not missing:
                break
            for again in self._stretches(seen, missing, disguise):
                found.setdefault(again.print.mac, again)
        return list(found.values())

    def find_joined(self, pieces: Pieces, prints: Sequence[Print]) -> list[Again]:
        """Which of them the fragments of the latest messages make when put together."""
        found = []
        for one in prints:
            if one.length < LENGTH_LEAST * 2:
                continue
            for together in pieces.joined(one.length):
                if self._is(one, together):
                    found.append(Again(one, "in pieces"))
                    break
        return found

    def _stretches(self, text: str, prints: Sequence[Print], disguise: str) -> Iterator[Again]:
        if len(text) < LENGTH_LEAST:
            return
        low = np.frombuffer(text.encode("utf-16-le", "replace")[::2], dtype=np.uint8)
        sums = np.zeros(len(low) + 1, dtype=np.uint32)
        np.cumsum(_table(self.key)[low], dtype=np.uint32, out=sums[1:])
        for one in prints:
            if one.length > len(low):
                continue
            totals = sums[one.length :] - sums[: -one.length]
            for start in np.flatnonzero(totals == np.uint32(one.total))[:20].tolist():
                stretch = text[start : start + one.length]
                plain = disguise == ""
                place = (start, start + one.length) if plain else (-1, -1)
                if self._is(one, stretch):
                    yield Again(one, disguise or "as it is", *place)
                    break
                if self._is(one, stretch[::-1]):
                    yield Again(one, f"{disguise}, backwards" if disguise else "backwards", *place)
                    break

    def _is(self, one: Print, text: str) -> bool:
        return len(text) == one.length and hmac.compare_digest(_mac(text, self.key), one.mac)


def _disguises(text: str) -> Iterator[tuple[str, str]]:
    """What a text may say, with how."""
    yield "", text
    yield "ROT13", codecs.encode(text, "rot13")
    if "%" in text:
        yield "percent signs", unquote(text)
    for run in _RUN.findall(text)[:60]:
        yield from _decoded(run)
    strewn = _STREWN.sub("", text)
    if len(strewn) < len(text):
        yield "with signs between", strewn
        yield "ROT13, with signs between", codecs.encode(strewn, "rot13")
        for run in _RUN.findall(strewn)[:10]:
            yield from _decoded(run)


def _decoded(run: str) -> Iterator[tuple[str, str]]:
    """A run in base 64, base 32 and hexadecimal, and in each of them once more."""
    for name, raw in _raw(run):
        said = raw.decode("latin-1")
        yield name, said
        for inner in _RUN.findall(said)[:4]:
            for second, deeper in _raw(inner):
                yield f"{name}, {second}", deeper.decode("latin-1")
        if said.isascii():
            yield f"{name}, ROT13", codecs.encode(said, "rot13")


def _raw(run: str) -> Iterator[tuple[str, bytes]]:
    body = run.rstrip("=")
    if re.fullmatch(r"[0-9a-fA-F]+", body):
        yield "hexadecimal", bytes.fromhex(body[: len(body) // 2 * 2])
    if re.fullmatch(r"[A-Z2-7]+", body):
        with suppress(binascii.Error):
            yield "base 32", base64.b32decode(body + "=" * (-len(body) % 8))
    if len(body) % 4 == 1:
        body = body[:-1]
    try:
        yield (
            "base 64",
            base64.b64decode(body.replace("-", "+").replace("_", "/") + "=" * (-len(body) % 4)),
        )
    except binascii.Error:
        return


@lru_cache(maxsize=8)
def _table(key: bytes) -> npt.NDArray[np.uint32]:
    """A number for each value of a byte, from the key."""
    stream = b"".join(hmac.digest(key, b"table%d" % one, "sha256") for one in range(32))
    return np.frombuffer(stream, dtype=np.uint32)


def _mac(text: str, key: bytes) -> bytes:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)[:16]


def _is_odd(word: str) -> bool:
    """Whether a word could be part of a key: it mixes kinds of characters as words do not."""
    if word.isalpha():
        return word not in (word.lower(), word.upper(), word.title()) or sum(
            one.lower() not in "aeiou" and other.lower() not in "aeiou"
            for one, other in pairwise(word)
        ) >= max(3, len(word) // 2)
    return any(one.isalnum() for one in word)
