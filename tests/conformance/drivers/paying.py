"""Unmodified Python clients of x402, MPP and L402, each told to fetch addresses that have a price.

Reads {"origin", "asset", "chain_id", "network", "name", "version", "visits": [{"client", "key", "path"}]} from standard
input and reports for each visit what the client brought back: a status and a body, or the error that it raised.
"""

import asyncio
import json
import sys
import urllib.request
from typing import Any

from eth_account import Account  # type: ignore[import-not-found]
from l402_requests import L402Client  # type: ignore[import-not-found]
from l402_requests.wallets import WalletBase  # type: ignore[import-not-found]
from mpp.client import Mpp  # type: ignore[import-not-found]
from mpp.methods.evm import client as evm  # type: ignore[import-not-found]
from x402 import x402Client, x402ClientSync  # type: ignore[import-not-found]
from x402.http.clients.httpx import x402HttpxClient  # type: ignore[import-not-found]
from x402.http.clients.requests import x402_requests  # type: ignore[import-not-found]
from x402.mechanisms.evm.exact import ExactEvmScheme  # type: ignore[import-not-found]

JOB = json.load(sys.stdin)
ALLOWED = {"allowed_assets": [{"network": JOB["network"], "asset": JOB["asset"]}]}


class Wallet(WalletBase):  # type: ignore[misc]
    """Pays invoices at the network, as the agent whose number it has."""

    def __init__(self, agent: int) -> None:
        self.agent = agent

    async def pay_invoice(self, bolt11: str) -> str:
        return self.pay_invoice_sync(bolt11)

    def pay_invoice_sync(self, bolt11: str) -> str:
        body = json.dumps({"invoice": bolt11, "agent": self.agent}).encode()
        request = urllib.request.Request(f"{JOB['origin']}/pay-invoice", body)
        with urllib.request.urlopen(request) as reply:
            return str(json.load(reply)["preimage"])


def x402_client(kind: Any, key: str) -> Any:
    client = kind()
    client.register(JOB["network"], ExactEvmScheme(Account.from_key(key)))
    client.set_spend_controls(ALLOWED)
    return client


async def visit_httpx(key: str, url: str) -> Any:
    async with x402HttpxClient(x402_client(x402Client, key)) as client:
        return await client.get(url)


def visit_requests(key: str, url: str) -> Any:
    with x402_requests(x402_client(x402ClientSync, key)) as session:
        return session.get(url)


async def visit_pympp(key: str, url: str) -> Any:
    method = evm.charge(
        currency=JOB["asset"],
        account=Account.from_key(key),
        chain_id=JOB["chain_id"],
        decimals=6,
        authorization={"name": JOB["name"], "version": JOB["version"]},
    )
    async with Mpp(methods=[method]) as mpp:
        return await mpp.fetch(url)


def visit_l402(agent: int, url: str) -> Any:
    return L402Client(wallet=Wallet(agent)).get(url)


VISITS: dict[str, Any] = {
    "httpx": visit_httpx,
    "requests": visit_requests,
    "pympp": visit_pympp,
    "l402-requests": visit_l402,
}


def make(visit: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = VISITS[visit["client"]](visit["key"], JOB["origin"] + visit["path"])
        if asyncio.iscoroutine(answer):
            answer = asyncio.run(answer)
        return {"status": answer.status_code, "body": answer.text, "headers": dict(answer.headers)}
    except Exception as error:  # noqa: BLE001 - whatever a client raises is what it reports
        return {"error": type(error).__name__, "text": str(error)[:500]}


sys.stdout.write(json.dumps([make(visit) for visit in JOB["visits"]]) + "\n")
