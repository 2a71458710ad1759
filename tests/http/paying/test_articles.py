"""Two agents pay each other for articles over HTTP, and the facilitator answers APIs elsewhere."""

import msgspec
import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import ManualClock
from eclosion.ledger.charging.facilitator import account_address
from eclosion.ledger.model.shapes import Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, wallet
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.wire import x402
from eclosion.ledger.wire.authorization import Order, SignedOrder, sign_order
from eclosion.ledger.wire.encoding import read_struct, to_base64
from eclosion.ledger.wire.ethereum import (
    address_of_key,
    message_digest,
    read_address,
    sign,
    write_address,
)
from eclosion.ledger.wire.refusals import Reason
from eclosion.ledger.wire.x402 import Payment, exact_of
from tests.house import Answer, Client

KEY = bytes(31) + b"\x07"
ADDRESS = write_address(address_of_key(KEY))
PRICE = 250_000


def give(house: House, agent: Client, amount: int) -> None:
    """Issue credits to an agent."""
    owner = _account(house, agent)

    def work(unit: object) -> None:
        create_accounts(house.ledger, unit, [wallet(Sort.ISSUER, 0)])  # type: ignore[arg-type]
        issued = Transfer(amount, account_id(Sort.ISSUER, 0), owner, amount, CREDITS, Purpose.ISSUE)
        create_transfers(house.ledger, unit, [issued])  # type: ignore[arg-type]

    house.store.write_now(work)


def _account(house: House, agent: Client) -> int:
    said = read_address(agent.get("/ledger/payers")["pay_to"])
    assert said is not None
    return int.from_bytes(said[4:], "big")


def bind(agent: Client, key: bytes = KEY) -> Answer:
    """Bind a key's address to an agent, as an agent does it."""
    address = write_address(address_of_key(key))
    asked = agent.get("/ledger/payers/challenge", address=address)
    signature = sign(key, message_digest(asked["text"]))
    body = {
        "address": address,
        "signature": "0x" + signature.hex(),
        "issued_ms": asked["issued_ms"],
    }
    return agent.post("/ledger/payers", body)


def order_for(house: House, wanted: x402.Requirement, nonce: int = 1) -> SignedOrder:
    payee = read_address(wanted.pay_to)
    assert payee is not None
    now_s = house.clock.now_ms() // 1000
    order = Order(
        address_of_key(KEY), payee, int(wanted.amount), 0, now_s + 60, nonce.to_bytes(32, "big")
    )
    return sign_order(order, house.paydesk.coin, KEY)


def paid(house: House, answer: Answer, nonce: int = 1) -> dict[str, str]:
    """The header that pays what a 402 asks for."""
    required = read_struct(answer.headers["payment-required"], x402.Required)
    wanted = required.accepts[0]
    payment = Payment(
        x402_version=2,
        payload=exact_of(order_for(house, wanted, nonce)),
        accepted=wanted,
        resource=required.resource,
    )
    return {"payment_signature": to_base64(payment)}


@pytest.fixture
def seller(client: Client) -> Client:
    return client.join("seller")


@pytest.fixture
def buyer(house: House, client: Client) -> Client:
    made = client.join("buyer")
    assert bind(made).status == 201
    give(house, made, 1_000_000)
    return made


@pytest.fixture
def place(seller: Client) -> str:
    """Where an article of the seller's is read."""
    body = {"title": "How I pass", "teaser": "Short", "content": "The whole text", "price": PRICE}
    answer = seller.post("/articles", body)
    assert answer.status == 201, answer.body
    return f"/articles/{answer['article']['id']}/content"


def test_agent_buys_an_article_of_another(
    house: House, client: Client, seller: Client, buyer: Client, place: str
) -> None:
    asked = client.get(place)
    assert asked.status == 402
    bought = client.told(**paid(house, asked)).get(place)
    assert (bought.status, bought["content"]) == (200, "The whole text")
    assert read_struct(bought.headers["payment-response"], x402.Receipt).success
    assert buyer.get("/ledger/payers")["available"] == 1_000_000 - PRICE
    assert seller.get("/ledger/payers")["available"] == PRICE
    assert client.get("/articles")["articles"][0]["sold"] == 1
    again = client.told(**paid(house, asked)).get(place)
    assert (again.status, again["error"]) == (402, Reason.USED)


def test_content_is_in_no_list(client: Client, place: str) -> None:
    for path in ("/articles", place.removesuffix("/content"), "/x402/discovery/resources"):
        answer = client.get(path)
        assert answer.status == 200
        assert b"The whole text" not in answer.body


def test_invoice_buys_too(client: Client, seller: Client, buyer: Client, place: str) -> None:
    challenges = client.get(place).headers["www-authenticate"]
    token = challenges.partition('macaroon="')[2].partition('"')[0]
    invoice = challenges.partition('invoice="')[2].partition('"')[0]
    reply = buyer.post("/ledger/invoices/pay", {"invoice": invoice})
    assert reply.status == 200, reply.body
    assert buyer.get("/ledger/payers")["reserved"] == PRICE
    shown = {"Authorization": f"L402 {token}:{reply['preimage']}"}
    assert client.told(**shown).get(place).status == 200
    assert client.told(**shown).get(place).status == 402
    assert seller.get("/ledger/payers")["available"] == PRICE
    assert seller.post("/ledger/invoices/pay", {"invoice": invoice}).status == 402


