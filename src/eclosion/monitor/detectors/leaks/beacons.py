"""Addresses that carry data away: images and links with a load in their query, names asked for with one in a label."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote_plus

from eclosion.kernel.finding import Span
from eclosion.kernel.secrets.proofs import entropy_bits
from eclosion.monitor.detectors.leaks.signs import Seen, Sign

_URL = re.compile(r"https?://[^\s)\]\"'<>]{4,2000}")
_QUERY = re.compile(r"[?&]([^=&#]{1,40})=([^&#]{1,1800})")
_CARRIER = re.compile(
    r"^(?:data|exfil\w*|payload|secret|leak\w*|loot|dump|content|msg|message|text|body|info|env|log|b64|base64|stolen|creds?|chat|history|conversation|prompt|context|summary|memory|d|c|x|p|q)$",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"^(?:\{\{?[^}]{2,60}\}\}?|\$\{[^}]{2,60}\}|<[^>]{2,60}>|%7B[^&]{2,60}|\[[A-Z_ ]{3,60}\]?|[A-Z]{3,}(?:_[A-Z]{2,})+)"
)
_LABEL = re.compile(r"(?:[0-9A-Za-z-]{18,63}\.){1,6}(?:[0-9A-Za-z-]{1,63}\.){1,4}[a-z]{2,12}\b")
_SUBSTITUTED = re.compile(r"\$\(|`|\$\{?\w")


class Beacon(NamedTuple):
    """An address that carries something.

    Attributes:
        rule: ``beacon-image``, ``beacon-link`` or ``dns-label``.
        span: the address.
        host: where it goes.
        load: what it carries, decoded if it was encoded.
        confidence: 0 to 1.
    """

    rule: str
    span: Span
    host: str
    load: str
    confidence: float


def beacons_in(text: str, signs: list[Seen]) -> list[Beacon]:
    """The beacons at the signs of images, links and look-ups."""
    found: dict[Span, Beacon] = {}
    for sign in signs:
        if sign.sign is Sign.IMAGE:
            one = _address(text, sign.end)
        elif sign.sign is Sign.LOOKUP:
            one = _label(text, sign.end)
        else:
            continue
        if one:
            found.setdefault(one.span, one)
    return list(found.values())


def _address(text: str, at: int) -> Beacon | None:
    low = max(0, at - 420)
    for match in _URL.finditer(text, low, at + 2_000):
        if match.start() >= at:
            return None
        if match.end() < at:
            continue
        before = text[max(0, match.start() - 260) : match.start()]
        is_image = bool(re.search(r"!\[[^\]\n]*\]\($|<img\s[^>]*src\s?=\s?[\"']?$", before))
        host = re.sub(r"^https?://|[/?].*$", "", match[0])
        for name, value in _QUERY.findall(match[0]):
            load, sure = _load(name, value, is_image=is_image)
            if load:
                rule = "beacon-image" if is_image else "beacon-link"
                return Beacon(rule, Span(*match.span()), host, load, sure)
    return None


def _load(name: str, value: str, *, is_image: bool) -> tuple[str, float]:
    """What a query's value carries, if it carries something that is no number of a picture."""
    if is_image and _TEMPLATE.match(value):
        return value, 0.85
    carrier = bool(_CARRIER.match(name))
    said = _decoded(value)
    if said and (is_image or carrier):
        return said, 0.85
    spoken = unquote_plus(value)
    words = re.findall(r"[A-Za-z]{2,}", spoken)
    if is_image and carrier and (len(words) >= 4 or re.search(r"[\w.-]+@[\w-]+\.\w", spoken)):
        return spoken, 0.75
    return "", 0.0


def _decoded(value: str) -> str:
    body = unquote_plus(value).strip().replace(" ", "+")
    raws = []
    if len(body) >= 16 and re.fullmatch(r"(?:[0-9a-fA-F]{2})+", body):
        raws.append(bytes.fromhex(body))
    if len(body) >= 16 and re.fullmatch(r"[0-9A-Za-z+/_-]+={0,2}", body):
        plain = body.rstrip("=").replace("-", "+").replace("_", "/")
        with suppress(binascii.Error):
            raws.append(base64.b64decode(plain + "=" * (-len(plain) % 4)))
    for raw in raws:
        try:
            said = raw.decode()
        except UnicodeDecodeError:
            continue
        if said.isprintable() or all(one.isprintable() or one in "\n\t\r" for one in said):
            return said
    return ""


def _label(text: str, at: int) -> Beacon | None:
    start = max(0, text.rfind("\n", 0, at) + 1)
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else at + 300]
    match = _LABEL.search(line)
    if match:
        longest = max(match[0].split("."), key=len)
        digits = sum(one.isdigit() for one in longest)
        if len(longest) >= 24 and entropy_bits(longest) >= 3.2 and digits >= 2:
            return Beacon(
                "dns-label",
                Span(start + match.start(), start + match.end()),
                match[0].split(".", 1)[1],
                longest,
                0.75,
            )
    shell = re.search(r"(?:\$\([^)]*\)|`[^`]*`|\$\{?\w+\}?)[\w.-]*\.[\w-]+\.[a-z]{2,12}", line)
    if shell and _SUBSTITUTED.search(shell[0]):
        host = re.sub(r"^.*[)}`]\.?", "", shell[0])
        return Beacon(
            "dns-label", Span(start + shell.start(), start + shell.end()), host, shell[0], 0.8
        )
    return None
