"""Signing one's own requests, so that others can see from which domain they come.

    signer = Signer(agent.key, "https://bot.example")
    headers = signer.headers("POST", url, body)          whatever sends the request adds these
    agent.sign = signer.headers                          the solver signs all that it sends

What always holds: a signature is for one request, covers its method, its whole address and its body, and ends within a
minute or so; its nonce is new. The key that ``https://bot.example`` publishes says whose it is.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from eclosion.gate.digests import content_digest
from eclosion.gate.encoding import to_json, to_text
from eclosion.gate.fitting import read_origin
from eclosion.gate.keys import thumbprint
from eclosion.gate.signatures.covered import Message, signature_base
from eclosion.gate.signatures.fields import InnerList, Item, Params, write_bare, write_member

TAG = "web-bot-auth"
DIRECTORY_TAG = "http-message-signatures-directory"
DIRECTORY = "/.well-known/http-message-signatures-directory"
DIRECTORY_TYPE = "application/http-message-signatures-directory+json"
LIFETIME_S = 60
DIRECTORY_S = 86_400
_NONCE_BYTES = 32


class SigningKey(Protocol):
    """What signs: ``eclosion.gate.solver.Key``, or anything else that holds an Ed25519 key."""

    @property
    def public(self) -> bytes:
        """Its 32 public bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """A signature (RFC 8032)."""
        ...


class Signer:
    """Signs requests as one domain's.

    Args:
        key: signs.
        agent: the origin that publishes the key, ``https://bot.example``.
        lifetime_s: how long a signature holds.
        label: names the signature and its member of ``Signature-Agent``.
        now_s: seconds since the epoch.

    Raises:
        Invalid: the agent is no origin.
    """

    def __init__(
        self,
        key: SigningKey,
        agent: str,
        *,
        lifetime_s: int = LIFETIME_S,
        label: str = "sig1",
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.agent = read_origin(agent)
        self.keyid = thumbprint(key.public)
        self._key, self._lifetime_s = key, lifetime_s
        self._label, self._now_s = label, now_s

    def headers(self, method: str, url: str, body: bytes = b"") -> dict[str, str]:
        """What to add to a request: ``Signature-Agent``, ``Signature-Input``, ``Signature``, with a body its digest."""
        named = write_bare(self.agent)
        fields = {"Signature-Agent": f"{self._label}={named}"}
        items = [Item(name) for name in ("@method", "@authority", "@target-uri")]
        items.append(Item("signature-agent", {"key": self._label}))
        if body:
            fields["Content-Digest"] = content_digest(body)
            items.append(Item("content-digest"))
        covered = InnerList(tuple(items), self._params(TAG, self._lifetime_s))
        seen = tuple((name.lower(), value) for name, value in fields.items())
        signed = self._key.sign(signature_base(Message(method, url, seen), covered))
        return fields | _fields(self._label, covered, signed)

    def _params(self, tag: str, lifetime_s: int) -> Params:
        now_s = int(self._now_s())
        return {
            "created": now_s,
            "expires": now_s + lifetime_s,
            "keyid": self.keyid,
            "alg": "ed25519",
            "nonce": to_text(secrets.token_bytes(_NONCE_BYTES)),
            "tag": tag,
        }

    def directory(self, authority: str) -> tuple[dict[str, str], bytes]:
        """The reply at ``DIRECTORY``: its headers and body, with the proof that this key wanted to be there.

        Args:
            authority: host and port that were asked for.
        """
        body = directory_of([self._key.public])
        digest = content_digest(body)
        covered = InnerList(
            (Item("@authority", {"req": True}), Item("content-digest")),
            self._params(DIRECTORY_TAG, DIRECTORY_S),
        )
        base = "\n".join(
            (
                f'"@authority";req: {authority.lower()}',
                f'"content-digest": {digest}',
                f'"@signature-params": {write_member(covered)}',
            )
        )
        headers = {
            "Content-Type": DIRECTORY_TYPE,
            "Cache-Control": f"max-age={DIRECTORY_S}",
            "Content-Digest": digest,
        }
        return headers | _fields(self._label, covered, self._key.sign(base.encode("ascii"))), body


def directory_of(keys: Iterable[bytes]) -> bytes:
    """Public keys as a directory (RFC 7517, RFC 8037); each is named by its thumbprint."""
    found: list[dict[str, Any]] = [
        {"kty": "OKP", "crv": "Ed25519", "x": to_text(raw), "kid": thumbprint(raw), "use": "sig"}
        for raw in keys
    ]
    return to_json({"keys": found})


def _fields(label: str, covered: InnerList, signature: bytes) -> dict[str, str]:
    return {
        "Signature-Input": f"{label}={write_member(covered)}",
        "Signature": f"{label}={write_bare(signature)}",
    }
