"""An application that charges by x402: what it serves, what it refuses, and what everybody has afterwards."""

import asyncio
from typing import Any

import pytest

from eclosion.ledger.charging import Charging, Price
from eclosion.ledger.wire.refusals import Reason
from eclosion.ledger.wire.x402 import requirement_of
from tests.ledger.charging.asking import ORIGIN, ask, get, pay, pay_v1
from tests.ledger.charging.conftest import FUNDS, Shop

OTHER_KEY = bytes(31) + b"\x09"


class App:
    """Counts how often it runs, and answers as it is told."""

    def __init__(self, status: int = 200) -> None:
        self.runs = 0
        self.began = asyncio.Event()
        self.status = status
        self.delay: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.runs += 1
        self.began.set()
        if self.delay is not None:
            await self.delay.wait()
        if self.status == 0:
            raise RuntimeError("the application broke")
        headers = [(b"content-type", b"text/plain"), (b"cache-control", b"public, max-age=60")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"the ", "more_body": True})
        await send({"type": "http.response.body", "body": b"report"})


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def charging(shop: Shop, app: App) -> Charging:
    prices: dict[str, int | Price] = {
        "GET /report": 100,
        "/other": 100,
        "GET /slow": Price(100, timeout_s=1),
    }
    return Charging(app, till=shop.till, prices=prices)


def test_price_is_told_before_anything_runs(charging: Charging, app: App, shop: Shop) -> None:
    answer = get(charging, "/report")
    assert (answer.status, app.runs) == (402, 0)
    assert answer.required.accepts == [requirement_of(shop.terms())]
    assert answer.required.resource.url == f"{ORIGIN}/report"
    assert answer.headers["cache-control"] == "no-store"


def test_paid_request_is_served_once_and_receipted(
    charging: Charging, app: App, shop: Shop
) -> None:
    answer = get(charging, "/report", pay(shop.sign(1), requirement_of(shop.terms())))
    assert (answer.status, answer.body, app.runs) == (200, b"the report", 1)
    assert answer.receipt.success
    assert answer.receipt.amount == "100"
    assert answer.headers["cache-control"] == "no-store"
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_version_1_pays_too(charging: Charging, app: App, shop: Shop) -> None:
    answer = get(charging, "/report", pay_v1(shop.sign(1)))
    assert answer.status == 200
    assert "x-payment-response" in answer.headers
    assert get(charging, "/report", pay_v1(shop.sign(2), "base")).status == 402
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_replay_is_refused(charging: Charging, app: App, shop: Shop) -> None:
    paying = pay(shop.sign(1), requirement_of(shop.terms()))
    get(charging, "/report", paying)
    again = get(charging, "/report", paying)
    assert (again.status, again.reason, app.runs) == (402, Reason.USED, 1)
    assert shop.balances() == (FUNDS - 100, 0, 100)


@pytest.mark.parametrize("place", ["/other", "/report?page=2"])
def test_payment_for_one_resource_is_none_for_another(
    charging: Charging, app: App, shop: Shop, place: str
) -> None:
    paying = pay(shop.sign(1), requirement_of(shop.terms()))
    get(charging, "/report", paying)
    answer = get(charging, place, paying)
    assert (answer.status, answer.reason, app.runs) == (402, Reason.OTHER_RESOURCE, 1)


def test_what_does_not_hold_is_refused_and_nothing_runs(
    charging: Charging, app: App, shop: Shop
) -> None:
    right = shop.terms()
    now_s = shop.clock.now_ms() // 1000
    stranger = shop.sign(9, key=OTHER_KEY)
    forged = shop.sign(2)
    forged = forged._replace(order=forged.order._replace(nonce=b"\x07" * 32))
    cases = [
        (shop.sign(1, amount=99), right, Reason.WRONG_AMOUNT),
        (shop.sign(1), shop.terms(99), Reason.WRONG_AMOUNT),
        (shop.sign(1, payee=b"\x01" * 20), right, Reason.WRONG_PAYEE),
        (shop.sign(1, valid_before_s=now_s), right, Reason.EXPIRED),
        (shop.sign(1, valid_before_s=now_s + 10**6), right, Reason.EXPIRED),
        (shop.sign(1, valid_after_s=now_s + 50), right, Reason.TOO_EARLY),
        (forged, right, Reason.BAD_SIGNATURE),
        (stranger, right, Reason.UNKNOWN_PAYER),
    ]
    for signed, terms, reason in cases:
        answer = get(charging, "/report", pay(signed, requirement_of(terms)))
        assert (answer.status, answer.reason) == (402, reason)
    rubbish = get(charging, "/report", {"payment-signature": "e30"})
    assert (rubbish.status, rubbish.reason) == (402, Reason.INVALID_PAYLOAD)
    assert app.runs == 0
    assert shop.balances() == (FUNDS, 0, 0)


