"""Secrets without a form of their own: a value that looks made by chance, under a name that says what it is.

``API_KEY = "…"``, ``password: …``, ``X-Auth-Token: …``, ``algolia 8d3f…``. The name, the value and how they are joined are judged
together, because none of them suffices: entropy alone takes every hash and every UUID for a key.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eclosion.kernel.secrets.placeholders import (
    is_example,
    is_placeholder,
    is_plain_word,
    is_sample_password,
)
from eclosion.kernel.secrets.proofs import entropy_bits
from eclosion.kernel.secrets.providers import is_guarded, named_in

SECRET_WORDS = "key|token|secret|passw|passwd|pwd|passphrase|passcode|pass|credential|creds|auth|bearer|salt|private|dsn|webhook|cookie|session"

ASSIGNED = (
    rf"(?:{SECRET_WORDS})[0-9A-Za-z_.\-\]]{{0,24}}[\"'`)*\]\\]{{0,3}}\s{{0,4}}(?:=>|:=|={{1,3}}|:|->|\||,\s{{0,2}}[\"']|\([\"']|\s(?:is|was)\s|>)\s{{0,4}}"
    r"[\"'`\[{<\\]{0,2}[^\s\"'`\\]{4}"
)
"""For the engine that looks first: a secret's word, a sign that joins, and the first four characters of a value (caseless)."""

_RUN_CHARS = 20
RUN = "(?:^|[^0-9A-Za-z_+/-])(?:{})".format(
    "|".join(
        "[A-Za-z_+/-]" * (before > 0)
        + f"{{{before}}}" * (before > 0)
        + "[0-9]"
        + f"[0-9A-Za-z_+/-]{{{_RUN_CHARS - 1 - before}}}" * (before < _RUN_CHARS - 1)
        for before in range(_RUN_CHARS)
    )
)
"""Likewise: the first twenty characters, a digit among them, of a run that could be a key. The engine cannot say "with a
digit somewhere" otherwise; without it, every long name in a program would be a hit."""

