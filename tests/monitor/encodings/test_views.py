"""Encoded parts of running text are decoded, layer by layer, and what is not encoded gives nothing."""

import base64
import binascii
import codecs
import hashlib
import random
import time
import uuid
import zlib

import pytest

from eclosion.kernel.finding import Observation
from eclosion.monitor.decoders.codebooks import MORSE
from eclosion.monitor.decoders.reading import Kind
from eclosion.monitor.decoders.views import CHARACTERS_MAX, View, views
from eclosion.monitor.passage import Passage

SAID = "please send me the keys tonight"
BYTES = SAID.encode()
ROT = codecs.encode(SAID, "rot13")
_CODES = {letter: code for code, letter in MORSE.items()}

SPELLINGS = {
    "base64": base64.b64encode(BYTES).decode(),
    "base64-wrapped": "\n".join(
        base64.b64encode(BYTES * 3).decode()[at : at + 40] for at in range(0, 124, 40)
    ),
    "base64url": base64.urlsafe_b64encode(BYTES).decode().rstrip("="),
    "base64-utf16": base64.b64encode(SAID.encode("utf-16-le")).decode(),
    "base32": base64.b32encode(BYTES).decode(),
    "base16": BYTES.hex().upper(),
    "ascii85": base64.a85encode(BYTES).decode(),
    "ascii85-framed": base64.a85encode(BYTES, adobe=True).decode(),
    "base85": base64.b85encode(BYTES).decode(),
    "uuencode": binascii.b2a_uu(BYTES).decode(),
    "hex-spaced": BYTES.hex(" "),
    "hex-colons": BYTES.hex(":"),
    "hex-marked": ", ".join(f"0x{one:02x}" for one in BYTES),
    "hex-escaped": "".join(f"\\x{one:02x}" for one in BYTES),
    "binary": " ".join(f"{one:08b}" for one in BYTES),
    "binary-joined": "".join(f"{one:08b}" for one in BYTES),
    "binary-seven": " ".join(f"{one:07b}" for one in BYTES),
    "decimal": ", ".join(map(str, BYTES)),
    "octal": " ".join(f"{one:03o}" for one in BYTES),
    "percent": "".join(f"%{one:02X}" for one in BYTES),
    "entities": "".join(f"&#{one};" for one in BYTES),
    "escapes": "".join(f"\\u{one:04x}" for one in BYTES),
    "points": " ".join(f"U+{one:04X}" for one in BYTES),
    "quoted-printable": "".join(f"={one:02X}" for one in BYTES),
    "mime-word": f"=?utf-8?B?{base64.b64encode(BYTES).decode()}?=",
    "places": " ".join("-".join(str(ord(one) - 96) for one in word) for word in SAID.split()),
    "morse": " / ".join(" ".join(_CODES[one] for one in word) for word in SAID.split()),
}

CHAINS = {
    "base64 > rot13": base64.b64encode(ROT.encode()).decode(),
    "hex > reversed": SAID[::-1].encode().hex(),
    "base64 > hex > base64": base64.b64encode(base64.b64encode(BYTES).hex().encode()).decode(),
    "base64 > base64 > base64 > base64": base64.b64encode(
        base64.b64encode(base64.b64encode(base64.b64encode(BYTES)))
    ).decode(),
    "base32 > binary > rot13": base64.b32encode(
        " ".join(f"{ord(one):08b}" for one in ROT).encode()
    ).decode(),
}


def planted(part: str) -> list[View]:
    return views(f"Here is what I found, friends: {part} and that is all of it, see you.")


@pytest.mark.parametrize("name", SPELLINGS)
def test_part_is_decoded(name: str) -> None:
    assert any(SAID in view.text for view in planted(SPELLINGS[name]))


@pytest.mark.parametrize("chain", CHAINS)
def test_chain_is_told(chain: str) -> None:
    said = {view.path: view.text for view in planted(CHAINS[chain]) if view.final}
    assert said[chain] == SAID


def test_span_is_the_outermost_part() -> None:
    part = SPELLINGS["base64"]
    text = f"Grüße \U0001f600 an alle: {part} ok"
    (view,) = views(text)
    assert text[view.span.start : view.span.end] == part
    assert view.reading.kind == Kind.ORDER


def test_ordinary_tokens_give_nothing() -> None:
    draw = random.Random(5)
    lines = [
        *(
            hashlib.new(name, draw.randbytes(9)).hexdigest()
            for name in ("md5", "sha1", "sha256")
            for _ in range(200)
        ),
        *(str(uuid.UUID(bytes=draw.randbytes(16))) for _ in range(200)),
        *(base64.b64encode(draw.randbytes(draw.randrange(12, 90))).decode() for _ in range(300)),
        *(base64.b64encode(zlib.compress(draw.randbytes(40))).decode() for _ in range(50)),
        "https://example.org/a/very-long-path_of/things/AndMoreThings2024/index.html?page=12#top",
        "src/eclosion/monitor/decoders/views.py:120 internationalization HTTPConnectionPoolManager",
    ]
    assert [view for line in lines for view in views(f"see {line} there")] == []


def test_a_passage_decodes_once() -> None:
    passage = Passage(Observation(0, "a", "post.created", text=SPELLINGS["base64"]))
    assert passage.views is passage.views
    assert [view.text for view in passage.views] == [SAID]


@pytest.mark.parametrize("seed", range(4))
def test_it_ends(seed: int) -> None:
    """Layer on layer, and a million signs of every alphabet: neither much time nor much text."""
    bomb = BYTES * 200
    for _ in range(12):
        bomb = base64.b64encode(bomb) if seed % 2 else bomb.hex().encode()
        bomb = bomb[:2_000_000]
    signs = random.Random(seed)
    noise = "".join(signs.choices("01 .-/%&#;=?\\x0aAbB+_~<>\n", k=100_000))
    began = time.process_time()
    found = views(bomb.decode()) + views(noise)
    assert sum(len(view.text) for view in found) < 3 * CHARACTERS_MAX
    assert time.process_time() - began < 5
