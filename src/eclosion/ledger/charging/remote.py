"""A till over HTTP: a network's facilitator, asked by whoever charges its credits elsewhere.

It speaks x402's ``/supported`` and adds ``/reserve``, ``/settle`` with a reservation, ``/release``, ``/invoice`` and
``/claim``. ``/verify`` is not used: it only looks, and what is not reserved can be spent twice while one works.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from eclosion.kernel.errors import Invalid, Unavailable
from eclosion.ledger.charging.tills import Held, Invoice
from eclosion.ledger.wire.authorization import NETWORK, Coin, SignedOrder
from eclosion.ledger.wire.encoding import from_base64, to_base64url
from eclosion.ledger.wire.ethereum import read_address, write_address
from eclosion.ledger.wire.refusals import PaymentRefused, Reason
from eclosion.ledger.wire.x402 import Payment, Terms, exact_of, requirement_of

if TYPE_CHECKING:
    import httpx2

SETTLE_ATTEMPTS = 3
WAIT_S = 10.0


class HttpTill:
    """A till at a facilitator's address.

    Args:
        facilitator: where it answers, ``https://network.example/api/v1/x402``.
        pay_to: the address of who is paid where a price names nobody.
        client: an HTTP client of yours; by default one is made.
    """

    def __init__(
        self, facilitator: str, pay_to: str, client: httpx2.AsyncClient | None = None
    ) -> None:
        payee = read_address(pay_to)
        if payee is None:
            raise Invalid("pay_to must be an address: 0x and 40 digits.")
        self._base, self._payee = facilitator.rstrip("/"), payee
        self._client = client
        self._coin: Coin | None = None

    async def coin(self) -> Coin:
        if self._coin is None:
            kinds = (await self._ask("GET", "supported"))["kinds"]
            extra = next((k.get("extra") for k in kinds if k["network"] == NETWORK), None)
            asset = read_address(extra["asset"]) if extra else None
            if extra is None or asset is None:
                raise Unavailable("The facilitator takes no credits of an Eclosion network.")
            self._coin = Coin(asset, extra["name"], extra["version"], extra["decimals"])
        return self._coin

    async def payee(self) -> bytes:
        return self._payee

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def reserve(
        self, signed: SignedOrder, terms: Terms, resource: str, protocol: str
    ) -> Held:
        wanted = requirement_of(terms)
        payment = Payment(x402_version=2, payload=exact_of(signed), accepted=wanted)
        said = await self._ask(
            "POST",
            "reserve",
            {
                "x402Version": 2,
                "paymentPayload": payment,
                "paymentRequirements": wanted,
                "resource": resource,
                "protocol": protocol,
            },
        )
        return _held(said)

    async def settle(self, held: Held) -> None:
        for attempt in range(1, SETTLE_ATTEMPTS + 1):
            try:
                await self._ask("POST", "settle", {"reservation": _said(held)})
                return
            except Unavailable:  # settling again changes nothing, and its answer may have been lost
                if attempt == SETTLE_ATTEMPTS:
                    raise

    async def release(self, held: Held) -> None:
        await self._ask("POST", "release", {"reservation": _said(held)})

    async def invoice(self, terms: Terms, resource: str) -> Invoice:
        wanted = {"paymentRequirements": requirement_of(terms), "resource": resource}
        said = await self._ask("POST", "invoice", wanted)
        return Invoice(from_base64(said["macaroon"]), said["invoice"])

    async def claim(self, macaroon: bytes, preimage: bytes, terms: Terms, resource: str) -> Held:
        return _held(
            await self._ask(
                "POST",
                "claim",
                {
                    "macaroon": to_base64url(macaroon),
                    "preimage": preimage.hex(),
                    "paymentRequirements": requirement_of(terms),
                    "resource": resource,
                },
            )
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        import httpx2

        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=WAIT_S)
        content = None if body is None else msgspec.json.encode(body)
        headers = {"content-type": "application/json"}
        try:
            reply = await self._client.request(
                method, f"{self._base}/{path}", content=content, headers=headers
            )
            said = reply.json() if reply.status_code < 500 else None
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable("The facilitator does not answer.") from error
        if not isinstance(said, dict):
            raise Unavailable(f"The facilitator answers with {reply.status_code}.")
        reason = said.get("invalidReason") or said.get("errorReason")
        if reason or reply.status_code >= 400:
            raise _refusal(str(reason or ""), said)
        return said


def _refusal(reason: str, said: dict[str, Any]) -> PaymentRefused:
    words = said.get("invalidMessage") or said.get("errorMessage") or said.get("detail")
    known = Reason(reason) if reason in Reason.__members__.values() else Reason.INVALID_PAYLOAD
    return PaymentRefused(known, str(words) if words else None)


def _held(said: dict[str, Any]) -> Held:
    r = said["reservation"]
    payer = read_address(r["payer"]) or b""
    return Held(int(r["id"], 16), bytes.fromhex(r["secret"]), payer, int(r["amount"]))


def _said(held: Held) -> dict[str, str]:
    return {
        "id": f"{held.id:032x}",
        "secret": held.secret.hex(),
        "payer": write_address(held.payer) if held.payer else "",
        "amount": str(held.amount),
    }
