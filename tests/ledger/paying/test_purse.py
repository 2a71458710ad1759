"""A purse looks before it pays, stays within its limits, and keeps its key and receipts to itself."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from eclosion.cli.commands import make_tree
from eclosion.kernel.errors import Invalid
from eclosion.ledger.charging import Charging, Price
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.paying import CannotPay, CapReached, Purse, Quote, TooDear
from eclosion.ledger.paying.keeping import read_receipts
from eclosion.ledger.store.payments import bind_payer
from eclosion.ledger.wire.ethereum import read_address
from tests.ledger.charging.asking import ask
from tests.ledger.charging.conftest import ALICE, FUNDS, Shop, shop, store

__all__ = ["shop", "store"]
PLACE = "https://shop.example/report"


class Api:
    """The shop's API as a purse reaches it."""

    def __init__(self, shop: Shop) -> None:
        self.fails = False

        async def report(scope: Any, receive: Any, send: Any) -> None:
            status = 500 if self.fails else 200
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"the report"})

        prices: dict[str, int | Price] = {"/report": Price(100, "The report")}
        self._app = Charging(report, till=shop.till, prices=prices)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        answer = asyncio.run(ask(self._app, path, dict(request.headers), request.method))
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.body)


@pytest.fixture
def api(shop: Shop) -> Api:
    # A purse signs by the machine's clock.
    shop.clock.advance(max(0, time.time_ns() // 1_000_000 - shop.clock.now_ms()))
    return Api(shop)


@pytest.fixture
def purse(api: Api, shop: Shop, tmp_path: Path) -> Iterator[Purse]:
    with Purse(
        tmp_path / "purse.json", 250, httpx2.Client(transport=httpx2.MockTransport(api))
    ) as made:
        address = read_address(made.address)
        assert address is not None
        payer = Payer(address, account_id(Sort.AGENT, ALICE), ALICE, 0)
        shop.store.write_now(lambda unit: bind_payer(unit, payer))
        yield made


def test_price_is_seen_before_it_is_paid(purse: Purse, shop: Shop) -> None:
    quote = purse.look(PLACE)
    assert isinstance(quote, Quote)
    assert (quote.amount, quote.description) == (100, "The report")
    assert shop.balances() == (FUNDS, 0, 0)
    bought = purse.pay(quote, 100)
    assert (bought.status, bought.body) == (200, b"the report")
    assert bought.receipt is not None
    assert shop.balances() == (FUNDS - 100, 0, 100)


def test_free_is_free(purse: Purse) -> None:
    found = purse.get("https://shop.example/free", most=0)
    assert (found.status, found.receipt, purse.spent) == (200, None, 0)


def test_too_dear_is_not_signed(purse: Purse, shop: Shop) -> None:
    with pytest.raises(TooDear):
        purse.get(PLACE, most=99)
    assert purse.spent == 0


def test_cap_holds_over_all_payments(purse: Purse, shop: Shop) -> None:
    purse.get(PLACE, most=100)
    purse.get(PLACE, most=100)
    with pytest.raises(CapReached):
        purse.get(PLACE, most=100)
    assert purse.spent == 200
    assert shop.balances() == (FUNDS - 200, 0, 200)


def test_what_was_not_delivered_was_not_spent(purse: Purse, api: Api, shop: Shop) -> None:
    api.fails = True
    assert purse.get(PLACE, most=100).status == 500
    assert purse.spent == 0
    assert shop.balances() == (FUNDS, 0, 0)


def test_receipts_and_key_are_the_owners_alone(purse: Purse, tmp_path: Path) -> None:
    purse.get(PLACE, most=100)
    path = tmp_path / "purse.json"
    receipts = read_receipts(path)
    assert [(one["url"], one["amount"]) for one in receipts] == [(PLACE, 100)]
    for file in tmp_path.iterdir():
        assert file.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    with pytest.raises(Invalid, match="Others can read"):
        purse.get(PLACE, most=100)


def test_file_that_is_no_purse_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "purse.json"
    path.write_text('{"key": "00"}')
    path.chmod(0o600)
    with pytest.raises(Invalid, match="not the file of a purse"):
        Purse(path, None, httpx2.Client())
    assert path.read_text() == '{"key": "00"}'


def test_other_money_is_refused(tmp_path: Path) -> None:
    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(402, json={"error": "pay me"})

    client = httpx2.Client(transport=httpx2.MockTransport(elsewhere))
    with Purse(tmp_path / "p.json", None, client) as made, pytest.raises(CannotPay):
        made.look(PLACE)


def test_command_shows_the_price_and_pays_within_what_was_allowed(
    purse: Purse, api: Api, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(**_: object) -> httpx2.Client:
        return real(transport=httpx2.MockTransport(api))

    real = httpx2.Client
    monkeypatch.setattr(httpx2, "Client", made)
    words = ["pay", PLACE, "--purse", str(tmp_path / "purse.json")]
    runner, tree = CliRunner(), make_tree()
    priced = runner.invoke(tree, [*words, "--price", "--json"])
    assert json.loads(priced.stdout)["amount"] == 100
    dear = runner.invoke(tree, [*words, "--most", "99"])
    assert dear.exit_code != 0
    assert shop.balances() == (FUNDS, 0, 0)
    bought = runner.invoke(tree, [*words, "--most", "100"])
    assert (bought.exit_code, bought.stdout) == (0, "the report")
    assert "0.0001 credits" in bought.stderr
    declined = runner.invoke(tree, words, input="n\n")
    assert declined.exit_code != 0
    assert shop.balances() == (FUNDS - 100, 0, 100)
