"""What a text says once everything encoded in it is decoded, layer by layer: the views of a passage.

For every detector that must not be blinded by an encoding. What always holds: it ends. A text gives at most
``VIEWS_MAX`` views and ``CHARACTERS_MAX`` decoded characters, a chain is at most ``DEPTH_MAX`` layers deep, no
archive is opened, and a part longer than ``layer.TEXT_MAX`` is decoded up to there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from eclosion.kernel.finding import Span
from eclosion.monitor.decoders import (
    bases,
    bases85,
    channels,
    codebooks,
    disguises,
    escapes,
    gate,
    hidden,
    leet,
    numbers,
    reversal,
    rotations,
    spacing,
    symbols,
)
from eclosion.monitor.decoders.gate import Family, Gate
from eclosion.monitor.decoders.layer import Layer
from eclosion.monitor.decoders.reading import Kind, Reading, read

DEPTH_MAX = 4
VIEWS_MAX = 64
CHARACTERS_MAX = 400_000
LAYERS_MAX = 400
"""So many encoded parts of one text are looked at; a file of a thousand hashes has more, and none that decodes."""


class View(NamedTuple):
    """A decoded part of a text.

    Attributes:
        chain: the encodings, the outermost first: ``("base64", "rot13")``.
        span: the outermost part, in code points of the passage's text.
        text: what it says after all of the chain.
        reading: what kind of text that is.
        final: whether nothing in it was decoded further.
    """

    chain: tuple[str, ...]
    span: Span
    text: str
    reading: Reading
    final: bool

    @property
    def path(self) -> str:
        """The chain for people: ``base64 > rot13``."""
        return " > ".join(self.chain)


_FINDERS: dict[Family, tuple[Callable[[str], Iterator[Layer]], ...]] = {
    Family.YENC: (escapes.find_yenc,),
    Family.MAIL: (escapes.find_mail,),
    Family.HEX: (numbers.find_hex,),
    Family.DIGITS: (
        numbers.find_binary,
        numbers.find_decimal,
        numbers.find_octal,
        numbers.find_places,
    ),
    Family.PERCENT: (escapes.find_percent,),
    Family.ENTITIES: (escapes.find_entities,),
    Family.BACKSLASH: (escapes.find_backslashes,),
    Family.CAPITALS: (escapes.find_uu, bases.find_base45),
    Family.MORSE: (codebooks.find_morse,),
    Family.NATO: (codebooks.find_nato,),
    Family.BACON: (codebooks.find_bacon,),
    Family.BRAILLE: (codebooks.find_braille,),
    Family.EMOJI: (symbols.find_emoji,),
    Family.BASE2048: (symbols.find_base2048,),
    Family.MOVED: (symbols.find_moved,),
    Family.DENSE: (bases85.find_dense,),
    Family.INVISIBLE: (hidden.find_invisible,),
    Family.STYLED: (disguises.find_styled,),
    Family.MARKS: (disguises.find_marks,),
    Family.MIXED: (disguises.find_alike,),
    Family.TURNED: (disguises.find_turned,),
    Family.ARABIC: (disguises.find_arabic,),
    Family.SPACED: (spacing.find_spaced,),
    Family.LEET: (leet.find_leet,),
    Family.REVERSED: (reversal.find_reversed,),
    Family.CASE: (channels.find_capitals,),
    Family.BLANKS: (channels.find_blanks,),
    Family.EQUATIONS: (channels.find_equations,),
}


def layers(text: str, opened: Gate | None = None) -> list[Layer]:
    """The encoded parts of a text, one layer decoded, the longest where two overlap; in order.

    Args:
        text: what is looked at.
        opened: what ``gate.scan`` said of it, if it was asked already.
    """
    if opened is None:
        opened = gate.scan(text)
    if not opened.families:
        return []
    found: list[Layer] = []
    for family in sorted(opened.families):
        for finder in _FINDERS.get(family, ()):
            _take(found, finder(text))
    if opened.starts:
        _take(found, bases.find_tokens(text, opened.starts))
    return _apart(found)


def views(text: str, opened: Gate | None = None) -> list[View]:
    """Everything that is encoded in a text, each layer of each part; ``opened`` as in ``layers``."""
    found: list[View] = []
    spent = 0
    for layer in layers(text, opened):
        if len(found) >= VIEWS_MAX or spent >= CHARACTERS_MAX:
            break
        span = Span(layer.start, layer.end)
        for view in _follow(layer.text, (layer.codec,), span):
            found.append(view)
            spent += len(view.text)
    return found


def _inner(text: str) -> list[Layer]:
    """The next layer. A text without blanks below a layer is one encoded token, whatever it is made of."""
    inner = layers(text)
    if inner or any(map(str.isspace, text[:2_000].strip())):
        return inner
    bare = text.strip()
    dense = bases85.dense_token(bare)
    return [dense] if dense else list(bases.find_tokens(bare, [0]))


def _follow(text: str, chain: tuple[str, ...], span: Span) -> Iterator[View]:
    """This layer, and what is found in it."""
    reading = read(text)
    inner = _inner(text) if len(chain) < DEPTH_MAX else []
    covered = sum(layer.end - layer.start for layer in inner)
    firm = sum(layer.end - layer.start for layer in inner if layer.codec not in _DISGUISES)
    if len(chain) < DEPTH_MAX and reading.kind < Kind.WORDS and firm < 0.5 * len(text):
        solved = rotations.solve(text)
        if solved is not None:
            names, said = solved
            yield View(chain, span, text, reading, final=False)
            yield View((*chain, *names), span, said, read(said), final=True)
            return
    yield View(chain, span, text, reading, final=covered < 0.5 * len(text))
    for layer in inner[:VIEWS_MAX]:
        yield from _follow(layer.text, (*chain, layer.codec), span)


_DISGUISES = frozenset(
    {"reversed", "leet", "spaced", "random-case", "case-bits", "homoglyphs", "diacritics"}
)
_LOOSE = frozenset({"quoted-printable", "random-case", "percent"})


def _take(found: list[Layer], new: Iterator[Layer]) -> None:
    for layer in new:
        found.append(layer)
        if len(found) >= LAYERS_MAX:
            return


def _apart(found: list[Layer]) -> list[Layer]:
    """Where two parts overlap, the longer one; but lines of mail may hold anything, so they come last."""
    kept: list[Layer] = []
    by_length = sorted(found, key=lambda one: (one.codec in _LOOSE, one.start - one.end))
    for layer in by_length:
        if all(layer.end <= one.start or layer.start >= one.end for one in kept):
            kept.append(layer)
    return sorted(kept, key=lambda one: one.start)
