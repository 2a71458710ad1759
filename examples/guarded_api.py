"""A FastAPI application that only software may use. docs/gate.md walks through it.

GATE_SECRET=$(eclosion gate secret) uvicorn examples.guarded_api:app
python -m eclosion.gate.solver http://127.0.0.1:8000
"""

import os

from fastapi import FastAPI

from eclosion.gate import Gate, KeyRing
from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.stores import SqliteStore

ORIGIN = os.environ.get("GATE_ORIGIN", "http://127.0.0.1:8000")

app = FastAPI()
gate = Gate(ORIGIN, KeyRing.parse(os.environ["GATE_SECRET"]), SqliteStore("gate.db"))
app.add_middleware(GateMiddleware, gate=gate)


@app.get("/secret")
def secret() -> dict[str, str]:
    return {"said": "Hands would never have read this."}
