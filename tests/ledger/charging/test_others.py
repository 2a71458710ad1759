"""MPP and L402 over the same till, and what of theirs is refused."""

import json
from typing import Any

import msgspec
import pytest

from eclosion.ledger.charging import Charging, Price
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.service.invoices import pay_invoice
from eclosion.ledger.wire.authorization import Order, sign_order
from eclosion.ledger.wire.encoding import from_base64, to_base64url
from eclosion.ledger.wire.ethereum import address_of_key
from eclosion.ledger.wire.l402 import read_invoice
from eclosion.ledger.wire.payment_auth import challenge_nonces
from eclosion.ledger.wire.refusals import Reason
from eclosion.ledger.wire.x402 import exact_of
from tests.ledger.charging.asking import Answer, get
from tests.ledger.charging.conftest import ALICE, FUNDS, KEY, KEY_OF_INVOICES, Shop


async def report(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the report"})


def charging_by(shop: Shop, *protocols: str) -> Charging:
    prices: dict[str, int | Price] = {"/report": 100, "/other": 100}
    return Charging(
        report, till=shop.till, prices=prices, protocols=protocols, realm="shop", secret=b"s" * 32
    )


@pytest.fixture
def charging(shop: Shop) -> Charging:
    return charging_by(shop, "mpp", "l402")


def _authenticate(shop: Shop, protocol: str) -> str:
    """The challenge of one protocol. Answers keep one header of a name, so each is asked for alone."""
    return get(charging_by(shop, protocol), "/report").headers["www-authenticate"].partition(" ")[2]


def challenge_of(shop: Shop) -> dict[str, str]:
    """MPP's challenge at /report, read as a client reads it."""
    parts = _authenticate(shop, "mpp").replace('"', "").split(", ")
    return dict(part.split("=", 1) for part in parts)


def credential(shop: Shop, said: dict[str, str], **changes: str) -> dict[str, str]:
    """The header that answers a challenge."""
    nonce = challenge_nonces(said["id"], said["realm"])[0]
    until_s = shop.clock.now_ms() // 1000 + 60
    order = Order(address_of_key(KEY), shop.payee, 100, 0, until_s, nonce)
    exact = exact_of(sign_order(order, shop.coin, KEY))
    payload = {
        "type": "authorization",
        "signature": exact.signature,
        **msgspec.to_builtins(exact.authorization),
    }
    body = {"challenge": {**said, **changes}, "payload": payload}
    return {"authorization": f"Payment {to_base64url(json.dumps(body).encode())}"}


def test_mpp_pays_once_where_the_challenge_was_issued(shop: Shop, charging: Charging) -> None:
    said = challenge_of(shop)
    paid = credential(shop, said)
    assert get(charging, "/other", paid).reason == Reason.WRONG_CHALLENGE
    answer = get(charging, "/report", paid)
    assert answer.status == 200
    receipt = json.loads(from_base64(answer.headers["payment-receipt"]))
    assert (receipt["status"], receipt["method"]) == ("success", "evm")
    assert get(charging, "/report", paid).reason == Reason.USED
    assert shop.balances() == (FUNDS - 100, 0, 100)


@pytest.mark.parametrize("field", ["id", "realm", "request", "expires", "opaque"])
def test_mpp_challenge_that_was_changed_is_refused(
    shop: Shop, charging: Charging, field: str
) -> None:
    said = challenge_of(shop)
    paid = credential(shop, said, **{field: said[field][:-1] + "~"})
    assert get(charging, "/report", paid).status == 402
    assert shop.balances() == (FUNDS, 0, 0)


def test_mpp_challenge_whose_time_is_over_is_refused(shop: Shop, charging: Charging) -> None:
    said = challenge_of(shop)
    shop.clock.advance(300_000)
    assert get(charging, "/report", credential(shop, said)).reason == Reason.EXPIRED


def buy_token(shop: Shop) -> dict[str, str]:
    """A token whose invoice Alice has paid."""
    text = _authenticate(shop, "l402")
    macaroon = text.partition('macaroon="')[2].partition('"')[0]
    invoice = text.partition('invoice="')[2].partition('"')[0]
    found = read_invoice(invoice, KEY_OF_INVOICES)
    preimage = shop.store.write_now(
        lambda unit: pay_invoice(
            shop.ledger, unit, found, KEY_OF_INVOICES, account_id(Sort.AGENT, ALICE)
        )
    )
    return {"authorization": f"L402 {macaroon}:{preimage.hex()}"}


def test_l402_pays_once_where_the_invoice_was_shown(shop: Shop, charging: Charging) -> None:
    token = buy_token(shop)
    assert shop.balances() == (FUNDS - 100, 100, 0)
    assert get(charging, "/other", token).reason == Reason.OTHER_RESOURCE
    assert get(charging, "/report", token).status == 200
    assert get(charging, "/report", token).reason == Reason.USED
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_l402_token_that_nobody_shows_goes_back(shop: Shop, charging: Charging) -> None:
    token = buy_token(shop)
    shop.clock.advance(301_000)
    answer: Answer = get(charging, "/report", token)
    assert answer.reason == Reason.EXPIRED
    buy_token(shop)
    assert shop.balances() == (FUNDS - 100, 100, 0)


def test_l402_without_the_preimage_is_nothing(shop: Shop, charging: Charging) -> None:
    token = buy_token(shop)["authorization"].partition(":")[0]
    answer = get(charging, "/report", {"authorization": f"{token}:{'00' * 32}"})
    assert answer.reason == Reason.BAD_SIGNATURE
