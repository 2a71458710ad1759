"""x402, versions 2 and 1: the structs of its JSON, and its headers.

Version 2 carries all in headers, as base64 of JSON: the price in ``PAYMENT-REQUIRED``, the payment in
``PAYMENT-SIGNATURE``, the receipt in ``PAYMENT-RESPONSE``. Version 1 has the price in the 402's body, the payment
in ``X-PAYMENT`` and the receipt in ``X-PAYMENT-RESPONSE``; names of networks are words there.

Sources: x402-foundation/x402, specs/x402-specification-v2.md, specs/transports-v2/http.md,
specs/schemes/exact/scheme_exact_evm.md, and their versions of v1.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import msgspec

from eclosion.ledger.wire.authorization import (
    NETWORK,
    NETWORK_V1,
    NONCE_BYTES,
    UINT_MAX,
    Coin,
    Order,
    SignedOrder,
)
from eclosion.ledger.wire.encoding import read_struct
from eclosion.ledger.wire.ethereum import SIGNATURE_BYTES, read_address, write_address
from eclosion.ledger.wire.refusals import PaymentRefused, Reason

EXACT: Final = "exact"
REQUIRED_HEADER: Final = "payment-required"
PAYMENT_HEADER: Final = "payment-signature"
RECEIPT_HEADER: Final = "payment-response"
PAYMENT_HEADER_V1: Final = "x-payment"
RECEIPT_HEADER_V1: Final = "x-payment-response"

AMOUNT_MAX = (1 << 63) - 1
TIMEOUT_MAX_S = 24 * 3600
_NUMBER = re.compile(r"[0-9]{1,78}")


class Struct(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True, kw_only=True):
    """Camel case on the wire; what is at its default is left out."""


class Resource(Struct, frozen=True, kw_only=True):
    """What is paid for."""

    url: str
    description: str | None = None
    mime_type: str | None = None


class Requirement(Struct, frozen=True, kw_only=True):
    """One way to pay. ``amount`` is in the coin's smallest unit; ``extra`` names the EIP-712 domain."""

    scheme: str
    network: str
    amount: str
    asset: str
    pay_to: str
    max_timeout_seconds: int
    extra: dict[str, Any] = {}


