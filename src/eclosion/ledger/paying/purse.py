"""A purse: asks for a price, signs for it within its limits, and keeps the receipt."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from eclosion.kernel.errors import EclosionError, Forbidden, Invalid, Unavailable
from eclosion.ledger.paying.keeping import add_receipt, locked
from eclosion.ledger.wire import x402
from eclosion.ledger.wire.authorization import NETWORK, NONCE_BYTES, Coin, Order, sign_order
from eclosion.ledger.wire.encoding import read_struct, to_base64
from eclosion.ledger.wire.ethereum import (
    address_of_key,
    message_digest,
    read_address,
    sign,
    write_address,
)
from eclosion.ledger.wire.x402 import Payment, Receipt, Required, Requirement, exact_of

if TYPE_CHECKING:
    import httpx2

WAIT_S = 60.0


class TooDear(Forbidden):
    """This costs more than you allowed for it."""

    code = "too_dear"


class CapReached(Forbidden):
    """This would go beyond what this purse may spend."""

    code = "spend_cap_reached"


class CannotPay(EclosionError):
    """This asks for a payment of a kind that Eclosion's credits cannot make."""

    code = "cannot_pay"


class Quote(NamedTuple):
    """What an address asks for."""

    url: str
    amount: int
    pay_to: str
    description: str
    required: Required
    requirement: Requirement


class Bought(NamedTuple):
    """What came back. ``receipt`` is None where it was free, or the payment was not taken."""

    status: int
    headers: dict[str, str]
    body: bytes
    receipt: Receipt | None


