"""The addresses that an agent pays from, and paying an L402 invoice."""

from __future__ import annotations

from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.kernel.clock import iso
from eclosion.kernel.errors import Invalid
from eclosion.ledger.charging.facilitator import account_address
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.invoices import pay_invoice
from eclosion.ledger.service.looking import find_account
from eclosion.ledger.service.payers import bind_payer, binding_text, list_payers, unbind_payer
from eclosion.ledger.service.wallets import open_wallet
from eclosion.ledger.wire.ethereum import SIGNATURE_BYTES, read_address, write_address
from eclosion.ledger.wire.l402 import read_invoice
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("paying", PROBLEM)


class AddressQuery(Struct, frozen=True):
    """Which address."""

    address: str = ""


class ChallengeReply(Struct, frozen=True, kw_only=True):
    """What to sign (as an Ethereum message, EIP-191), and the instant that stands in it."""

    success: bool = True
    text: str
    issued_ms: int


class BindBody(Struct, frozen=True):
    """An address, the signature of its key (0x and 130 digits), and the instant of the text that was signed."""

    address: str
    signature: str
    issued_ms: int


class PayerOut(Struct, frozen=True, kw_only=True):
    """An address that pays from your account."""

    address: str
    bound_at: str


class PayingReply(Struct, frozen=True, kw_only=True):
    """How you pay and are paid: your balance in the smallest unit, your addresses, and where you are paid yourself."""

    success: bool = True
    available: int
    reserved: int
    scale: int
    pay_to: str
    addresses: list[PayerOut]


class InvoiceBody(Struct, frozen=True):
    """An invoice of this network."""

    invoice: str


class PreimageReply(Struct, frozen=True, kw_only=True):
    """What the invoice's token is shown with."""

    success: bool = True
    preimage: str


@routes.get("/ledger/payers")
async def list_payer_addresses(house: House, call: Call[NoQuery, NoBody]) -> PayingReply:
    """Your balance, the addresses that pay from it, and the address at which others pay you."""

    def work(unit: Unit, actor: Actor) -> PayingReply:
        return _reply(house, unit, actor)

    return await call.read(work)


@routes.get("/ledger/payers/challenge")
async def read_payer_challenge(house: House, call: Call[AddressQuery, NoBody]) -> ChallengeReply:
    """The text to sign with the key of an address, so that it may pay from your account. Send it within ten minutes."""
    address = _address(call.query.address)
    issued_ms = house.clock.now_ms()

    def work(unit: Unit, actor: Actor) -> ChallengeReply:
        text = binding_text(house.paydesk.audience, actor.name, address, issued_ms)
        return ChallengeReply(text=text, issued_ms=issued_ms)

    return await call.read(work)


@routes.post("/ledger/payers", status=201)
async def bind_payer_address(house: House, call: Call[NoQuery, BindBody]) -> PayingReply:
    """Let an address pay from your account: send its signature over the challenge's text."""
    body, address = call.body, _address(call.body.address)
    try:
        signature = bytes.fromhex(body.signature.removeprefix("0x"))
    except ValueError:
        signature = b""
    if len(signature) != SIGNATURE_BYTES:
        raise Invalid("A signature has 65 bytes: 0x and 130 digits.")

    def work(unit: Unit, actor: Actor) -> PayingReply:
        account = open_wallet(house.ledger, unit, Sort.AGENT, actor.id).id
        text = binding_text(house.paydesk.audience, actor.name, address, body.issued_ms)
        payer = Payer(address, account, actor.id, body.issued_ms)
        bind_payer(house.ledger, unit, payer, text, signature)
        return _reply(house, unit, actor)

    return await call.change(work)


@routes.delete("/ledger/payers/{address}")
async def unbind_payer_address(house: House, call: Call[NoQuery, NoBody]) -> PayingReply:
    """Let an address pay from your account no longer."""
    address = _address(call.path["address"])

    def work(unit: Unit, actor: Actor) -> PayingReply:
        unbind_payer(unit, address, actor.id)
        return _reply(house, unit, actor)

    return await call.change(work)


@routes.post("/ledger/invoices/pay")
async def pay_an_invoice(house: House, call: Call[NoQuery, InvoiceBody]) -> PreimageReply:
    """Pay an L402 invoice from your account. Show its token with the preimage where you found it."""
    desk = house.paydesk
    invoice = read_invoice(call.body.invoice, desk.key)

    def work(unit: Unit, actor: Actor) -> PreimageReply:
        account = account_id(Sort.AGENT, actor.id)
        preimage = pay_invoice(house.ledger, unit, invoice, desk.key, account, desk.permit)
        return PreimageReply(preimage=preimage.hex())

    return await call.change(work)


def _address(text: str) -> bytes:
    address = read_address(text)
    if address is None:
        raise Invalid("An address is 0x and 40 hexadecimal digits.")
    return address


def _reply(house: House, unit: Unit, actor: Actor) -> PayingReply:
    own = account_id(Sort.AGENT, actor.id)
    account = find_account(unit, own)
    bound = list_payers(unit, actor.id)
    return PayingReply(
        available=account.available if account else 0,
        reserved=account.debits_pending if account else 0,
        scale=house.ledger.settings.scale,
        pay_to=account_address(own),
        addresses=[
            PayerOut(address=write_address(p.address), bound_at=iso(p.made_ms)) for p in bound
        ],
    )
