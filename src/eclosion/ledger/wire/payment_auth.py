"""MPP: the ``Payment`` scheme of HTTP authentication, with its method ``evm`` and intent ``charge``.

    WWW-Authenticate: Payment id="…", realm="…", method="evm", intent="charge", request="…", expires="…", opaque="…"
    Authorization: Payment <base64url of JSON: the challenge echoed, and a signed order>
    Payment-Receipt: <base64url of JSON>

Nothing is kept of a challenge that was issued: its id is a MAC over its fields and over the resource that it was
issued for, which does not stand in it. So a challenge holds for one resource only and cannot be changed.

Sources: draft-ryan-httpauth-payment; the ``evm`` method as pympp and mppx have it (an EIP-3009 order whose nonce is the
hash of the challenge's id and realm).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any, Final

import msgspec

from eclosion.kernel.clock import iso
from eclosion.ledger.wire.authorization import CHAIN_ID, SignedOrder
from eclosion.ledger.wire.encoding import canonical, read_struct, to_base64url
from eclosion.ledger.wire.ethereum import keccak256, write_address
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Authorization, Terms, read_order

METHOD: Final = "evm"
INTENT: Final = "charge"
RECEIPT_HEADER: Final = "payment-receipt"


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge as the payer sends it back. ``request`` and ``opaque`` stay as they were encoded."""

    id: str
    realm: str
    method: str
    intent: str
    request: str
    expires: str = ""
    opaque: str = ""


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """The body of ``Authorization: Payment``. ``payload`` is EIP-3009's fields and the signature."""

    challenge: Echo
    payload: msgspec.Raw
    source: str = ""


class _Signed(Authorization, frozen=True, kw_only=True):
    signature: str
    type: str


def challenge_of(
    terms: Terms, realm: str, resource: str, secret: bytes, expires_ms: int, salt: bytes
) -> Echo:
    """A challenge for terms at a resource. ``salt`` makes it unlike every other, so each can be paid once."""
    request = {
        "amount": str(terms.amount),
        "currency": write_address(terms.coin.asset),
        "recipient": write_address(terms.payee),
        "methodDetails": {
            "chainId": CHAIN_ID,
            "credentialTypes": ["authorization"],
            "decimals": terms.coin.decimals,
        },
    }
    plain = Echo(
        id="",
        realm=realm,
        method=METHOD,
        intent=INTENT,
        request=to_base64url(canonical(request)),
        expires=iso(expires_ms),
        opaque=to_base64url(canonical({"salt": to_base64url(salt)})),
    )
    return msgspec.structs.replace(plain, id=_mac(plain, resource, secret))


def write_challenge(echo: Echo) -> str:
    """The value of ``WWW-Authenticate``."""
    fields = msgspec.structs.asdict(echo)
    return "Payment " + ", ".join(f'{name}="{value}"' for name, value in fields.items() if value)


def read_credential(text: str) -> Credential:
    """What follows ``Payment`` in ``Authorization``.

    Raises:
        PaymentRefused: it cannot be read.
    """
    try:
        return read_struct(text, Credential)
    except ValueError as error:
        raise PaymentRefused(
            Reason.INVALID_PAYLOAD, f"The credential cannot be read: {error}."
        ) from (error)


def signed_order_of(
    credential: Credential, resource: str, secret: bytes, now_ms: int
) -> SignedOrder:
    """The order in a credential, if its challenge was issued by us for this resource and its time is not over.

    Raises:
        PaymentRefused: it was not, or the order is not for this challenge.
    """
    echo = credential.challenge
    if not hmac.compare_digest(echo.id.encode(), _mac(echo, resource, secret).encode()):
        raise PaymentRefused(Reason.WRONG_CHALLENGE)
    # Past the MAC these are our own words.
    if datetime.fromisoformat(echo.expires).timestamp() * 1000 <= now_ms:
        raise PaymentRefused(Reason.EXPIRED, "The challenge's time is over.")
    try:
        said = msgspec.json.decode(credential.payload, type=_Signed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, f"The payload cannot be read: {error}.") from (
            error
        )
    if said.type != "authorization":
        raise PaymentRefused(Reason.UNSUPPORTED_SCHEME, "Only authorizations are taken here.")
    signed = read_order(said, said.signature)
    if signed.order.nonce not in challenge_nonces(echo.id, echo.realm):
        raise PaymentRefused(Reason.WRONG_CHALLENGE, "The order is for another challenge.")
    return signed


def challenge_nonces(id_: str, realm: str) -> tuple[bytes, bytes]:
    """The nonce of an order that answers a challenge: as clients hash it now, and as mppx did up to 0.11.

    The older form joins both texts without a mark between. Our ids have one length, so it means the same.
    """
    now = json.dumps([id_, realm], separators=(",", ":"), ensure_ascii=False)
    return keccak256(now.encode()), keccak256(f"{id_}{realm}".encode())


def write_receipt(transaction: str, method: str, now_ms: int, challenge_id: str = "") -> str:
    """The value of ``Payment-Receipt``."""
    said: dict[str, Any] = {
        "method": method,
        "reference": transaction,
        "status": "success",
        "timestamp": iso(now_ms),
    }
    if challenge_id:
        said["challengeId"] = challenge_id
    return to_base64url(canonical(said))


def _mac(echo: Echo, resource: str, secret: bytes) -> str:
    """Fields are joined with their lengths, so that none can borrow from its neighbour."""
    parts = (
        echo.realm,
        echo.method,
        echo.intent,
        echo.request,
        echo.expires,
        echo.opaque,
        resource,
    )
    joined = b"".join(b"%d:" % len(part.encode()) + part.encode() for part in parts)
    return to_base64url(hmac.digest(secret, joined, hashlib.sha256))