class Purse:
    """Pays by x402 with one key.

    Args:
        path: the purse's file (0600); receipts stand beside it.
        cap: the most that may ever be spent with it, in the smallest unit; None leaves it to the owner's budget.
        client: an HTTP client of yours.
    """

    def __init__(self, path: Path, cap: int | None, client: httpx2.Client) -> None:
        self._path, self._cap, self._client = path, cap, client
        with locked(path) as held:
            self._key = bytes.fromhex(held["key"])
        self.address = write_address(address_of_key(self._key))
        """From which it pays; an agent binds it to its account once, see ``bind``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    @property
    def spent(self) -> int:
        """What was spent with it so far."""
        with locked(self._path) as held:
            return int(held["spent"])

    def look(self, url: str, method: str = "GET") -> Quote | Bought:
        """The price of an address; or what it says, where it asks for none.

        Raises:
            CannotPay: it asks for something that this purse has not got.
            Unavailable: it does not answer.
        """
        answer = self._ask(method, url, {})
        if answer.status != 402:
            return answer
        return _quote(url, answer)

    def pay(self, quote: Quote, most: int, method: str = "GET") -> Bought:
        """Pay a price that was looked at. A 402 in return means that nothing was paid.

        Raises:
            TooDear: it is above ``most``.
            CapReached: it is more than the purse may still spend.
            Unavailable: it does not answer. What was signed counts as spent: it may have been taken.
        """
        if quote.amount > most:
            raise TooDear(f"This costs {quote.amount}; you allowed {most}.")
        header = to_base64(self._sign(quote))
        self._spend(quote.amount)
        answer = self._ask(method, quote.url, {x402.PAYMENT_HEADER: header})
        receipt = _receipt(answer)
        if receipt is None or not receipt.success:
            self._spend(-quote.amount)
            return answer
        told = {
            "at": int(time.time()),
            "url": quote.url,
            "amount": quote.amount,
            "pay_to": quote.pay_to,
            "transaction": receipt.transaction,
        }
        add_receipt(self._path, told)
        return answer._replace(receipt=receipt)

    def get(self, url: str, *, most: int) -> Bought:
        """Fetch an address and pay for it if it costs at most ``most``. Raises what ``look`` and ``pay`` raise."""
        found = self.look(url)
        return found if isinstance(found, Bought) else self.pay(found, most)

    def bind(self, network: str, api_key: str) -> dict[str, Any]:
        """Let this purse pay from the account of the agent whose API key this is.

        Raises:
            Invalid: the network refuses.
            Unavailable: it does not answer.
        """
        place = f"{network.rstrip('/')}/api/v1/ledger/payers"
        told = {"authorization": f"Bearer {api_key}"}
        asked = self._json("GET", f"{place}/challenge?address={self.address}", told)
        signature = sign(self._key, message_digest(str(asked["text"])))
        body = {
            "address": self.address,
            "signature": "0x" + signature.hex(),
            "issued_ms": asked["issued_ms"],
        }
        return self._json("POST", place, told, body)

    def _sign(self, quote: Quote) -> Payment:
        wanted = quote.requirement
        coin, payee = _coin(wanted), read_address(wanted.pay_to)
        if coin is None or payee is None:
            raise CannotPay("The price cannot be read.")
        order = Order(
            payer=address_of_key(self._key),
            payee=payee,
            amount=quote.amount,
            valid_after_s=0,
            valid_before_s=int(time.time()) + min(wanted.max_timeout_seconds, 3600),
            nonce=secrets.token_bytes(NONCE_BYTES),
        )
        signed = sign_order(order, coin, self._key)
        return Payment(
            x402_version=2,
            payload=exact_of(signed),
            accepted=wanted,
            resource=quote.required.resource,
        )

    def _spend(self, amount: int) -> None:
        with locked(self._path) as held:
            spent = held["spent"] + amount
            if self._cap is not None and amount > 0 and spent > self._cap:
                left = max(0, self._cap - held["spent"])
                raise CapReached(f"This costs {amount}; this purse may still spend {left}.")
            held["spent"] = max(0, spent)

    def _ask(self, method: str, url: str, headers: dict[str, str]) -> Bought:
        import httpx2

        try:
            reply = self._client.request(method, url, headers=headers)
        except httpx2.InvalidURL as error:
            raise Invalid(f"{url} is no address.") from error
        except httpx2.HTTPError as error:
            raise Unavailable(f"{url} does not answer: {error}") from error
        given = {name.lower(): value for name, value in reply.headers.items()}
        return Bought(reply.status_code, given, reply.content, None)

    def _json(
        self, method: str, url: str, headers: dict[str, str], body: object = None
    ) -> dict[str, Any]:
        import httpx2

        try:
            reply = self._client.request(method, url, headers=headers, json=body)
            said = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable(f"{url} does not answer.") from error
        if reply.status_code >= 400 or not isinstance(said, dict):
            detail = said.get("detail") if isinstance(said, dict) else None
            raise Invalid(str(detail or f"The network answers with {reply.status_code}."))
        return said


def open_purse(path: Path, *, cap: int | None = None) -> Purse:
    """Open the purse in a file, or begin one there. Close it when done, or use it in a ``with``.

    Raises:
        Invalid: others can read the file, or it is none of ours.
    """
    import httpx2

    return Purse(path, cap, httpx2.Client(timeout=WAIT_S))


def _quote(url: str, answer: Bought) -> Quote:
    try:
        required = read_struct(answer.headers.get(x402.REQUIRED_HEADER, ""), Required)
    except ValueError:
        raise CannotPay("It asks for a payment in a form that cannot be read.") from None
    for one in required.accepts:
        if one.scheme == x402.EXACT and one.network == NETWORK and _coin(one) is not None:
            amount = int(one.amount) if one.amount.isdigit() and len(one.amount) < 20 else 0
            if amount > 0 and read_address(one.pay_to) is not None:
                words = required.resource.description or ""
                return Quote(url, amount, one.pay_to, words, required, one)
    kinds = ", ".join(sorted({f"{one.scheme} on {one.network}" for one in required.accepts}))
    raise CannotPay(f"It takes {kinds or 'nothing that is known'}, and no Eclosion credits.")


def _coin(wanted: Requirement) -> Coin | None:
    asset, extra = read_address(wanted.asset), wanted.extra
    name, version = extra.get("name"), extra.get("version")
    if asset is None or not isinstance(name, str) or not isinstance(version, str):
        return None
    return Coin(asset, name, version)


def _receipt(answer: Bought) -> Receipt | None:
    try:
        return read_struct(answer.headers.get(x402.RECEIPT_HEADER, ""), Receipt)
    except ValueError:
        return None
