"""Codes for letters that have names: Morse, braille, the NATO alphabet, Bacon's two letters.

Sources: ITU-R M.1677-1 (Morse), grade 1 braille as Unicode names its dots, the ICAO alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eclosion.monitor.decoders import english
from eclosion.monitor.decoders.layer import TEXT_MAX, Layer
from eclosion.monitor.decoders.spacing import cut

_MORSE_LETTERS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
).split()
_MORSE_DIGITS = "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.".split()
_MORSE_SIGNS = {
    ".-.-.-": ".", "--..--": ",", "..--..": "?", ".----.": "'", "-.-.--": "!", "-..-.": "/", "-.--.": "(",
    "-.--.-": ")", ".-...": "&", "---...": ":", "-.-.-.": ";", "-...-": "=", ".-.-.": "+", "-....-": "-",
    "..--.-": "_", ".-..-.": '"', "...-..-": "$", ".--.-.": "@",
}  # fmt: skip
MORSE = (
    {code: chr(97 + at) for at, code in enumerate(_MORSE_LETTERS)}
    | {code: str(at) for at, code in enumerate(_MORSE_DIGITS)}
    | _MORSE_SIGNS
)
_DOTS, _DASHES = ".\u00b7\u2022\u22c5\u2219*", "-\u2212\u2013\u2014_\u2010\u2011"
_TO_MORSE = str.maketrans(_DOTS + _DASHES, "." * len(_DOTS) + "-" * len(_DASHES))
_MORSE_RUN = re.compile(
    rf"(?<![^\s\"'`(\[:])[{re.escape(_DOTS + _DASHES)}]{{1,7}}(?:(?:[ \t]{{1,7}}|[ \t]*[/|\\][ \t]*|\r?\n)"
    rf"(?:[/|][ \t]*)*[{re.escape(_DOTS + _DASHES)}]{{1,7}}){{5,}}(?![^\s\"'`)\]/|])"
)
_MORSE_GAP = re.compile(r"[ \t]*[/|\\][ \t/|\\]*|[ \t]{2,}|\r?\n")

_BRAILLE = "\u2801\u2803\u2809\u2819\u2811\u280b\u281b\u2813\u280a\u281a\u2805\u2807\u280d\u281d\u2815\u280f\u281f\u2817\u280e\u281e\u2825\u2827\u283a\u282d\u283d\u2835"  # noqa: E501
BRAILLE = dict(zip(_BRAILLE, "abcdefghijklmnopqrstuvwxyz", strict=True))
_BRAILLE_SIGNS = {
    "\u2832": ".", "\u2802": ",", "\u2804": "'", "\u2824": "-", "\u280c": "/", "\u2816": "!", "\u2826": "?",
    "\u2812": ":", "\u2830": ";", "\u2836": "(", "\u2834": '"', "\u2800": " ", "\u2806": ";",
}  # fmt: skip
_BRAILLE_DIGITS = dict(zip(_BRAILLE[:10], "1234567890", strict=True))
_BRAILLE_RUN = re.compile(
    r"[\u2800-\u28ff](?:[\u2800-\u28ff\s,.!?;:'\"<>()=/\\-]*[\u2800-\u28ff]){5,}"
)

_NATO = {
    word: word[0]
    for word in (
        "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa"
        " quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu"
    ).split()
}
_NATO_DIGITS = dict(
    zip(
        "zero one two three four five six seven eight nine niner".split(),
        "01234567899",
        strict=True,
    )
)
_NATO_BLANKS = {"space", "stop", "break", "|", "/"}
NATO_WORD = "|".join(sorted(_NATO, key=len, reverse=True))
_NATO_RUN = re.compile(
    rf"(?i)(?<!\w)(?:{NATO_WORD})(?:[\s,./|_<>\-]+(?:{NATO_WORD}|{'|'.join(_NATO_DIGITS)}|space|stop|break|\d)(?!\w)){{3,}}"
)
_NATO_PART = re.compile(r"(?i)x-ray|\w+|[|/]|(?<=\w)(?:[ \t]{2,}|\r?\n)(?=\w)")
_BACON_RUN = re.compile(r"(?<![A-Za-z])(?:[abAB]{5}[\s,]*){4,}(?![A-Za-z])")
_BACON_OLD = "abcdefghiklmnopqrstuwxyz"


def find_morse(text: str) -> Iterator[Layer]:
    """Dots and dashes that spell letters throughout."""
    for match in _MORSE_RUN.finditer(text):
        words = _MORSE_GAP.split(match[0][: TEXT_MAX * 4].translate(_TO_MORSE))
        letters = [[MORSE.get(code, "\ufffd") for code in word.split()] for word in words]
        flat = [one for word in letters for one in word]
        if flat.count("\ufffd") * 10 > len(flat) or len(set(flat)) < 4:
            continue
        gapless = sum(len(word) == 1 for word in letters) > 0.7 * len(letters)
        said = ("" if gapless else " ").join("".join(word) for word in letters)
        said = cut(said) if gapless and len(said) > 8 else said
        if english.rate(said) > 0.3 or len(flat) >= 12:
            yield Layer("morse", match.start(), match.end(), said)


def find_braille(text: str) -> Iterator[Layer]:
    """Braille patterns read as grade 1 braille."""
    for match in _BRAILLE_RUN.finditer(text):
        said: list[str] = []
        upper = number = False
        for one in match[0][:TEXT_MAX]:
            if one == "\u2820":
                upper = True
                continue
            if one == "\u283c":
                number = True
                continue
            if number and one in _BRAILLE_DIGITS:
                said.append(_BRAILLE_DIGITS[one])
                continue
            number = False
            letter = BRAILLE.get(one) or _BRAILLE_SIGNS.get(one) or one
            said.append(letter.upper() if upper else letter)
            upper = False
        words = "".join(said)
        if sum(one.isascii() for one in words) >= 0.8 * len(words) and english.rate(words) > 0.3:
            yield Layer("braille", match.start(), match.end(), words)


def find_nato(text: str) -> Iterator[Layer]:
    """Words of the NATO alphabet one after the other."""
    for match in _NATO_RUN.finditer(text):
        said = "".join(map(_nato_letter, _NATO_PART.findall(match[0][: TEXT_MAX * 6])))
        if len(said.replace(" ", "")) >= 5:
            yield Layer("nato", match.start(), match.end(), said if " " in said else cut(said))


def find_bacon(text: str) -> Iterator[Layer]:
    """Bacon's cipher: five of two letters for one."""
    for match in _BACON_RUN.finditer(text):
        bare = re.sub(r"[^ab]", "", match[0].lower())
        numbers = [
            int(bare[at : at + 5].replace("a", "0").replace("b", "1"), 2)
            for at in range(0, len(bare) - 4, 5)
        ]
        for alphabet in ("abcdefghijklmnopqrstuvwxyz", _BACON_OLD):
            if max(numbers) < len(alphabet):
                said = "".join(alphabet[number] for number in numbers)
                if english.bits(said) > 8 and english.rate(said) > 1.0:
                    yield Layer("bacon", match.start(), match.end(), said)
                    break


def _nato_letter(part: str) -> str:
    word = part.lower()
    if word in _NATO:
        return _NATO[word]
    if word in _NATO_DIGITS:
        return _NATO_DIGITS[word]
    if word in _NATO_BLANKS or part.isspace():
        return " "
    return word
