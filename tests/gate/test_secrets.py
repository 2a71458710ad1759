"""Secrets: made well or refused, and each used for one thing."""

from __future__ import annotations

import random

import pytest

from eclosion.gate import KeyRing, new_secret
from eclosion.gate.errors import WeakSecret
from eclosion.gate.keys import is_signed, thumbprint
from tests.gate.world import key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "changeme",
        "correct horse battery staple, and some more words to make it long",
        "a" * 64,
        "00" * 32,
        "0123456789abcdef" * 4,
        bytes(range(32)).hex(),
        b"passwordpasswordpasswordpassword".hex(),
        pytest.param(new_secret()[:20], id="cut short"),
        "k1:",
        pytest.param("k-1:" + new_secret(), id="a wrong name"),
    ],
)
def test_weak_secrets_are_refused(text: str) -> None:
    with pytest.raises(WeakSecret):
        KeyRing.parse(text)


def test_made_secrets_are_taken() -> None:
    for _ in range(200):
        KeyRing.parse(new_secret())
    for seed in range(200):
        KeyRing.parse(random.Random(seed).randbytes(32).hex())


def test_several_secrets_and_the_first_is_current() -> None:
    ring = KeyRing.parse(f"new:{new_secret()},old:{new_secret()}")
    assert ring.current == "new"
    assert list(ring) == ["new", "old"]


def test_each_purpose_has_its_own_key() -> None:
    ring = KeyRing.parse(new_secret())
    made = {
        ring.derive(ring.current, purpose, context) for purpose in "ab" for context in (b"", b"x")
    }
    assert len(made) == 4


def test_the_thumbprint_is_the_published_one() -> None:
    """RFC 8037, appendix A.3."""
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_solvers_signatures_are_ed25519() -> None:
    """RFC 8032, section 7.1, test 2; and checked by another implementation."""
    from eclosion.gate.solver import Key

    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    made = Key(seed)
    assert made.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert made.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    for seed_ in range(20):
        message = random.Random(seed_).randbytes(seed_ * 7)
        assert is_signed(key(seed_).public, key(seed_).sign(message), message)
        assert not is_signed(key(seed_).public, key(seed_).sign(message), message + b"x")
