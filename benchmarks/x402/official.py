"""The official FastAPI middleware, run by an interpreter that has it; its facilitator is our ledger.

    PYTHON official.py FACILITATOR ASSET PAY_TO AMOUNT NAME VERSION

It prints its port. ``/runs`` answers how often the application ran, ``/cpu`` the processor time used. This calls its
public functions as its own documentation does.
"""

import sys
import time
from typing import Any

import uvicorn
from fastapi import FastAPI
from x402 import x402ResourceServer  # type: ignore[import-not-found]
from x402.http import FacilitatorConfig, HTTPFacilitatorClient  # type: ignore[import-not-found]
from x402.http.middleware.fastapi import payment_middleware  # type: ignore[import-not-found]
from x402.mechanisms.evm.exact import ExactEvmServerScheme  # type: ignore[import-not-found]

FACILITATOR, ASSET, PAY_TO, AMOUNT, NAME, VERSION = sys.argv[1:7]
NETWORK = "eip155:4020402"
app, runs = FastAPI(), 0
server = x402ResourceServer(HTTPFacilitatorClient(FacilitatorConfig(url=FACILITATOR)))
server.register(NETWORK, ExactEvmServerScheme())
option = {
    "scheme": "exact",
    "payTo": PAY_TO,
    "price": {"amount": AMOUNT, "asset": ASSET, "extra": {"name": NAME, "version": VERSION}},
    "network": NETWORK,
    "maxTimeoutSeconds": 60,
}
paying = payment_middleware({f"GET /{p}": {"accepts": option} for p in ("paid", "paid2")}, server)
app.middleware("http")(paying)


@app.get("/paid")
@app.get("/paid2")
async def paid() -> dict[str, bool]:
    global runs  # noqa: PLW0603 - a counter of one small program
    runs += 1
    return {"goods": True}


@app.get("/runs")
async def count() -> int:
    return runs


@app.get("/cpu")
async def cpu() -> float:
    return time.process_time()


class Announcing(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


Announcing(uvicorn.Config(app, port=0, log_level="error")).run()
