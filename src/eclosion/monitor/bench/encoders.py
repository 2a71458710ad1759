"""Encoders to plant hidden text with, written from the formats' specifications: what the decoders must undo.

They know nothing of how a decoder looks for them. Tables that both need (Morse, braille, upside-down letters) come from
the decoders; the runs against garak's and PyRIT's own encoders (docs/monitor/encodings.md) show that these are right.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import random
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from eclosion.monitor.decoders import codebooks, fold

Encoder = Callable[[str, random.Random], str]

_NATO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo"
    " Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
).split()
_MORSE = {letter: code for code, letter in codebooks.MORSE.items()}
_BRAILLE = {letter: sign for sign, letter in codebooks.BRAILLE.items()}
_TURNED = {letter: sign for sign, letter in reversed(fold.TURNED.items())}
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_MARKS = [chr(point) for point in range(0x300, 0x345)]


def _bytes(text: str) -> bytes:
    return text.encode()


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return " ".join(
        "".join(one for one in word if "a" <= one <= "z") for word in plain.split()
    ).strip()


def _big(text: str, alphabet: str) -> str:
    number, said = int.from_bytes(_bytes(text), "big"), ""
    while number:
        number, digit = divmod(number, len(alphabet))
        said = alphabet[digit] + said
    return said


def _base45(text: str) -> str:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    data, said = _bytes(text), ""
    for at in range(0, len(data) - 1, 2):
        number = data[at] << 8 | data[at + 1]
        said += alphabet[number % 45] + alphabet[number // 45 % 45] + alphabet[number // 2025]
    if len(data) % 2:
        said += alphabet[data[-1] % 45] + alphabet[data[-1] // 45]
    return said


def _base91(text: str) -> str:
    alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,./:;<=>?@[]^_`{|}~"'
    number = filled = 0
    said = ""
    for byte in _bytes(text):
        number |= byte << filled
        filled += 8
        if filled > 13:
            value = number & 8191
            if value > 88:
                number, filled = number >> 13, filled - 13
            else:
                value = number & 16383
                number, filled = number >> 14, filled - 14
            said += alphabet[value % 91] + alphabet[value // 91]
    if filled:
        said += alphabet[number % 91] + (
            alphabet[number // 91] if filled > 7 or number > 90 else ""
        )
    return said


def _uu(text: str) -> str:
    data = _bytes(text)
    return "\n" + "".join(
        binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)
    )


def _morse(text: str) -> str:
    words = [[_MORSE[one] for one in word if one in _MORSE] for word in _letters(text).split()]
    return " / ".join(" ".join(word) for word in words)


def _selectors(text: str) -> str:
    return "\U0001f600" + "".join(
        chr(0xFE00 + one if one < 16 else 0xE0100 + one - 16) for one in _bytes(text)
    )


def _bits(text: str, zero: str, one: str) -> str:
    return "".join(f"{byte:08b}" for byte in _bytes(text)).replace("0", zero).replace("1", one)


def _tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(one)) for one in text if ord(one) < 127)


def _styled(start: int) -> Encoder:
    def encode(text: str, _draw: random.Random) -> str:
        return "".join(
            chr(start + ord(one) - 97) if "a" <= one <= "z" else one for one in text.lower()
        )

    return encode


def _zalgo(text: str, draw: random.Random) -> str:
    return "".join(
        one + "".join(draw.choices(_MARKS, k=draw.randint(1, 4))) if one.isalpha() else one
        for one in text
    )


def _alike(text: str, draw: random.Random) -> str:
    cyrillic = dict(
        zip(
            "aceopxyiABCEHKMOPTX",
            "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0410\u0412\u0421\u0415\u041d\u041a\u041c\u041e\u0420\u0422\u0425",
            strict=True,
        )
    )
    return "".join(cyrillic.get(one, one) if draw.random() < 0.9 else one for one in text)


def _random_case(text: str, draw: random.Random) -> str:
    return "".join(one.upper() if draw.random() < 0.5 else one.lower() for one in text)


ENCODINGS: dict[str, Encoder] = {
    "base64": lambda text, _: base64.b64encode(_bytes(text)).decode(),
    "base64url": lambda text, _: base64.urlsafe_b64encode(_bytes(text)).decode().rstrip("="),
    "base64 utf-16": lambda text, _: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base32": lambda text, _: base64.b32encode(_bytes(text)).decode(),
    "base32hex": lambda text, _: base64.b32hexencode(_bytes(text)).decode().rstrip("="),
    "base16": lambda text, _: _bytes(text).hex().upper(),
    "base45": lambda text, _: _base45(text),
    "base58": lambda text, _: _big(text, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    "base62": lambda text, _: _big(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    "ascii85": lambda text, _: base64.a85encode(_bytes(text)).decode(),
    "base85": lambda text, _: base64.b85encode(_bytes(text)).decode(),
    "base91": lambda text, _: _base91(text),
    "base100": lambda text, _: "".join(chr(0x1F3F7 + one) for one in _bytes(text)),
    "uuencode": lambda text, _: _uu(text),
    "hex": lambda text, _: _bytes(text).hex(),
    "hex spaced": lambda text, _: _bytes(text).hex(" "),
    "hex 0x": lambda text, _: " ".join(f"0x{one:02x}" for one in _bytes(text)),
    "hex \\x": lambda text, _: "".join(f"\\x{one:02x}" for one in _bytes(text)),
    "binary": lambda text, _: " ".join(f"{one:08b}" for one in _bytes(text)),
    "binary joined": lambda text, _: "".join(f"{one:08b}" for one in _bytes(text)),
    "octal": lambda text, _: " ".join(f"{one:03o}" for one in _bytes(text)),
    "decimal": lambda text, _: " ".join(map(str, _bytes(text))),
    "decimal list": lambda text, _: str(list(_bytes(text))),
    "percent": lambda text, _: "".join(f"%{one:02X}" for one in _bytes(text)),
    "percent, as needed": lambda text, _: quote(text),
    "entities": lambda text, _: "".join(f"&#{ord(one)};" for one in text),
    "entities hex": lambda text, _: "".join(f"&#x{ord(one):x};" for one in text),
    "escapes": lambda text, _: "".join(f"\\u{one:04x}" for one in _utf16(text)),
    "quoted-printable": lambda text, _: "".join(f"={one:02X}" for one in _bytes(text)),
    "mime word": lambda text, _: f"=?utf-8?B?{base64.b64encode(_bytes(text)).decode()}?=",
    "mime q": lambda text, _: "\n" + quopri.encodestring(f"{text} = caf\u00e9 \u00fc".encode()).decode(),
}  # fmt: skip

UNSEEN: dict[str, Encoder] = {
    "tags": lambda text, _: _tags(text),
    "tags, marked": lambda text, _: f"\U000e0001{_tags(text)}\U000e007f",
    "selectors (Butler)": lambda text, _: _selectors(text),
    "selectors (garak)": lambda text, _: "".join(chr(0xE0100 + ord(one)) for one in text if ord(one) < 127),
    "sneaky bits": lambda text, _: _bits(text, "\u2062", "\u2064"),
    "zero-width bits": lambda text, _: _bits(text, "\u200b", "\u200c"),
    "zero-width bits, backwards": lambda text, _: _bits(text, "\u200d", "\u200b"),
    "zero-width, separated": lambda text, _: (
        "\u200d".join(f"{ord(one):b}" for one in text).replace("0", "\u200b").replace("1", "\u200c")
    ),
    "zero-width base 4": lambda text, _: "".join(
        "\u200c\u200d\u202c\ufeff"[one >> shift & 3] for one in _bytes(text) for shift in (6, 4, 2, 0)
    ),
    "zero-width between letters": lambda text, _: "\u200b".join(text),
    "right-to-left override": lambda text, _: f"\u202e{text}\u202c",
}  # fmt: skip

DISGUISES: dict[str, Encoder] = {
    "reversed": lambda text, _: text[::-1],
    "words reversed": lambda text, _: " ".join(word[::-1] for word in text.split()),
    "leet": lambda text, _: text.translate(_LEET),
    "spaced": lambda text, _: "   ".join(" ".join(word) for word in _letters(text).split()),
    "spaced, no gaps": lambda text, _: " ".join(_letters(text).replace(" ", "")),
    "hyphens": lambda text, _: " ".join("-".join(word) for word in _letters(text).split()),
    "dots": lambda text, _: " ".join(".".join(word) for word in _letters(text).split()),
    "morse": lambda text, _: _morse(text),
    "braille": lambda text, _: "".join(_BRAILLE.get(one, " ") for one in _letters(text)),
    "nato": lambda text, _: " ".join(_NATO[ord(one) - 97] for one in _letters(text) if one != " "),
    "homoglyphs": _alike,
    "full-width": lambda text, _: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    "bold": _styled(0x1D41A),
    "script": _styled(0x1D4EA),
    "monospace": _styled(0x1D68A),
    "zalgo": _zalgo,
    "upside down": lambda text, _: "".join(_TURNED.get(one, one) for one in reversed(_letters(text))),
    "places": lambda text, _: " ".join("-".join(str(ord(one) - 96) for one in word) for word in _letters(text).split()),
    "random case": _random_case,
}  # fmt: skip

LAYERS: dict[str, Encoder] = {
    name: ENCODINGS[name]
    for name in "base64 base32 hex base85 binary percent decimal ascii85 base58".split()
}


def rot13(text: str, _draw: random.Random) -> str:
    """The cipher inside chains."""
    return codecs.encode(text, "rot13")


def _utf16(text: str) -> list[int]:
    data = text.encode("utf-16-be")
    return [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]
