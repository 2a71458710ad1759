"""The draft's own examples (draft-ietf-webbotauth-httpsig-protocol, test vectors), byte for byte.

The key is that of RFC 9421 appendix B.1.4, whose private half everybody has: it counts nowhere but here.
"""

from __future__ import annotations

import pytest

from eclosion.gate.encoding import from_text
from eclosion.gate.errors import SignatureRefused
from eclosion.gate.keys import is_signed, thumbprint
from eclosion.gate.signatures.checking import LENIENT, check_claim, check_key, read_claims
from eclosion.gate.signatures.covered import Message, signature_base
from eclosion.gate.signatures.directories import TEST_KEYS, Fetched, read_directory
from eclosion.gate.signatures.fields import InnerList, Item, read_dictionary
from eclosion.gate.signatures.signing import DIRECTORY_TYPE

KEY = from_text("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
KEYID = "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U"
NOW_MS = 1_735_690_000_000

DICTIONARY = {
    "signature-agent": 'agent2="https://signature-agent.test"',
    "signature-input": 'sig2=("@authority" "signature-agent";key="agent2");created=1735689600'
    ';keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=4889289600'
    ';nonce="n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA=="'
    ';tag="web-bot-auth"',
    "signature": "sig2=:RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==:",
}
LEGACY = {
    "signature-agent": '"https://signature-agent.test"',
    "signature-input": 'sig2=("@authority" "signature-agent");created=1735689600'
    ';keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=1735693200'
    ';nonce="e8N7S2MFd/qrd6T2R3tdfAuuANngKI7LFtKYI/vowzk4lAZYadIX6wW25MwG7DCT9RUKAJ0qVkU0mEeLElW1qg=="'
    ';tag="web-bot-auth"',
    "signature": "sig2=:jdq0SqOwHdyHr9+r5jw3iYZH6aNGKijYp/EstF4RQTQdi5N5YYKrD+mCT1HA1nZDsi6nJKuHxUi/5Syp3rLWBA==:",
}


@pytest.mark.parametrize("headers", [DICTIONARY, LEGACY], ids=["dictionary", "bare string"])
def test_the_drafts_requests_verify(headers: dict[str, str]) -> None:
    request = Message("GET", "https://example.com/path/to/resource", tuple(headers.items()))
    (claim,) = read_claims(request)
    assert claim.keyid == KEYID == thumbprint(KEY)
    signed = check_key(claim, request, KEY)
    assert signed.host == "signature-agent.test"
    assert signed.identifier == (
        "https://signature-agent.test/.well-known/http-message-signatures-directory"
    )
    elsewhere = request._replace(target_uri="https://example.org/")
    with pytest.raises(SignatureRefused, match="not by the key"):
        check_key(claim, elsewhere, KEY)


def test_a_signature_of_years_is_longer_than_any_profile_allows() -> None:
    request = Message("GET", "https://example.com/", tuple(DICTIONARY.items()))
    (claim,) = read_claims(request)
    with pytest.raises(SignatureRefused, match="at most"):
        check_claim(claim, request, b"", LENIENT, NOW_MS)
    legacy = Message("GET", "https://example.com/", tuple(LEGACY.items()))
    check_claim(read_claims(legacy)[0], legacy, b"", LENIENT, NOW_MS)


def test_the_drafts_directory_is_read_and_its_key_counts_nowhere() -> None:
    body = (
        b'{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U",'
        b'"x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","use":"sig"}]}'
    )
    fetched = Fetched(DIRECTORY_TYPE, body)
    assert read_directory("directory", fetched, NOW_MS, frozenset()) == {KEYID: KEY}
    assert read_directory("directory", fetched, NOW_MS) == {}
    assert KEYID in TEST_KEYS


def test_a_request_of_the_rfc_verifies() -> None:
    """RFC 9421 appendix B.2.6: Ed25519 over method, path, authority and plain fields."""
    request = Message(
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        (
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ),
    )
    names = ("date", "@method", "@path", "@authority", "content-type", "content-length")
    params: dict[str, int | str] = {"created": 1618884473, "keyid": "test-key-ed25519"}
    covered = InnerList(tuple(Item(name) for name in names), params)
    text = "sig=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    member = read_dictionary(text)["sig"]
    assert isinstance(member, Item)
    assert isinstance(member.value, bytes)
    assert is_signed(KEY, member.value, signature_base(request, covered))
