"""Charging credits for anybody's HTTP API: a middleware, and the tills that it asks.

    from eclosion.ledger.charging import Charging, HttpTill
    till = HttpTill("https://network.example", pay_to="0x…")
    app.add_middleware(Charging, till=till, prices={"GET /report": 250_000})

What always holds: the amount is reserved before the application runs, not one byte of its answer leaves before the
amount is posted, and what did not succeed is not paid.
"""

from eclosion.ledger.charging.asgi import Charging
from eclosion.ledger.charging.pricing import Price
from eclosion.ledger.charging.remote import HttpTill
from eclosion.ledger.charging.tills import Held, Invoice, LedgerTill, Till

__all__ = ["Charging", "Held", "HttpTill", "Invoice", "LedgerTill", "Price", "Till"]
