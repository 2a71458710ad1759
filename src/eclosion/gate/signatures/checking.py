"""Whether a request's signature holds: form, cover, time, key. Pure; the key and the time come in.

What always holds: a signature counts for the one address in ``Signature-Agent`` that it covers; a key is looked up
under that address and nowhere else; whatever is odd is refused with a reason and never passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from eclosion.gate.digests import Body, is_digest_of
from eclosion.gate.encoding import expect
from eclosion.gate.errors import SignatureRefused, SignatureUnverified
from eclosion.gate.keys import is_signed
from eclosion.gate.signatures.covered import Message, signature_base
from eclosion.gate.signatures.fields import (
    InnerList,
    Item,
    Token,
    read_dictionary,
    read_item,
)
from eclosion.gate.signatures.signing import DIRECTORY, TAG

ALGORITHM = "ed25519"
SIGNATURES_MAX = 4
_NONCE_MAX = 256
_KEYID = re.compile(r"[A-Za-z0-9_-]{43}")
_HOST = re.compile(r"[a-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9a-f:.]+\](?::[0-9]{1,5})?")


@dataclass(frozen=True)
class Profile:
    """What is asked of a signature beyond what the draft demands.

    Attributes:
        covered: components that must be covered.
        covers_body: whether a body must be covered by its digest.
        needs_nonce: whether there must be a nonce, which is spent.
        lifetime_ms_max: the longest that a signature may hold.
        skew_ms: how far ahead of us its clock may be.
    """

    covered: frozenset[str] = frozenset({"@method", "@target-uri"})
    covers_body: bool = True
    needs_nonce: bool = True
    lifetime_ms_max: int = 300_000
    skew_ms: int = 5_000


STRICT = Profile()
"""Each signature is for one request and good for once. What ``Signer`` makes."""

LENIENT = Profile(frozenset(), covers_body=False, needs_nonce=False, lifetime_ms_max=86_400_000)
"""Whatever the draft allows. It tells where traffic comes from, and can be sent again by who has seen it."""


class Reference(NamedTuple):
    """Where a key is published: what is fetched, which is also the identifier, and how."""

    url: str
    host: str
    kind: str


class Claim(NamedTuple):
    """A signature that says where its key is published. Nothing of it is checked yet but its form."""

    label: str
    covered: InnerList
    signature: bytes
    keyid: str
    reference: Reference
    created_ms: int
    expires_ms: int
    nonce: str


class Signed(NamedTuple):
    """Whose request it is.

    Attributes:
        host: the domain whose directory publishes the key.
        identifier: the address at which it does.
        keyid: the key's thumbprint.
        covered: what is signed.
        expires_ms: until when.
    """

    host: str
    identifier: str
    keyid: str
    covered: tuple[str, ...]
    expires_ms: int


def read_claims(message: Message, *, allow_http: bool = False) -> list[Claim]:
    """A message's signatures in this profile; none if it has none.

    Args:
        message: the request.
        allow_http: whether directories may be published without TLS, for tests.

    Raises:
        SignatureRefused: a header cannot be understood.
        SignatureUnverified: a key is published in a way that is not known here.
    """
    told, signed = message.field("signature-input"), message.field("signature")
    if told is None and signed is None:
        return []
    if told is None or signed is None:
        raise SignatureRefused("Signature and Signature-Input come together.")
    try:
        inputs, signatures = read_dictionary(told), read_dictionary(signed)
        ours = {
            label: covered
            for label, covered in inputs.items()
            if isinstance(covered, InnerList) and covered.params.get("tag") == TAG
        }
        expect(len(ours) <= SIGNATURES_MAX, "there are too many signatures")
        return [
            _read_claim(message, label, covered, signatures.get(label), allow_http)
            for label, covered in ours.items()
        ]
    except ValueError as error:
        raise SignatureRefused(f"The signature cannot be read: {error}.") from None


def check_claim(claim: Claim, message: Message, body: Body, profile: Profile, now_ms: int) -> None:
    """Whether a signature covers enough of a request, and whether it is its time.

    Raises:
        SignatureRefused: no.
    """
    names = {str(item.value) for item in claim.covered.items if not item.params}
    missing = profile.covered - names
    if not names & {"@authority", "@target-uri"}:
        missing |= {"@authority"}
    if profile.covers_body and body:
        missing |= {"content-digest"} - names
    if missing:
        raise SignatureRefused(f"The signature does not cover {', '.join(sorted(missing))}.")
    if "content-digest" in names and not _fits(message, body):
        raise SignatureRefused("Content-Digest is not this body's.")
    if claim.created_ms > now_ms + profile.skew_ms or claim.expires_ms <= now_ms:
        raise SignatureRefused("The signature has ended, or has not begun.")
    if not 0 < claim.expires_ms - claim.created_ms <= profile.lifetime_ms_max:
        raise SignatureRefused(
            f"A signature may hold for {profile.lifetime_ms_max // 1000} s at most."
        )
    if profile.needs_nonce and not claim.nonce:
        raise SignatureRefused("The signature has no nonce.")


def check_key(claim: Claim, message: Message, raw_key: bytes) -> Signed:
    """Whether a key made a signature.

    Raises:
        SignatureRefused: no.
    """
    try:
        base = signature_base(message, claim.covered)
    except ValueError as error:
        raise SignatureRefused(f"What the signature covers cannot be told: {error}.") from None
    if not is_signed(raw_key, claim.signature, base):
        raise SignatureRefused("The signature is not by the key that it names.")
    where = claim.reference
    names = tuple(str(item.value) for item in claim.covered.items)
    return Signed(where.host, where.url, claim.keyid, names, claim.expires_ms)


def _fits(message: Message, body: Body) -> bool:
    try:
        members = read_dictionary(message.field("content-digest") or "")
    except ValueError:
        return False
    values = {name: one.value for name, one in members.items() if isinstance(one, Item)}
    return is_digest_of(dict(values), body)


def _read_claim(
    message: Message, label: str, covered: InnerList, signature: object, allow_http: bool
) -> Claim:
    params = covered.params
    if type(signature) is not Item or type(signature.value) is not bytes:
        raise ValueError(f"Signature has no bytes for {label}")
    created, expires, keyid = params.get("created"), params.get("expires"), params.get("keyid")
    if type(created) is not int or type(expires) is not int:
        raise ValueError("created and expires must be whole seconds")
    if not isinstance(keyid, str) or not _KEYID.fullmatch(keyid):
        raise ValueError("keyid must be a key's thumbprint (RFC 7638)")
    if params.get("alg", ALGORITHM) != ALGORITHM or isinstance(params.get("alg"), Token):
        raise ValueError("only ed25519 is taken")
    nonce = params.get("nonce", "")
    if not isinstance(nonce, str) or len(nonce) > _NONCE_MAX:
        raise ValueError(f"a nonce is a string of at most {_NONCE_MAX} characters")
    reference = _read_reference(message, label, covered, allow_http)
    return Claim(
        label, covered, signature.value, keyid, reference, created * 1000, expires * 1000, nonce
    )


def _read_reference(
    message: Message, label: str, covered: InnerList, allow_http: bool
) -> Reference:
    """The one address that a signature covers and speaks for."""
    field = message.field("signature-agent")
    named = [item for item in covered.items if item.value == "signature-agent"]
    if field is None or not named:
        raise ValueError("Signature-Agent must be there and covered")
    if field.startswith('"'):
        return _resolve(read_item(field), allow_http)  # the bare string of older drafts
    keys = [str(item.params.get("key", "")) for item in named]
    key = label if label in keys else keys[0]
    if label not in keys and len(keys) > 1:
        raise ValueError("it is not clear which address the signature speaks for")
    member = read_dictionary(field).get(key)
    if type(member) is not Item:
        raise ValueError(f"Signature-Agent has no member {key}")
    return _resolve(member, allow_http)


def _resolve(member: Item, allow_http: bool) -> Reference:
    kind, value = member.params.get("type", Token("directory")), member.value
    if type(value) is not str or type(kind) is not Token:
        raise ValueError("a Signature-Agent is a string with an address")
    if kind not in ("directory", "jwks_uri"):
        raise SignatureUnverified("Keys are looked up by directory or jwks_uri only.")
    parts = urlsplit(value)
    host = parts.netloc.lower()
    schemes = ("https", "http") if allow_http else ("https",)
    if parts.scheme not in schemes or not _HOST.fullmatch(host) or len(host) > 255:
        raise ValueError("a Signature-Agent is an https address with a plain host")
    if kind == "directory":
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("a directory is named by its origin alone")
        return Reference(f"{parts.scheme}://{host}{DIRECTORY}", host, "directory")
    if parts.fragment or parts.query or not parts.path.startswith("/"):
        raise ValueError("a jwks_uri has a path, and no query")
    return Reference(f"{parts.scheme}://{host}{parts.path}", host, "jwks_uri")