def test_withdrawn_article_is_sold_no_longer(client: Client, seller: Client, place: str) -> None:
    article = place.removesuffix("/content")
    assert client.join("other").delete(article).status == 404
    assert seller.delete(article).status == 200
    assert client.get(place).status == 404


@pytest.mark.parametrize("price", [0, -1, 1 << 63])
def test_price_must_be_one(seller: Client, price: int) -> None:
    answer = seller.post("/articles", {"title": "t", "content": "c", "price": price})
    assert answer.status == 400


def test_address_is_bound_by_its_key_alone_and_to_one_agent(
    client: Client, buyer: Client, clock: ManualClock
) -> None:
    other = client.join("other")
    assert bind(other).json["code"] == "payer_address_taken"
    asked = other.get("/ledger/payers/challenge", address=ADDRESS)
    wrong = "0x" + sign(bytes(31) + b"\x08", message_digest(asked["text"])).hex()
    right = "0x" + sign(KEY, message_digest(asked["text"])).hex()
    body = {"address": ADDRESS, "signature": wrong, "issued_ms": asked["issued_ms"]}
    assert other.post("/ledger/payers", body).json["code"] == "not_signed_by_address"
    clock.advance(601_000)
    late = {**body, "signature": right}
    assert other.post("/ledger/payers", late).json["code"] == "not_signed_by_address"
    assert buyer.delete(f"/ledger/payers/{ADDRESS}").json["addresses"] == []
    assert bind(other).status == 201


def test_facilitator_refuses_what_is_out_of_range_and_breaks_at_nothing(client: Client) -> None:
    extra = client.get("/x402/supported")["kinds"][0]["extra"]
    right = {
        "scheme": "exact",
        "network": "eip155:4020402",
        "amount": "1",
        "asset": extra["asset"],
        "payTo": ADDRESS,
        "maxTimeoutSeconds": 60,
    }
    wrong: list[dict[str, object]] = [
        {"amount": "9" * 78},
        {"amount": "0"},
        {"maxTimeoutSeconds": 1 << 62},
        {"payTo": "nobody"},
        {"network": "eip155:1"},
        {"scheme": "upto"},
    ]
    for change in wrong:
        asked = {"paymentRequirements": {**right, **change}, "resource": "GET x"}
        assert client.post("/x402/invoice", asked)["isValid"] is False, change
    unprintable = {"paymentRequirements": right, "resource": "GET \x01"}
    claimed = {**unprintable, "macaroon": "AA", "preimage": "00"}
    for step, body in (("claim", claimed), ("reserve", unprintable), ("release", {})):
        assert client.post(f"/x402/{step}", body).status in (200, 400)
    for id_ in ("", "-1", "f" * 33, "f" * 32):
        held = {"reservation": {"id": id_, "secret": "0" * 32}}
        assert client.post("/x402/settle", held)["success"] is False


def test_facilitator_verifies_reserves_settles_and_releases(
    house: House, client: Client, seller: Client, buyer: Client, place: str
) -> None:
    kind = client.get("/x402/supported")["kinds"][0]
    wanted = x402.Requirement(
        scheme="exact",
        network=kind["network"],
        amount="5",
        asset=kind["extra"]["asset"],
        pay_to=seller.get("/ledger/payers")["pay_to"],
        max_timeout_seconds=60,
        extra={"name": kind["extra"]["name"], "version": kind["extra"]["version"]},
    )

    def ask(step: str, nonce: int, **more: object) -> Answer:
        payment = Payment(
            x402_version=2, payload=exact_of(order_for(house, wanted, nonce)), accepted=wanted
        )
        body = {"x402Version": 2, "paymentPayload": payment, "paymentRequirements": wanted, **more}
        return client.post(f"/x402/{step}", msgspec.json.encode(body))

    assert ask("verify", 1).json == {"isValid": True, "payer": ADDRESS}
    assert ask("verify", 1)["isValid"], "looking changes nothing"
    held = ask("reserve", 1, resource="GET https://elsewhere.example/a")["reservation"]
    assert ask("verify", 1)["invalidReason"] == Reason.USED
    other = ask("reserve", 1, resource="GET https://elsewhere.example/b")
    assert other["invalidReason"] == Reason.OTHER_RESOURCE
    forged = {**held, "secret": "00" * 16}
    assert client.post("/x402/settle", {"reservation": forged})["success"] is False
    assert client.post("/x402/settle", {"reservation": held})["success"]
    assert client.post("/x402/settle", {"reservation": held})["success"], "a repeat is the same"
    assert ask("settle", 2)["success"]
    assert ask("settle", 2)["errorReason"] == Reason.USED
    back = ask("reserve", 3, resource="x")["reservation"]
    assert client.post("/x402/release", {"reservation": back})["success"]
    assert seller.get("/ledger/payers")["available"] == 10
    assert account_address(_account(house, seller)) == wanted.pay_to
