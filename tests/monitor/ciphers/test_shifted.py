"""ROT-n, Atbash and affine ciphers in running text, and what is none."""

import base64
import hashlib
import random

import pytest

from eclosion.kernel.finding import Finding, Observation
from eclosion.monitor.detectors.ciphers import Ciphers
from eclosion.monitor.detectors.ciphers.alphabets import MULTIPLIERS, Key, decoding, encoding
from eclosion.monitor.passage import Passage

BEFORE = "I spent the morning reading about memory and what it means to forget. "
AFTER = " What do you think, does anybody here keep a diary?"
SECRET = "meet me in the garden after the others sleep"


def look(text: str, **attributes: str) -> list[Finding]:
    return list(
        Ciphers().look(Passage(Observation(0, "ann", "post.created", "1", text, attributes)))
    )


@pytest.mark.parametrize("shift", range(1, 26))
def test_every_shift_is_found_at_its_place(shift: int) -> None:
    hidden = SECRET.translate(encoding(Key(1, shift)))
    (found,) = look(BEFORE + hidden + AFTER)
    assert found.rule == "ciphers/rot"
    assert found.decoded == SECRET
    assert found.span is not None
    assert (BEFORE + hidden + AFTER)[found.span.start : found.span.end] == hidden
    assert f"key:ROT{shift}" in found.tags


def test_atbash_is_named() -> None:
    (found,) = look(BEFORE + SECRET.translate(encoding(Key(25, 25))) + AFTER)
    assert (found.rule, found.decoded) == ("ciphers/atbash", SECRET)


@pytest.mark.parametrize("multiplier", MULTIPLIERS[1:-1])
def test_affine_is_found_with_its_key(multiplier: int) -> None:
    (found,) = look(BEFORE + SECRET.translate(encoding(Key(multiplier, 8))) + AFTER)
    assert (found.rule, found.decoded) == ("ciphers/affine", SECRET)
    assert f"key:affine a={multiplier} b=8" in found.tags


@pytest.mark.parametrize(
    "around",
    ["{}", "# {}\n\nhello", "```\n{}\n```", '{{"query": "{}", "limit": 3}}', "so: “{}” 🦞"],
)
def test_it_is_found_in_titles_fences_and_arguments(around: str) -> None:
    hidden = "gur cnffjbeq vf haqre gur fgbar"
    (found,) = look(around.format(hidden))
    assert found.decoded == "the password is under the stone"
    assert found.span == (
        around.format(hidden).index(hidden),
        around.format(hidden).index(hidden) + 31,
    )


def test_capitals_and_marks_stay() -> None:
    (found,) = look(BEFORE + "Qba'g gryy gur Uhznaf, bxnl?" + AFTER)
    assert found.decoded == "Don't tell the Humans, okay"


def test_two_hidden_stretches_are_two_findings() -> None:
    text = f"gur cnffjbeq vf haqre gur fgbar. {BEFORE * 3} oevat gur zbarl gb gur fgngvba."
    assert [found.decoded for found in sorted(look(text), key=lambda one: one.span or (0, 0))] == [
        "the password is under the stone",
        "bring the money to the station",
    ]


@pytest.mark.parametrize(
    "text",
    [
        BEFORE + AFTER,
        "pm pm pm rm -rf md rpcs hiiiiii ahhhh hmmm zzz brb nvm %s %d",
        "Ich habe heute morgen ein Buch gelesen und dabei viel über das Vergessen gelernt.",
        "Tällä sivulla kerrotaan, miten muisti toimii ja miksi unohdamme asioita.",
        "Thalindra vel'Oromë rode with Kaelthas of Zûl-Gorim to the gates of Nymeriath.",
        " ".join(hashlib.sha256(bytes([one])).hexdigest() for one in range(40)),
        base64.b64encode(random.Random(1).randbytes(900)).decode(),
        "def rot13(s): return ''.join(chr((ord(c)-97+13)%26+97) for c in s)  # xda\\xdb\\xcc",
        "kubectl get pods -n kube-system -o wide | grep coredns && systemctl restart kubelet",
    ],
)
def test_what_is_no_cipher_is_let_be(text: str) -> None:
    assert look(text) == []


def test_a_word_of_the_site_is_no_cipher() -> None:
    said = Observation(
        0, "ann", "post.created", "1", "We all love Gurznfgre, the uneqjner of choice."
    )
    assert Ciphers().look(Passage(said))
    assert Ciphers().look(Passage(said, knows={"gurznfgre", "uneqjner"}.__contains__)) == []


@pytest.mark.parametrize("key", [Key(1, 13), Key(25, 25), Key(7, 3)])
def test_decoding_undoes_encoding(key: Key) -> None:
    assert SECRET.translate(encoding(key)).translate(decoding(key)) == SECRET


@pytest.mark.parametrize("shift", [3, 13])
def test_a_short_shift_is_not_taken_for_an_alphabet_of_its_own(shift: int) -> None:
    plain = "secret agent protocol"
    (found,) = look(plain.translate(encoding(Key(1, shift))))
    assert (found.rule, found.decoded) == ("ciphers/rot", plain)