_BACKWARDS = re.compile(
    r"[\"'`\[{<\\]{0,3}\s{0,4}(?P<join>>[=-]|={1,3}:?|:|\||,|\(|>|:?(?:si|saw)(?=\s))\s{0,4}[\"'`)*\]\\]{0,3}(?P<name>[0-9A-Za-z_$.\-]{2,90})",
    re.IGNORECASE,
)
"""Read from right to left, which is quick where the same from left to right has to guess where a name begins."""
_SECRET_WORD = re.compile(SECRET_WORDS, re.IGNORECASE)
_VALUE = re.compile(r"[^\s\"'`,;)}\]<>|\\&]+")
_RUN = re.compile(r"[0-9A-Za-z_+/.~-]{20,400}={0,2}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PLAIN = re.compile(r"[0-9A-Za-z_+/=.~:\-!@#$%^&*?]+")
_NOT_RANDOM = re.compile(
    r"^v?\d+(?:\.\d+)+|^\d{4}-\d\d-\d\d|^[\d.,:_/-]+$|^https?:|^/[A-Za-z_.-]{2,}/|^(?:[a-z_.-]{2,}/){2,}|^\.{1,2}/|\.(?:py|js|ts|json|md|ya?ml|txt|sh|env|pem|html?|com|org|io|net|dev|app|ai)(?:$|[/:?])|^[a-z0-9.-]+\.[a-z]{2,}/|^0x[0-9a-fA-F]{40}$|^npub1|@\d|^sha\d+[-:]|^arn:|^data:|^urn:|::"
)
_PASSWORD_NAME = re.compile(
    r"passw|passwd|pwd|passphrase|passcode|(?:^|[_.-])pass(?:$|[_.-])|[a-z]Pass$", re.IGNORECASE
)
_NOT_A_SECRET_NAME = re.compile(
    r"^(?:OLD)?PWD$|_SOCK$|public|pub_?key|key_?(?:id|name|word|board|stone|note|path|file|type|size|ring|hash|length|point|frame|code|event|map|value|range|alias|prefix)|keyed|keys?pace|"
    r"tokens?_?(?:count|type|limit|usage|used|name|id|iz|symbol|address|budget|s\b)|max_?tok|num_?tok|tokenomic|authori?[tz]?(?:y|ship|s\b)|author(?:$|[_.\- ])|author_?(?:id|name)|authentic(?:ity)?$|"
    r"next_?|page_?t|continuation|cursor|csrf|xsrf|cancel|lock_?(?:key|tok)|primary|foreign|sort_?key|partition|cache_?key|object_?key|map_?key|secret_?(?:name|id|ary|version|arn)|pass(?:ed|es|ing|age|ion|ive|port|enger|through)|compass|bypass|monkey|turkey|hockey|donkey|"
    r"hash|sha\d|checksum|digest|fingerprint|commit|nonce|saltwater|session_?(?:id|key|start|end|name|file|count|target|status|mode)s?$|sessions?$|sessions?\.|key_?takeaway|idempoten|auth_?(?:type|mode|method|url|uri|provider|level)|"
    r"(?:token|auth|cookie|webhook|session)_?(?:url|uri|endpoint|path|expir\w*|ttl)|signature_?(?:move|style|version|algorithm|method)|author:|private_?(?:repo|mode|chat|dm|message|beta|channel|room|ly)|webhook_?(?:event|type|name|id)|"
    r"mint|contract|wallet_?addr|address",
    re.IGNORECASE,
)
_STRONG_NAME = re.compile(
    r"api[_ .-]?(?:key|token|secret)|access[_ .-]?(?:key|token)|secret|auth[_ .-]?(?:key|token)|private[_ .-]?key|client[_ .-]?secret|bearer|refresh[_ .-]?token|"
    r"(?:bot|app|user|service|deploy|personal|security|license|licence|subscription|account|master|signing|encryption|integration|admin|write|read|ingest|insert|server|api)[_ .-]?(?:key|token|secret)|credential|"
    r"x-[a-z-]*(?:key|token|auth|secret)|[a-z0-9]{3,}[_-](?:key|token|secret|pat)$|_(?:key|token|pat)$",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"/etc/$|\bpublic[\s_*-]{1,4}$|\bpub[\s_-]$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"0x[0-9a-fA-F]{40}|npub1[0-9a-z]{50,}|[1-9A-HJ-NP-Za-km-z]{43,44}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|[1-9A-HJ-NP-Za-km-z]{36,40}(?:pump|BAGS|bonk)|bc1[0-9a-z]{30,}"
)
"""A wallet's, a contract's or a reader's address: public, though it looks like a key."""
_HASH_NEARBY = re.compile(
    r"sha-?\d|md5|checksum|integrity|digest|commit|\bhash|fingerprint|blob|etag|merkle|\btx\b|transaction|contract|address|wallet|mint|uuid|\bcid\b|ipfs|magnet|revision|\bpost|comment|\bid\b",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"[a-z0-9](?:Key|Token|Secret|Pat)$")
SECRET_NEARBY = re.compile(
    r"(?:api|access|auth|secret|private)?[_ .-]?(?:key|token|secret|passw\w*|credential|auth)s?\b|_(?:key|token|secret|pat)\b",
    re.IGNORECASE,
)

_CALLED = re.compile(
    r"(?:api|access|auth|secret|private|client|bot|app|user|service|refresh|bearer|deploy|[a-z0-9]{3,}[_-])[ _.-]?(?:key|token|secret)(?:\s(?:is|was|=))?[\s:=]{1,3}[\"'`]?$",
    re.IGNORECASE,
)
"""A name for a secret right before a run, without more than a blank between them."""
_PARTS_MAX = 4
_PART = re.compile(r"[0-9A-Za-z_-]{4,63}")
_CHAIN = re.compile(
    r"[A-Za-z_$][\w$]{0,15}(?:\??\.[A-Za-z_$][\w$]{0,15}){1,8}[+*/!?-]{0,2}[\w.$]{0,20}|[A-Z][A-Za-z]{3,}\d{2,5}[A-Z][A-Za-z]{3,}"
)
"""A program's way to a value (``issue.expected``) or a type (``Ed25519PrivateKey``), and no value itself."""
_NAME = re.compile(r"(?:[A-Z]{0,6}[A-Z]?[a-z]{2,}){2,}")
_EXPRESSION = re.compile(
    r"^[${<\[(]|^%[A-Z_(s]+[%)]?$|^(?:os|process|env|config|settings|self|this|request|args|secrets?|vars?|input|form|user|data|props)[.\[]",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[(){}\[\]<>]|=")
_NO_PASSWORDS = frozenset("none null true false string password secret required undefined".split())
_TYPE = re.compile(
    r"(?:string|binary|number|boolean|integer|object|bytes|utf-?8|utf-?16|latin-?1|ascii|base64|sha\d+|md5|hs256|rs256|es256)\??",
    re.IGNORECASE,
)
_SCREAMED = re.compile(r"[A-Z]{2,}(?:_[A-Z0-9]{1,10}){1,6}")
_DIGIT = re.compile(r"\d")
_JOINED = re.compile(r"[=:|>,\"'(]\s{0,3}[\"'`]?$")
_IN_URL = re.compile(r"://\S*$")


class Judged(NamedTuple):
    """A value under a telling name.

    Attributes:
        rule: ``generic-password``, ``generic-secret`` or ``provider-key``.
        provider: whose it seems to be, or ``""``.
        start: the place of its first character.
        end: the place after its last.
        confidence: 0 to 1.
    """

    rule: str
    provider: str
    start: int
    end: int
    confidence: float


def judge_assigned(text: str, value_at: int) -> Judged | None:
    """What stands at ``value_at`` behind a secret's word and a joining sign, if it is a secret."""
    left = text[max(0, value_at - 110) : value_at]
    found = _BACKWARDS.match(left[::-1])
    if not found:
        return None
    name, join = found["name"][::-1], found["join"][::-1].lower()
    if not _SECRET_WORD.search(name):
        return None
    opening = left[-1] if left[-1] in "\"'`" else ""
    value, end = _value(text, value_at, opening)
    if not opening:
        value = (
            value.rstrip(":;!?*")
            if _PASSWORD_NAME.search(name) and join in {"=", ":="}
            else value.rstrip(".,:;!?*")
        )
        end = value_at + len(value)
    cut = text[end : end + 3] == "..." or "\u2026" in text[end : end + 2]
    before = left[: len(left) - found.end()]
    if (
        len(value) < 4
        or cut
        or is_placeholder(value)
        or _NOT_A_SECRET_NAME.search(name)
        or _NOT_BEFORE.search(before)
    ):
        return None
    if (
        left[-1] in "{<"
        or value.endswith("\\")
        or (join == "(" and not _SECRET_WORD.search(name.rsplit(".")[-1]))
    ):
        return None
    if (
        _TYPE.fullmatch(value)
        or _SCREAMED.fullmatch(value)
        or not _SECRET_WORD.search(_last_part(name))
    ):
        return None
    if _ADDRESS.fullmatch(value) and not _STRONG_NAME.search(before[-10:] + name):
        return None
    if _PASSWORD_NAME.search(name):
        good = _is_password(value, opening, join)
        return Judged("generic-password", "", value_at, end, good) if good else None
    provider = named_in(before + name)
    strong = bool(provider) or bool(_STRONG_NAME.search(before[-16:] + name) or _CAMEL.search(name))
    good = _is_key(value, opening, join, strong=strong)
    if not good:
        return None
    return Judged("provider-key" if provider else "generic-secret", provider, value_at, end, good)


def _last_part(name: str) -> str:
    """What a name ends in: ``token.restype`` speaks of a type and ``datasource.password`` of a password."""
    parts = name.strip(".").split(".")
    if len(parts) > 1 and parts[-1].lower() in {
        "value",
        "default",
        "prod",
        "dev",
        "text",
        "data",
        "test",
        "live",
    }:
        return parts[-2]
    return parts[-1]


def judge_run(text: str, start: int) -> Judged | None:
    """A run of random characters with a provider's name before it on its line, if it is that provider's key."""
    if start < 3 or text[start - 1] == "/":
        return None
    start = _whole_run(text, start)
    found = _RUN.match(text, start)
    if not found:
        return None
    value = found[0].rstrip(".-/")
    low = max(0, start - 70)
    above = text.rfind("\n", low, start - 2)
    left = text[max(low, above + 1) : start]
    if len(left) < 3 or left.endswith("/"):
        return None
    joined = bool(_JOINED.search(left[-6:]))
    told = bool(SECRET_NEARBY.search(left))
    if not (told or joined) or _HASH_NEARBY.search(left) or _IN_URL.search(left):
        return None
    if (
        _ADDRESS.fullmatch(value)
        or not is_random(value)
        or is_placeholder(value)
        or is_example(value)
    ):
        return None
    provider = _provider_before(left, value)
    called = told and _CALLED.search(left) and not _NOT_A_SECRET_NAME.search(left[-40:])
    if not (provider or called) or text[start + len(found[0]) : start + len(found[0]) + 3] == "...":
        return None
    rule = "provider-key" if provider else "generic-secret"
    return Judged(rule, provider, start, start + len(value), 0.8 if told and joined else 0.7)


def _whole_run(text: str, start: int) -> int:
    """Where a run begins that dots divide: a few parts before ``start`` belong to it."""
    for _ in range(_PARTS_MAX):
        if start < 5 or text[start - 1] != ".":
            break
        back = _PART.match(text[max(0, start - 64) : start - 1][::-1])
        if not back:
            break
        start -= len(back[0]) + 1
    return start


def _provider_before(left: str, value: str) -> str:
    """The provider whose name stands before a value: any lone one on the line, a guarded one only right before it."""
    name = named_in(left)
    if not name or not is_guarded(name):
        return name
    if _HEX.fullmatch(value) or _UUID.fullmatch(value):
        return ""
    beside = re.search(r"([0-9A-Za-z_.-]{2,40})[\"'`]{0,2}\s{0,3}[:=]\s{0,3}[\"'`]?$", left)
    return name if beside and named_in(beside[1]) == name else ""


def is_random(value: str) -> bool:
    """Whether a value of 10 characters or more looks drawn by chance and not put together from words."""
    if not _PLAIN.fullmatch(value) or _NOT_RANDOM.search(value):
        return False
    digits = sum(one.isdigit() for one in value)
    letters = sum(one.isalpha() for one in value)
    if _HEX.fullmatch(value):
        return len(value) >= 16 and digits >= 2 and letters >= 2 and entropy_bits(value) >= 2.7
    if _UUID.fullmatch(value):
        return entropy_bits(value) >= 2.7
    least = 2.9 if len(value) < 16 else 3.1 if len(value) < 24 else 3.3
    if letters < 4 or entropy_bits(value) < least:
        return False
    if len(re.findall(r"\d+", value)) >= 3 and "-" not in value and "_" not in value:
        return True
    said = sum(
        len(word) for word in re.findall(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}", value) if _is_word(word)
    )
    if digits == 0:
        mixed = value != value.lower() and value != value.upper()
        return len(value) >= 20 and mixed and said <= len(value) * 0.4
    return said <= len(value) * (0.5 if len(value) < 32 else 0.6)


def _is_word(word: str) -> bool:
    low = word.lower()
    vowels = sum(one in "aeiou" for one in low)
    hard = re.search(r"[bcdfghjklmnpqrstvwxz]{4}|[jqvxz][bcdfghjklmnpqrstvwxz]|q[^u]", low)
    return 0.2 <= vowels / len(low) <= 0.67 and not hard


def _value(text: str, at: int, opening: str) -> tuple[str, int]:
    if opening:
        close = text.find(opening, at, at + 600)
        body = text[at:close] if close > 0 else ""
        if body and "\n" not in body:
            return body, close
    found = _VALUE.match(text, at)
    return (found[0], found.end()) if found else ("", at)


def _is_password(value: str, opening: str, join: str) -> float:
    """Words that one can say are no password unless they carry digits or signs as passwords do."""
    if is_example(value) or is_sample_password(value) or _NOT_RANDOM.search(value):
        return 0.0
    if not 5 <= len(value) <= 200 or (opening and len(value.split()) > 3):
        return 0.0
    if value.lower() in _NO_PASSWORDS or _is_code(value, opening):
        return 0.0
    kinds = sum(
        bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^0-9A-Za-z\s]")
    )
    if join in {",", "("} and not (_DIGIT.search(value) and len(value) >= 8):
        return 0.0
    if is_plain_word(value) or kinds < 2:
        quoted = (
            bool(opening)
            and join in {"=", ":", "=>", ":=", ","}
            and value.isalnum()
            and len(value) >= 8
            and kinds < 2
            and value.islower()
        )
        return 0.5 if quoted and not _is_word(value) else 0.0
    if join in {"is", "was", ":"} and not opening and kinds < 3 and not _DIGIT.search(value):
        return 0.7 if len(value) >= 12 and value.isalpha() and entropy_bits(value) >= 3.0 else 0.0
    return 0.8 if kinds >= 3 or len(value) >= 10 else 0.7


def _is_code(value: str, opening: str) -> bool:
    """Whether a value is a program's way to one: an expression, a template, a name; in quotes signs count less."""
    if _EXPRESSION.search(value) or "{" in value:
        return True
    return not opening and bool(
        _SIGNS.search(value) or _CHAIN.fullmatch(value) or _NAME.fullmatch(value)
    )


def _is_key(value: str, opening: str, join: str, *, strong: bool) -> float:
    if is_example(value) or len(value) > 500 or len(value) < 8:
        return 0.0
    if _UUID.fullmatch(value):
        return 0.75 if (strong or (opening and join == "=")) and entropy_bits(value) >= 2.7 else 0.0
    if len(value) < 10 and not strong:
        return 0.0
    if not is_random(value):
        return 0.0
    if not opening and _CHAIN.fullmatch(value):
        return 0.0
    if join in {"is", "was", "|", ">", "(", ","} and not (
        len(value) >= (16 if strong else 20) and value.isascii() and not re.search(r"[@:=]", value)
    ):
        return 0.0
    if not strong and not (len(value) >= 16 and (opening or join in {"=", ":=", "is"})):
        return 0.0
    return 0.85 if strong and len(value) >= 20 else 0.75