class Required(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """The body of ``PAYMENT-REQUIRED``."""

    x402_version: int = 2
    error: str = ""
    resource: Resource
    accepts: list[Requirement]
    extensions: dict[str, Any] = {}


class Authorization(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """EIP-3009's fields as text: numbers in decimal, bytes in hexadecimal."""

    from_: str = msgspec.field(name="from")
    to: str
    value: str
    valid_after: str | int
    valid_before: str | int
    nonce: str


class Exact(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """The payload of the scheme ``exact`` on EVM."""

    signature: str
    authorization: Authorization


class Payment(Struct, frozen=True, kw_only=True):
    """The body of ``PAYMENT-SIGNATURE``, and of ``X-PAYMENT``, which has ``scheme`` and ``network`` at the top."""

    x402_version: int
    payload: Exact
    accepted: Requirement | None = None
    scheme: str = ""
    network: str = ""
    resource: Resource | None = None


class Receipt(msgspec.Struct, rename="camel", frozen=True, kw_only=True, omit_defaults=True):
    """What became of a settlement; the body of ``PAYMENT-RESPONSE`` and of ``/settle``'s answer."""

    success: bool
    transaction: str
    network: str
    payer: str | None = None
    amount: str | None = None
    error_reason: str | None = None
    error_message: str | None = None


class RequirementV1(Struct, frozen=True, kw_only=True):
    """One way to pay, in version 1."""

    scheme: str
    network: str
    max_amount_required: str
    resource: str
    description: str = ""
    mime_type: str = ""
    pay_to: str
    max_timeout_seconds: int
    asset: str
    output_schema: dict[str, Any] | None = None
    extra: dict[str, Any] = {}


class Terms(NamedTuple):
    """A price as the code holds it: who gets how much, in which coin, and how long a payment may take."""

    coin: Coin
    payee: bytes
    amount: int
    timeout_s: int


def requirement_of(terms: Terms) -> Requirement:
    """Terms as version 2 says them."""
    return Requirement(
        scheme=EXACT,
        network=NETWORK,
        amount=str(terms.amount),
        asset=write_address(terms.coin.asset),
        pay_to=write_address(terms.payee),
        max_timeout_seconds=terms.timeout_s,
        extra={"name": terms.coin.name, "version": terms.coin.version},
    )


def requirement_v1_of(terms: Terms, resource: Resource) -> dict[str, Any]:
    """Terms as version 1 says them; its clients want every field."""
    return {
        "scheme": EXACT,
        "network": NETWORK_V1,
        "maxAmountRequired": str(terms.amount),
        "resource": resource.url,
        "description": resource.description or "",
        "mimeType": resource.mime_type or "",
        "payTo": write_address(terms.payee),
        "maxTimeoutSeconds": terms.timeout_s,
        "asset": write_address(terms.coin.asset),
        "outputSchema": None,
        "extra": {"name": terms.coin.name, "version": terms.coin.version},
    }


def terms_of(said: Requirement, coin: Coin) -> Terms:
    """Requirements that somebody sent, in the coin of this network.

    Raises:
        PaymentRefused: they are for another scheme, network or coin, or cannot be read.
    """
    if said.scheme != EXACT:
        raise PaymentRefused(Reason.UNSUPPORTED_SCHEME)
    if said.network not in (NETWORK, NETWORK_V1):
        raise PaymentRefused(Reason.WRONG_NETWORK)
    payee, asset = read_address(said.pay_to), read_address(said.asset)
    if asset != coin.asset:
        raise PaymentRefused(Reason.WRONG_ASSET)
    if payee is None or not _NUMBER.fullmatch(said.amount):
        raise PaymentRefused(Reason.INVALID_REQUIREMENTS)
    if not 0 < int(said.amount) <= AMOUNT_MAX or not 0 < said.max_timeout_seconds <= TIMEOUT_MAX_S:
        raise PaymentRefused(Reason.INVALID_REQUIREMENTS, "The amount or the time is out of range.")
    return Terms(coin, payee, int(said.amount), said.max_timeout_seconds)


def from_v1(said: RequirementV1) -> Requirement:
    """Version 1's requirements in the form of version 2."""
    return Requirement(
        scheme=said.scheme,
        network=said.network,
        amount=said.max_amount_required,
        asset=said.asset,
        pay_to=said.pay_to,
        max_timeout_seconds=said.max_timeout_seconds,
        extra=said.extra,
    )


def read_payment(text: str) -> Payment:
    """A payment from its header.

    Raises:
        PaymentRefused: it cannot be read.
    """
    try:
        return read_struct(text, Payment)
    except ValueError as error:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, f"The payment cannot be read: {error}.") from (
            error
        )


def signed_order_of(payment: Payment, terms: Terms) -> SignedOrder:
    """The order in a payment, after everything that is written about it was held against the terms.

    Raises:
        PaymentRefused: it is of another version, scheme, network or coin, or a field cannot be read.
    """
    if payment.x402_version == 2:
        if payment.accepted is None:
            raise PaymentRefused(Reason.INVALID_PAYLOAD, "A payment names what it accepted.")
        if terms_of(payment.accepted, terms.coin)[:3] != terms[:3]:
            raise _difference(terms_of(payment.accepted, terms.coin), terms)
    elif payment.x402_version == 1:
        if payment.scheme != EXACT:
            raise PaymentRefused(Reason.UNSUPPORTED_SCHEME)
        if payment.network not in (NETWORK, NETWORK_V1):
            raise PaymentRefused(Reason.WRONG_NETWORK)
    else:
        raise PaymentRefused(Reason.WRONG_VERSION)
    return read_order(payment.payload.authorization, payment.payload.signature)


def read_order(said: Authorization, signature: str) -> SignedOrder:
    """An order from its fields.

    Raises:
        PaymentRefused: one of them cannot be read.
    """
    payer, payee = read_address(said.from_), read_address(said.to)
    numbers = [str(n) for n in (said.value, said.valid_after, said.valid_before)]
    nonce, sealed = _hex(said.nonce, NONCE_BYTES), _hex(signature, SIGNATURE_BYTES)
    if payer is None or payee is None or nonce is None or sealed is None:
        raise PaymentRefused(Reason.INVALID_PAYLOAD)
    if not all(_NUMBER.fullmatch(n) and int(n) <= UINT_MAX for n in numbers):
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "The payment's numbers cannot be read.")
    amount, after_s, before_s = map(int, numbers)
    return SignedOrder(Order(payer, payee, amount, after_s, before_s, nonce), sealed)


def exact_of(signed: SignedOrder) -> Exact:
    """An order as the payload of ``exact``."""
    order = signed.order
    return Exact(
        signature="0x" + signed.signature.hex(),
        authorization=Authorization(
            from_=write_address(order.payer),
            to=write_address(order.payee),
            value=str(order.amount),
            valid_after=str(order.valid_after_s),
            valid_before=str(order.valid_before_s),
            nonce="0x" + order.nonce.hex(),
        ),
    )


def _difference(said: Terms, asked: Terms) -> PaymentRefused:
    if said.payee != asked.payee:
        return PaymentRefused(Reason.WRONG_PAYEE)
    return PaymentRefused(Reason.WRONG_AMOUNT)


def _hex(text: str, size_bytes: int) -> bytes | None:
    if not text.startswith("0x") or len(text) != 2 + 2 * size_bytes:
        return None
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        return None
