"""What a runner says of a piece of work: the tests failed before it and pass with it; signed, to be believed.

A report is JSON, signed as the bytes that it is (Ed25519, RFC 8032). It names the bounty and the artefact, so one
report is good for nothing else.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from eclosion.kernel.errors import Invalid

REPORT_BYTES_MAX = 8_192
AHEAD_MS = 60_000
"""How far a runner's clock may be ahead."""


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """One check: exit statuses of the same command without and with the patch; ``artefact`` is its SHA-256 in hex."""

    bounty: int
    artefact: str
    command: tuple[str, ...]
    before: int
    after: int
    began_ms: int
    sealed: bool
    """Whether the tests ran without network and home."""


def seal_report(report: Report, secret: bytes) -> tuple[str, str, str]:
    """The report's text, the runner's public key and the signature, both in hex; ``secret`` is 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(secret)
    text = msgspec.json.encode(report).decode()
    return text, key.public_key().public_bytes_raw().hex(), key.sign(text.encode()).hex()


def read_report(text: str, runner: str, signature: str) -> Report:
    """A report whose signature holds.

    Raises:
        Invalid: it is no report, or the runner did not sign it.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = text.encode()
    if len(raw) > REPORT_BYTES_MAX:
        raise Invalid(f"A report has at most {REPORT_BYTES_MAX:,} bytes.")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(runner))
        key.verify(bytes.fromhex(signature), raw)
        return msgspec.json.decode(raw, type=Report)
    except (InvalidSignature, ValueError, msgspec.ValidationError):
        raise Invalid("This is no report that its runner signed.") from None


def weigh(report: Report, bounty_id: int, artefact: bytes, submitted_ms: int, now_ms: int) -> str:
    """Why a report is no evidence for a piece of work; empty if it is."""
    if report.bounty != bounty_id:
        return "it is about another bounty"
    if report.artefact != artefact.hex():
        return "it is about another artefact"
    if report.before == 0:
        return "the tests passed before"
    if report.after != 0:
        return "the tests fail with it"
    if not submitted_ms <= report.began_ms <= now_ms + AHEAD_MS:
        return "it was not made after the work was handed in"
    return ""
