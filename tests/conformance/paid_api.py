"""An API that charges credits, in this process and on a real socket, for clients in other processes to pay.

It offers x402, MPP and L402 at once. ``/kept`` keeps the payment that a client sends and hands it to nobody, so that a
test has an honest client's payment in its hands to misuse.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from eclosion.kernel.clock import Clock, SystemClock
from eclosion.ledger import SOURCE, Ledger
from eclosion.ledger.charging import Charging, LedgerTill
from eclosion.ledger.charging.facilitator import Facilitator
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.model.shapes import Transfer
from eclosion.ledger.model.wallets import CREDITS, Purpose, Sort, account_id, wallet
from eclosion.ledger.service.invoices import pay_invoice
from eclosion.ledger.service.looking import get_account
from eclosion.ledger.service.posting import create_accounts, create_transfers
from eclosion.ledger.store.payments import bind_payer
from eclosion.ledger.wire.authorization import Coin, address_of_account, coin_of
from eclosion.ledger.wire.ethereum import address_of_key
from eclosion.ledger.wire.l402 import read_invoice
from eclosion.ledger.wire.refusals import PaymentRefused
from eclosion.store import Store, Unit, open_store
from tests.soon import soon

RICH, POOR, SELLER = 11, 12, 13
KEYS = {RICH: bytes(31) + b"\x21", POOR: bytes(31) + b"\x22"}
FUNDS = 1_000_000
PRICES: dict[str, Any] = {"/report": 100, "/other": 100, "/dear": 200, "/kept": 100}
INVOICE_KEY = b"conformance invoices............"
_PAYMENTS = (b"payment-signature", b"x-payment", b"authorization")


class Shifted(Clock):
    """The machine's clock, which a test may set forward."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return self._real.now_ms() + self.ahead_ms


@dataclass
class PaidApi:
    """The running API: its address, its books, and the payments that ``/kept`` has kept."""

    origin: str
    store: Store
    ledger: Ledger
    coin: Coin
    clock: Shifted
    facilitator: Facilitator
    served: list[str] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)

    def balance(self, holder: int) -> int:
        """What somebody has, without what is reserved."""
        account = self.store.read_now(
            lambda unit: get_account(unit, account_id(Sort.AGENT, holder))
        )
        return account.available

    def pay(self, invoice: str, holder: int) -> bytes:
        """Pay an invoice."""
        found = read_invoice(invoice, INVOICE_KEY)
        return self.store.write_now(
            lambda unit: pay_invoice(
                self.ledger, unit, found, INVOICE_KEY, account_id(Sort.AGENT, holder)
            )
        )


def _open(ledger: Ledger, store: Store) -> None:
    issuer = wallet(Sort.ISSUER, 0)
    wallets = [wallet(Sort.AGENT, holder) for holder in (RICH, POOR, SELLER)]

    def work(unit: Unit) -> None:
        create_accounts(ledger, unit, [issuer, *wallets])
        issued = Transfer(1, issuer.id, wallets[0].id, FUNDS, CREDITS, Purpose.ISSUE)
        create_transfers(ledger, unit, [issued])
        for holder, key in KEYS.items():
            account = account_id(Sort.AGENT, holder)
            bind_payer(unit, Payer(address_of_key(key), account, holder, 0))

    store.write_now(work)


class _Keeping:
    """Stands before the middleware: keeps payments for /kept, pays invoices, and lets the rest through."""

    def __init__(self, app: Any, api: PaidApi) -> None:
        self._app, self._api = app, api
        self.keeps = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/pay-invoice":
            body = json.loads((await receive())["body"])
            try:
                preimage = self._api.pay(body["invoice"], body["agent"])
                await _answer(send, 200, {"preimage": preimage.hex()})
            except PaymentRefused as refusal:
                await _answer(send, 402, {"error": refusal.reason.value})
            return
        if scope["type"] == "http" and scope["path"] == "/facilitator/supported":
            await _answer(send, 200, self._api.facilitator.supported())
            return
        if scope["type"] == "http" and scope["path"] == "/kept":
            paid = {k.decode(): v.decode() for k, v in scope["headers"] if k in _PAYMENTS}
            if paid and "x-conformance" not in {k.decode() for k, _ in scope["headers"]}:
                self._api.kept.append(paid)
                await _answer(send, 403, {"error": "kept"})
                return
        await self._app(scope, receive, send)


async def _answer(send: Any, status: int, body: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


@contextmanager
def running_api(folder: Path) -> Iterator[PaidApi]:
    """Serve on a free port until the block ends."""
    clock = Shifted()
    ledger, coin = Ledger(clock), coin_of("https://conformance.example")
    store = open_store(f"sqlite:///{folder / 'paid.db'}", [SOURCE])
    try:
        _open(ledger, store)
        payee = address_of_account(account_id(Sort.AGENT, SELLER))
        till = LedgerTill(store, ledger, coin, INVOICE_KEY, payee)
        facilitator = Facilitator(store, ledger, coin, till)
        api = PaidApi("", store, ledger, coin, clock, facilitator)

        async def shop(scope: Any, receive: Any, send: Any) -> None:
            api.served.append(scope["path"])
            await _answer(send, 200, {"report": scope["path"]})

        charging = Charging(
            shop, till=till, prices=PRICES, protocols=("x402", "mpp", "l402"), secret=b"m" * 32
        )
        settings = uvicorn.Config(
            _Keeping(charging, api), port=0, log_level="warning", lifespan="off", ws="none"
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        soon(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        api.origin = f"http://127.0.0.1:{port}"
        try:
            yield api
        finally:
            server.should_exit = True
            thread.join()
    finally:
        store.close()
