"""How a price is told, and how what was paid is read, in the three protocols at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from eclosion.ledger.charging.pricing import Price
from eclosion.ledger.charging.tills import SALT_BYTES, Held, Till
from eclosion.ledger.wire import payment_auth, x402
from eclosion.ledger.wire.authorization import NETWORK, NETWORK_V1
from eclosion.ledger.wire.encoding import from_base64, to_base64, to_base64url
from eclosion.ledger.wire.ethereum import read_address, write_address
from eclosion.ledger.wire.l402 import PREIMAGE_BYTES
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Receipt, Required, Resource, Terms

Headers = list[tuple[bytes, bytes]]
CHALLENGE_S = 300
X402, MPP, L402 = "x402", "mpp", "l402"


class Asked(NamedTuple):
    """What somebody wants: the address of a request, and the name under which a payment is bound to it."""

    method: str
    url: str

    @property
    def resource(self) -> str:
        """A payment for one method is none for another."""
        return f"{self.method} {self.url}"


class Told(NamedTuple):
    """A payment as it came: by which protocol, in which version, and its text."""

    protocol: str
    version: int
    text: str


@dataclass(frozen=True)
class Proposer:
    """Tells prices and reads payments.

    Attributes:
        till: who takes the money.
        realm: under which name MPP's challenges are.
        secret: under which they are issued; the same in all processes that serve one API.
        protocols: those that are offered.
    """

    till: Till
    realm: str
    secret: bytes
    protocols: Sequence[str] = (X402, MPP)

    async def terms(self, price: Price) -> Terms:
        """A price in the till's coin."""
        payee = read_address(price.pay_to) or await self.till.payee()
        return Terms(await self.till.coin(), payee, price.amount, price.timeout_s)

    async def propose(
        self, asked: Asked, price: Price, refusal: PaymentRefused | None = None
    ) -> tuple[Headers, bytes]:
        """Headers and body of a 402: the price in every protocol, and why a payment was not taken."""
        terms = await self.terms(price)
        words = str(refusal) if refusal else "This has a price."
        reason = refusal.reason.value if refusal else ""
        thing = Resource(
            url=asked.url,
            description=price.description or None,
            mime_type=price.mime_type or None,
        )
        headers: Headers = []
        body: dict[str, object] = {"error": reason or words, "detail": words}
        if X402 in self.protocols:
            wanted = Required(
                error=reason or words, resource=thing, accepts=[x402.requirement_of(terms)]
            )
            headers.append((x402.REQUIRED_HEADER.encode(), to_base64(wanted).encode()))
            v1 = x402.requirement_v1_of(terms, thing)
            body = {"x402Version": 1, **body, "accepts": [v1]}
        if MPP in self.protocols:
            until_ms = self.till.now_ms() + CHALLENGE_S * 1000
            salt = secrets.token_bytes(SALT_BYTES)
            challenge = payment_auth.challenge_of(
                terms, self.realm, asked.resource, self.secret, until_ms, salt
            )
            headers.append(_authenticate(payment_auth.write_challenge(challenge)))
        if L402 in self.protocols:
            # An invoice is paid in one step and shown in the next: it holds as long as a challenge.
            lasting = terms._replace(timeout_s=CHALLENGE_S)
            token, text = await self.till.invoice(lasting, asked.resource)
            told = f'L402 macaroon="{to_base64url(token)}", invoice="{text}"'
            headers.append(_authenticate(told))
        return headers, msgspec.json.encode(body)

    async def take(self, told: Told, asked: Asked, price: Price) -> Held:
        """Reserve what was paid.

        Raises:
            PaymentRefused: it does not hold for this.
            Unavailable: the till is away.
        """
        terms = await self.terms(price)
        if told.protocol == L402:
            macaroon, preimage = _read_l402(told.text)
            return await self.till.claim(macaroon, preimage, terms, asked.resource)
        if told.protocol == MPP:
            said = payment_auth.read_credential(told.text)
            now_ms = self.till.now_ms()
            signed = payment_auth.signed_order_of(said, asked.resource, self.secret, now_ms)
        else:
            payment = x402.read_payment(told.text)
            if payment.x402_version != told.version:
                raise PaymentRefused(Reason.WRONG_VERSION)
            if payment.resource is not None and payment.resource.url != asked.url:
                raise PaymentRefused(Reason.OTHER_RESOURCE)
            signed = x402.signed_order_of(payment, terms)
        return await self.till.reserve(signed, terms, asked.resource, told.protocol)

    def receipt(self, told: Told, held: Held) -> Headers:
        """The headers of what was paid."""
        id_ = f"0x{held.id:032x}"
        if told.protocol != X402:
            method = payment_auth.METHOD if told.protocol == MPP else "lightning"
            said = payment_auth.write_receipt(id_, method, self.till.now_ms())
            return [(payment_auth.RECEIPT_HEADER.encode(), said.encode())]
        receipt = Receipt(
            success=True,
            transaction=id_,
            network=NETWORK if told.version == 2 else NETWORK_V1,
            payer=write_address(held.payer),
            amount=str(held.amount),
        )
        name = x402.RECEIPT_HEADER if told.version == 2 else x402.RECEIPT_HEADER_V1
        return [(name.encode(), to_base64(receipt).encode())]


def read_told(headers: Sequence[tuple[bytes, bytes]], protocols: Sequence[str]) -> Told | None:
    """The payment that a request carries, or None.

    Raises:
        PaymentRefused: it carries several, which different programs would read differently.
    """
    found: list[Told] = []
    for key, value in headers:
        name, text = key.lower(), value.decode("latin-1").strip()
        if name == b"payment-signature":
            found.append(Told(X402, 2, text))
        elif name == b"x-payment":
            found.append(Told(X402, 1, text))
        elif name == b"authorization":
            scheme, _, rest = text.partition(" ")
            protocol = {"payment": MPP, "l402": L402, "lsat": L402}.get(scheme.lower())
            if protocol is not None:
                found.append(Told(protocol, 1, rest.strip()))
    found = [one for one in found if one.protocol in protocols]
    if len(found) > 1:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "One payment at a time.")
    return found[0] if found else None


def _read_l402(text: str) -> tuple[bytes, bytes]:
    macaroon, _, preimage = text.rpartition(":")
    try:
        pair = from_base64(macaroon), bytes.fromhex(preimage)
    except ValueError as error:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "The token cannot be read.") from error
    if len(pair[1]) != PREIMAGE_BYTES:
        raise PaymentRefused(Reason.INVALID_PAYLOAD, "A preimage has 32 bytes.")
    return pair


def _authenticate(value: str) -> tuple[bytes, bytes]:
    return b"www-authenticate", value.encode("latin-1")
