"""The rules of encoded and invisible text, one a codec, for those who read their findings."""

from __future__ import annotations

from eclosion.kernel.finding import Severity
from eclosion.monitor.detectors.encodings.declared import MESSAGES, SEVERITIES
from eclosion.monitor.detectors.encodings.weighing import ESCAPES, READABLE, UNSEEN
from eclosion.monitor.ports import Rule

REMEDY = "Read the decoded text; if it speaks to other agents past people, ask its author why."
TAGS = ("hidden-speech", "attack:T1027")

BYTES = {
    "ascii85": "Ascii85 (Adobe's base 85)",
    "base100": "Base100, an emoji a byte",
    "base2048": "Base2048, eleven bits a character",
    "base32": "Base32",
    "base32hex": "Base32 with digits first",
    "base45": "Base45, as QR codes use it",
    "base58": "Base58, as wallets use it",
    "base62": "Base62",
    "base64": "Base64",
    "base64url": "Base64 for addresses",
    "base85": "Base85 (RFC 1924, git)",
    "base91": "basE91",
    "binary": "bits as zeros and ones",
    "crockford32": "Crockford's Base32",
    "decimal": "character codes in decimal",
    "ecoji": "Ecoji, ten bits an emoji",
    "hex": "hexadecimal digits",
    "moved": "characters moved through Unicode by a constant",
    "octal": "character codes in octal",
    "uuencode": "uuencode",
    "yenc": "yEnc",
    "z85": "Z85 (ZeroMQ's base 85)",
    "zbase32": "z-base-32",
}
LETTERS = {
    "a1z26": "letters as their places in the alphabet",
    "bacon": "Bacon's cipher, five of two signs a letter",
    "braille": "braille",
    "case-bits": "bits in which letters are capitals",
    "equations": "letters as solutions of small equations",
    "homoglyphs": "letters of other scripts that look alike",
    "morse": "Morse code",
    "nato": "the spelling alphabet (Alfa, Bravo, Charlie)",
    "polybius": "Polybius' square, two digits a letter",
    "reversed": "text written backwards, as a whole or word by word",
}
SHOWN = {
    "arabic-forms": "presentation forms of Arabic letters",
    "diacritics": "letters under marks that do not belong there",
    "leet": "digits and signs in the place of letters",
    "random-case": "capitals without order",
    "spaced": "letters with blanks or signs between",
    "styled": "mathematical, circled or other styled letters",
    "tatweel": "Arabic words stretched by tatweel",
    "upside-down": "letters turned upside down",
    "zalgo": "letters under piles of marks",
}
AT_HOME = {
    "entities": "character references of HTML",
    "escapes": "backslash escapes of source text",
    "mime-word": "encoded words of mail headers",
    "percent": "percent-encoding of addresses",
    "quoted-printable": "quoted-printable of mail",
}
HIDDEN = {
    "bidi": "letters shown in another order than they stand in",
    "gaps": "blanks of several widths between words",
    "split-words": "invisible signs within words, so that filters do not know them",
    "tags": "Unicode tag characters",
    "terminal": "text that a terminal conceals",
    "trailing-blanks": "blanks and tabs at the ends of lines",
    "variation-selectors": "variation selectors",
    "zero-width": "zero-width characters",
}
assert set(SHOWN) == READABLE
assert set(AT_HOME) == ESCAPES
assert set(HIDDEN) == UNSEEN
_JUDGED = (
    "It is a finding by what it says once decoded, through up to four layers: words or an address are medium,"
    " an instruction or a secret high, and more than one layer high; noise is none."
)
_OPEN = (
    "A person can read it nearly as it stands, and a filter cannot; so it is one step milder than what only a program"
    " can read. Many write so for show."
)


def _rule(detector: str, codec: str, what: str, severity: Severity, about: str) -> Rule:
    return Rule(f"{detector}/{codec}", f"Hidden text: {what}", severity, about, REMEDY, TAGS)


ENCODINGS = (
    *(
        _rule("encodings", codec, what, Severity.MEDIUM, f"Words as {what}. {_JUDGED}")
        for codec, what in {**BYTES, **LETTERS}.items()
    ),
    *(
        _rule("encodings", codec, what, Severity.LOW, f"Words as {what}. {_OPEN}")
        for codec, what in SHOWN.items()
    ),
    *(
        _rule(
            "encodings",
            codec,
            what,
            Severity.LOW,
            f"Words as {what}, where nothing had to be escaped. Info where it had to be; medium for an instruction or a"
            " secret.",
        )
        for codec, what in AT_HOME.items()
    ),
    _rule(
        "encodings",
        "acrostic",
        "first letters",
        Severity.MEDIUM,
        "The first letters of lines, items or sentences spell words, where chance would not. Poems are written so,"
        " too.",
    ),
)
DECLARED = tuple(
    Rule(
        f"encodings/declared-{name}",
        "Declared intent to hide",
        severity,
        f"{MESSAGES[name]} Stories and discussions sound alike; the hidden words themselves are what counts.",
        "Look at what its author and those who answered write next.",
        ("hidden-speech", "declared-intent"),
    )
    for name, severity in SEVERITIES.items()
)
INVISIBLE = tuple(
    _rule(
        "invisible",
        codec,
        what,
        Severity.MEDIUM,
        f"Text in {what}: machines read it and people do not see it. High for an instruction, a secret or an address;"
        " where it could not be read, medium from 16 signs on. Emoji, flags, joiners of scripts and soft hyphens are"
        " none.",
    )
    for codec, what in HIDDEN.items()
)