def test_who_has_too_little_is_refused_and_may_pay_later(shop: Shop, app: App) -> None:
    charging = Charging(app, till=shop.till, prices={"/all": FUNDS, "/more": FUNDS + 1})
    terms = shop.terms(FUNDS + 1)
    signed = shop.sign(1, FUNDS + 1)
    assert get(charging, "/more", pay(signed, requirement_of(terms))).reason == Reason.TOO_POOR
    paying = pay(shop.sign(2, FUNDS), requirement_of(shop.terms(FUNDS)))
    assert get(charging, "/all", paying).status == 200
    assert shop.balances() == (0, 0, FUNDS)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_was_not_delivered_is_not_paid(
    charging: Charging, app: App, shop: Shop, status: int
) -> None:
    app.status = status
    answer = get(charging, "/report", pay(shop.sign(1), requirement_of(shop.terms())))
    assert answer.status == status
    assert "payment-response" not in answer.headers
    assert shop.balances() == (FUNDS, 0, 0)


def test_application_that_breaks_is_not_paid(charging: Charging, app: App, shop: Shop) -> None:
    app.status = 0
    with pytest.raises(RuntimeError):
        get(charging, "/report", pay(shop.sign(1), requirement_of(shop.terms())))
    assert shop.balances() == (FUNDS, 0, 0)


def test_application_that_takes_too_long_is_not_paid(
    charging: Charging, app: App, shop: Shop
) -> None:
    async def wait() -> int:
        app.delay = asyncio.Event()
        paying = pay(shop.sign(1), requirement_of(shop.terms()))
        return (await ask(charging, "/slow", paying)).status

    assert asyncio.run(wait()) == 504
    assert shop.balances() == (FUNDS, 0, 0)


def test_head_costs_what_a_get_costs_and_takes_nothing(charging: Charging, shop: Shop) -> None:
    paying = pay(shop.sign(1), requirement_of(shop.terms()))
    answer = asyncio.run(ask(charging, "/report", paying, "HEAD"))
    assert (answer.status, answer.body) == (402, b"")
    assert shop.balances() == (FUNDS, 0, 0)


def test_many_replays_at_once_run_the_application_once(
    charging: Charging, app: App, shop: Shop
) -> None:
    paying = pay(shop.sign(1), requirement_of(shop.terms()))

    async def storm() -> list[int]:
        return [
            a.status
            for a in await asyncio.gather(*(ask(charging, "/report", paying) for _ in range(200)))
        ]

    statuses = asyncio.run(storm())
    assert (statuses.count(200), statuses.count(402), app.runs) == (1, 199, 1)
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_reservation_whose_time_is_over_goes_back_by_itself(
    charging: Charging, app: App, shop: Shop
) -> None:
    """The one in the middle dies: it reserved, and never comes back."""

    async def die() -> None:
        await shop.till.reserve(shop.sign(1), shop.terms(), "GET x", "x402")

    asyncio.run(die())
    assert shop.balances() == (FUNDS - 100, 100, 0)
    shop.clock.advance(61_000)
    assert get(charging, "/report", pay(shop.sign(2), requirement_of(shop.terms()))).status == 200
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_settling_after_the_time_is_over_pays_nothing(
    charging: Charging, app: App, shop: Shop
) -> None:
    async def late() -> Any:
        app.delay = asyncio.Event()
        paying = pay(shop.sign(1), requirement_of(shop.terms()))
        asking = asyncio.ensure_future(ask(charging, "/report", paying))
        await app.began.wait()
        shop.clock.advance(61_000)
        app.delay.set()
        return await asking

    answer = asyncio.run(late())
    assert (answer.status, answer.reason) == (402, Reason.TOO_LATE)
    assert shop.balances()[2] == 0
