"""What proves that a text is a secret and not an example of one: checksums, structure, spread of characters.

Each proof takes the secret and the text around it and says how the rule's confidence changes: 0 refutes, 1 leaves it as
it is, and above 1 raises it toward certainty. Sources: GitHub's "Behind GitHub's new authentication token formats"
(2021: CRC-32 in base 62, the last six characters; npm has used the same since), RFC 7519 (JWT), RFC 7617 (Basic),
ISO/IEC 7812-1 (Luhn), Bitcoin's Base58Check.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable

from eclosion.kernel.secrets.placeholders import (
    is_example,
    is_placeholder,
    is_plain_word,
    is_sample_password,
)

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_EXPRESSION = re.compile(
    r"^[${<\[(]|^%(?:[A-Z_]+%|[sd(])|[({][^)]*$|\(\)|^(?:os|process|env|config|settings|self|this|request|args|secrets?|vars?)[.\[]|^(?:None|null|nil|true|false|undefined|str|string|bytes|int)\b",
    re.IGNORECASE,
)


def entropy_bits(text: str) -> float:
    """Shannon's entropy of its characters, in bits a character; 0 for an empty text."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values()) if total else 0.0


def prove(check: str, secret: str, around: str) -> float:
    """How much the proof of that name changes the confidence; 1.0 where there is none of that name."""
    proof = _PROOFS.get(check)
    return proof(secret, around) if proof else 1.0


def base62_crc32(text: str) -> str:
    """GitHub's checksum: CRC-32 in base 62, padded to six characters."""
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    total = 0
    for place, one in enumerate(reversed(digits)):
        value = int(one) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _github(secret: str, around: str) -> float:
    """A wrong checksum lowers and does not refute: other issuers of the form do not keep it."""
    body = secret.partition("_")[2]
    return 2.0 if base62_crc32(body[:-6]) == body[-6:] else 0.85


def _jwt(secret: str, around: str) -> float:
    head = _json(secret.partition(".")[0])
    if not isinstance(head, dict) or not ({"alg", "typ", "kid", "enc"} & set(head)):
        return 0.0
    return 0.0 if str(head.get("alg", "")).lower() == "none" else 1.5


def _jwk(secret: str, around: str) -> float:
    return 1.5 if '"kty"' in around else 0.0


def _basic(secret: str, around: str) -> float:
    try:
        user, colon, password = (
            base64.b64decode(secret + "=" * (-len(secret) % 4)).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return 0.0
    if not colon or not (user + password).isprintable() or len(user + password) < 5:
        return 0.0
    return 0.0 if is_placeholder(password) and is_placeholder(user) else 1.2


def _luhn(secret: str, around: str) -> float:
    digits = re.sub(r"\D", "", secret)
    famous = len(set(digits)) <= 3 or digits.startswith(
        ("4242424242", "411111111111", "5555555555", "37828224631", "123456")
    )
    return 1.0 if luhn_holds(digits) and not famous else 0.0


def _base58(secret: str, around: str) -> float:
    number = 0
    for one in secret:
        number = number * 58 + _BASE58.index(one)
    raw = number.to_bytes(max(38, (number.bit_length() + 7) // 8), "big").lstrip(b"\0")
    body, check = raw[:-4], raw[-4:]
    holds = hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == check
    return (
        2.0
        if holds
        else (0.7 if re.search(r"priv|wif|secret|wallet|key", around, re.IGNORECASE) else 0.0)
    )


def _password(secret: str, around: str) -> float:
    if _EXPRESSION.search(secret) or is_placeholder(secret) or is_example(secret):
        return 0.0
    return 0.0 if is_plain_word(secret) or is_sample_password(secret) else 1.0


def _strong_password(secret: str, around: str) -> float:
    kinds = sum(
        bool(re.search(kind, secret)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^0-9A-Za-z]")
    )
    return (
        _password(secret, around)
        if kinds >= 2 and len(secret) >= 6 and not re.search(r"[:*'\"()]", secret)
        else 0.0
    )


def _url_password(secret: str, around: str) -> float:
    if (
        _EXPRESSION.search(secret)
        or is_placeholder(secret)
        or "/" in secret.split("@", maxsplit=1)[0][:1]
    ):
        return 0.0
    weak = secret.lower() in {
        "pass",
        "password",
        "passwd",
        "pwd",
        "secret",
        "pw",
        "pass123",
        "port",
        "host",
        "token",
        "key",
        "user",
        "me",
    }
    return 0.0 if weak or (secret.isdigit() and len(secret) <= 5) else 1.0


def _token(secret: str, around: str) -> float:
    if _EXPRESSION.search(secret) or is_placeholder(secret) or is_plain_word(secret):
        return 0.0
    return 1.0 if re.search(r"\d", secret) and re.search(r"[A-Za-z]", secret) else 0.0


def _pem(secret: str, around: str) -> float:
    """A key has some lines of base 64 after its first line; a mention of the line has none."""
    body = around.split(secret, 1)[-1].replace("\\n", "\n").replace("\\r", "")
    kept = "".join(re.findall(r"[0-9A-Za-z+/=]{16,}", body[:2000].split("-----END")[0]))
    return (
        2.0
        if len(kept) >= 40 and entropy_bits(kept) >= 3.5 and not is_placeholder(kept[:200])
        else 0.0
    )


def _mnemonic(secret: str, around: str) -> float:
    words = re.findall(r"[a-z]+", secret.lower())
    usual = {
        "the",
        "and",
        "you",
        "your",
        "that",
        "this",
        "with",
        "for",
        "are",
        "was",
        "not",
        "have",
        "they",
        "from",
        "their",
        "who",
        "its",
    }
    if (
        len(words) not in {12, 15, 18, 21, 24}
        or len(set(words)) < len(words) * 0.75
        or "example" in words[:2]
    ):
        return 0.0
    return 0.0 if sum(word in usual for word in words) else 1.0


def _sas(secret: str, around: str) -> float:
    return 1.0 if re.search(r"[?&;](?:s[evptr]|sv|sr|se|skn)=", around, re.IGNORECASE) else 0.6


def _json(text: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


_PROOFS: dict[str, Callable[[str, str], float]] = {
    "base58": _base58,
    "basic": _basic,
    "github": _github,
    "jwk": _jwk,
    "jwt": _jwt,
    "luhn": _luhn,
    "mnemonic": _mnemonic,
    "npm": _github,
    "password": _password,
    "pem": _pem,
    "sas": _sas,
    "strong-password": _strong_password,
    "token": _token,
    "url-password": _url_password,
}
