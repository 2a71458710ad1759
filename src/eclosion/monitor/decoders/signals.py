"""What sequences of a few kinds of invisible signs say: bits, digits, Morse, selectors as bytes.

Which sign stands for which bit is tried out; of all readings the one that is surest to be text is taken. It knows
nothing of where the signs stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.codebooks import MORSE
from eclosion.monitor.decoders.layer import CHANCE_BITS, evidence, printable
from eclosion.monitor.decoders.numbers import bits_to_text

SIGNS_MAX = 16_384
_BEAM = 24
_CUT_MAX = 6_000
_READS = 0.5
"""Bits a letter by which a text is English rather than letters drawn at random."""


def of_selectors(signs: str) -> str:
    """What variation selectors say: bytes as Butler writes them, code points above U+E0100, nibbles or bits."""
    points = [ord(one) for one in signs[:SIGNS_MAX]]
    bytes_ = [point - 0xFE00 if point < 0xFE10 else point - 0xE0100 + 16 for point in points]
    texts = [
        printable(bytes(bytes_)) if max(bytes_) < 256 else None,
        printable(bytes(point - 0xE0100 if point >= 0xE0100 else 0 for point in points)),
    ]
    if max(bytes_) < 16 and len(bytes_) % 2 == 0:
        pairs = zip(bytes_[::2], bytes_[1::2], strict=True)
        texts.append(printable(bytes(high << 4 | low for high, low in pairs)))
    best = _surest(text for text in texts if text)
    if best or len(set(signs)) not in {2, 3}:
        return best
    return of_signs(signs)


def of_signs(signs: str) -> str:
    """What two to sixteen kinds of signs say, or an empty text."""
    signs = signs[:SIGNS_MAX]
    kinds = sorted(set(signs))
    if len(kinds) < 2 or len(kinds) > 16:
        return ""
    texts: list[str] = []
    if len(kinds) == 2:
        texts.extend(_as_bits(signs, kinds))
    if len(kinds) == 3:
        framed = _surest(_as_framed(signs, kinds))
        if evidence(framed) >= CHANCE_BITS and english.rate(framed) > _READS:
            return framed  # the third sign ends the message: read as a part of it, it gives longer and poorer texts
        texts.extend(_as_separated(signs, kinds))
    if 3 <= len(kinds) <= 8 or len(kinds) == 16:
        texts.extend(_as_digits(signs, kinds))
    best = _surest(texts)
    return best if evidence(best) >= CHANCE_BITS else ""


def _as_bits(signs: str, kinds: list[str]) -> Iterator[str]:
    for zero, one in permutations(kinds):
        bits = signs.translate({ord(zero): "0", ord(one): "1"})
        for width in (8, 7, 16):
            if said := bits_to_text(bits, width):
                yield said
        if said := bits_to_text(bits[::-1], 8):
            yield said[::-1]
        if said := _short_codes([bits]):
            yield said


def _as_framed(signs: str, kinds: list[str]) -> Iterator[str]:
    """Two signs for bits, the third only before the first or behind the last of them."""
    for frame in kinds:
        inner = signs.strip(frame)
        if frame not in inner:
            yield from _as_bits(inner, sorted(set(inner)))


def _as_separated(signs: str, kinds: list[str]) -> Iterator[str]:
    """Two signs for bits (or dot and dash), the third between letters or words."""
    for zero, one, between in permutations(kinds):
        groups = signs.translate({ord(zero): "0", ord(one): "1", ord(between): " "}).split(" ")
        full = [group for group in groups if group]
        if max(map(len, full)) <= 32 and len(full) > 2:
            points = [int(group, 2) for group in full]
            if said := _of_points(points):
                yield said
            codes = [group.replace("0", ".").replace("1", "-") for group in groups]
            if max(map(len, full)) <= 7 and all(code in MORSE for code in codes if code):
                yield "".join(MORSE[code] if code else " " for code in codes)
        if said := _short_codes(groups):
            yield said
        if all(len(group) % 8 == 0 for group in full) and (said := bits_to_text("".join(full), 8)):
            yield said


def _as_digits(signs: str, kinds: list[str]) -> Iterator[str]:
    """Digits of base three to sixteen, so many a byte or two bytes; kinds in order of code point, or any of four."""
    orders = permutations(kinds) if len(kinds) <= 4 else iter((kinds, kinds[::-1]))
    for order in orders:
        digits = [order.index(one) for one in signs]
        for top in (256, 65_536, 128):
            width = _width(len(kinds), top)
            if len(digits) % width:
                continue
            head = [
                _number(digits[at : at + width], len(kinds))
                for at in range(0, min(len(digits), 24 * width), width)
            ]
            if max(head) >= top or min(head) < 9:
                continue  # control characters
            numbers = [
                _number(digits[at : at + width], len(kinds)) for at in range(0, len(digits), width)
            ]
            if max(numbers) >= top:
                continue
            said = printable(bytes(numbers)) if top <= 256 else _of_points(numbers)
            if said:
                yield said


def _of_points(points: list[int]) -> str | None:
    if max(points) >= 0x110000 or any(0xD800 <= point < 0xE000 for point in points):
        return None
    return printable("".join(map(chr, points)).encode())


def _short_codes(groups: list[str]) -> str:
    """Words whose letters are written with no more bits than they need, six or seven: the likeliest cut."""
    if sum(map(len, groups)) > _CUT_MAX:
        return ""
    words = []
    for group in groups:
        word = _cut(group)
        if word is None:
            return ""
        words.append(word)
    said = " ".join(words)
    return said if english.bits(said) > CHANCE_BITS and english.rate(said) > 1.2 else ""


def _cut(bits: str) -> str | None:
    if not bits:
        return ""
    odds = english.odds()
    states: dict[int, list[tuple[float, str]]] = {0: [(0.0, "")]}
    for at in range(len(bits)):
        for score, said in sorted(states.pop(at, []), reverse=True)[:_BEAM]:
            for width in (7, 6):
                point = int(bits[at : at + width], 2)
                if at + width > len(bits) or point < 1 << (width - 1) or not 32 < point < 127:
                    continue
                one = chr(point)
                codes = [ord(c) & 31 if c.isalpha() else 0 for c in f"  {said}{one}"[-3:]]
                gain = (
                    float(odds[(codes[0] * 27 + codes[1]) * 27 + codes[2]])
                    if one.isalpha()
                    else -2.5
                )
                states.setdefault(at + width, []).append((score + gain, said + one))
    ends = states.get(len(bits))
    return max(ends)[1] if ends else None


def _width(kinds: int, top: int) -> int:
    width = 1
    while kinds**width < top:
        width += 1
    return width


def _number(digits: list[int], size: int) -> int:
    number = 0
    for digit in digits:
        number = number * size + digit
    return number


def _surest(texts: Iterable[str]) -> str:
    """The surest to be text; where nearly all is ASCII, that is surer than rare letters."""
    return max(texts, key=_sureness, default="")


def _sureness(text: str) -> tuple[bool, float]:
    plain = sum(map(str.isascii, text[:400])) >= 0.8 * min(400, len(text))
    small = sum(one.islower() or one == " " for one in text[:400])  # as in any language
    return plain and evidence(text) >= CHANCE_BITS, english.bits(text[:400]) + 4 * small
