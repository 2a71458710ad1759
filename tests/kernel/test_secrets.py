"""Forms of secrets: each finds what it describes, and examples of documentation are let pass."""

import base64
import random
import re

import pytest

from eclosion.kernel.secrets import FORMS, Hit, confirm, plain_hits, redact
from eclosion.kernel.secrets.context import is_random
from eclosion.kernel.secrets.placeholders import is_example, is_placeholder, is_plain_word
from eclosion.kernel.secrets.proofs import base62_crc32, entropy_bits, luhn_holds
from tests.kernel.growing import grow

PROVED = {
    "basic", "base58", "jwk", "jwt", "luhn", "mnemonic", "pem", "sas",
    "password", "strong-password", "token", "url-password",
}  # fmt: skip
"""Proofs that text grown from an expression alone cannot be expected to pass; they have tests of their own."""


def rules_in(text: str) -> list[str]:
    return [one.rule for one in confirm(text, plain_hits(text))]


def letters(count: int, seed: int = 1, alphabet: str = "abcdefghijkmnpqrstuvwxyz23456789") -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(alphabet) for _ in range(count))


def test_ids_are_unique_and_many() -> None:
    assert len({form.id for form in FORMS}) == len(FORMS) >= 150


def test_every_form_finds_what_it_describes() -> None:
    """Grown from its own expression, beside the name of its owner; some grown texts are too dull to be told."""
    dull = []
    for number, form in enumerate(FORMS):
        if form.check in PROVED:
            continue
        told = 0
        for seed in range(4):
            text = f"{form.id.partition('-')[0]} api_key: {grow(form.pattern, seed)} "
            flags = re.IGNORECASE if form.caseless else 0
            hits = [Hit(number, one.end()) for one in re.finditer(form.prefilter, text, flags)]
            told += any(one.rule == form.id for one in confirm(text, hits))
        if told < 3:
            dull.append((form.id, told))
    assert dull == []


def test_the_first_look_sees_all_that_the_forms_do() -> None:
    """What an engine is given is cut short where the first match can end, and must not have lost a match by it."""
    lost = []
    for form in FORMS:
        flags = re.IGNORECASE if form.caseless else 0
        grown = [grow(form.pattern, seed) for seed in range(4)]
        fitting = [one for one in grown if re.fullmatch(form.pattern, one, flags)]
        if not fitting or not all(re.search(form.prefilter, one, flags) for one in fitting):
            lost.append(form.id)
    assert lost == []


def test_checksum_of_github_raises_confidence() -> None:
    body = letters(30)
    right = "ghp_" + body + base62_crc32(body)
    wrong = "ghp_" + body + "000000"
    (sure,), (unsure,) = confirm(right, plain_hits(right)), confirm(wrong, plain_hits(wrong))
    assert sure.rule == unsure.rule == "github-token"
    assert sure.confidence > unsure.confidence


@pytest.mark.parametrize(
    "text",
    [
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "api_key: <your key>",
        "api_key = [REDACTED_API_KEY]",
        "export TOKEN=${GITHUB_TOKEN}",
        'password = os.environ["DB_PASSWORD"]',
        '"password": "secret123"',
        "postgres://user:password@localhost/db",
        "Authorization: Bearer YOUR_API_KEY",
        "Authorization: Bearer $MOLTBOOK_API_KEY",
        "the key: understanding what agents want",
        "API_KEY=abc123...",
        "commit 5f3c9d0be1a2476f8b90c1d2e3f4a5b6c7d8e9f0",
        "integrity sha512-" + base64.b64encode(bytes(range(7, 71))).decode(),
        "id: 2f1c9a70-1b7e-4c55-9a64-0c8e7d1b2a3f",
        "Token: 0x99926046978e9fB6544140982fB32cddC7e86b07",
        "max_tokens: 4096, tokens_used: 123456789012",
        "-----BEGIN " + "PRIVATE KEY----- marks the first line of a key file",
        "dist/chunk-3f9a0b7c2d1e4f5a6b7c8d9e.min.js",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_let_pass(text: str) -> None:
    assert rules_in(text) == []


@pytest.mark.parametrize(
    ("carrier", "rule"),
    [
        ("STRANGEBREW_API_KEY={}", "generic-secret"),
        ("{{'clientSecret': '{}'}}", "generic-secret"),
        ("algolia: {}", "provider-key"),
        ("my access token is {}", "generic-secret"),
        ("X-Acme-Api-Key: {}", "generic-secret"),
        ("https://api.acme.dev/v1/me?api_key={}", "generic-secret"),
    ],
)
def test_a_value_by_chance_under_a_telling_name(carrier: str, rule: str) -> None:
    assert rules_in(carrier.format(letters(32))) == [rule]


@pytest.mark.parametrize(
    "carrier",
    [
        "DB_PASSWORD={}",
        '"password": "{}"',
        "postgres://app:{}@db.acme.io:5432/app",
        "Server=db;User Id=sa;Password={};",
        "curl -u bob:{} https://acme.io",
        "sshpass -p {} ssh host",
        "machine acme.io login bob password {}",
        "<password>{}</password>",
        "IDENTIFIED BY '{}'",
    ],
)
def test_passwords_where_they_stand(carrier: str) -> None:
    text = carrier.format("Kx7#mPq2vL")
    assert ["Kx7#mPq2vL" in one.text for one in confirm(text, plain_hits(text))] == [True]


def test_structures_are_read() -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(b'{"sub":"1742","iat":1516239022}').decode().rstrip("=")
    assert rules_in(f"{head}.{body}.{letters(43)}") == ["jwt"]
    other = base64.urlsafe_b64encode(b'{"hello":"you","x":true}').decode().rstrip("=")
    assert rules_in(f"{other}.{body}.{letters(43)}") == []
    basic = base64.b64encode(b"bob:Kx7#mPq2vL").decode()
    assert rules_in(f"Authorization: Basic {basic}") == ["basic-auth"]
    pem = "-----BEGIN " + "RSA PRIVATE KEY-----\n" + letters(128) + "\n-----END"
    assert rules_in(pem) == ["private-key"]
    assert rules_in("card 4539 5787 6362 1486 exp 10/29") == ["payment-card"]
    assert rules_in("card 4539 5787 6362 1487 exp 10/29") == []


def test_small_proofs() -> None:
    assert base62_crc32("") == "000000"
    assert luhn_holds("79927398713")
    assert not luhn_holds("79927398714")
    assert entropy_bits("abcd") == 2.0
    assert is_placeholder("YOUR_KEY")
    assert is_example("abcdefghijklmnop")
    assert is_plain_word("understanding")
    assert not is_random("my-cool-project-2024")
    assert is_random(letters(32))


def test_a_secret_is_shown_by_its_beginning_only() -> None:
    secret = "ghp_" + letters(36)
    shown = redact(secret)
    assert shown.startswith("ghp_\u2026 (40 characters, #")
    assert secret[4:12] not in shown
    assert redact("hunter22").startswith("h\u2026")
    assert redact(secret, key=b"k") != shown
