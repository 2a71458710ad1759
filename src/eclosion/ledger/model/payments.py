"""What the ledger knows of a payment that came in by a paying protocol."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from eclosion.ledger.wire.authorization import Order
from eclosion.ledger.wire.x402 import Terms

RESOURCE_CHARS_MAX = 2_048
SECRET_BYTES = 16


class PaymentState(IntEnum):
    """How a payment stands. Stored: never renumber."""

    HELD = 0
    SETTLED = 1
    RELEASED = 2
    PAID = 3
    """An L402 invoice that was paid and has not been shown at its resource yet."""


class Payment(NamedTuple):
    """A row of ``ledger_payments``. ``id`` is that of the pending transfer."""

    id: int
    protocol: str
    resource: str
    debit_id: int
    credit_id: int
    amount: int
    secret: bytes
    state: int
    made_ms: int
    ended_ms: int


class Payer(NamedTuple):
    """An address that pays from an agent's account."""

    address: bytes
    account_id: int
    agent_id: int
    made_ms: int


class Ask(NamedTuple):
    """An order whose signature holds, what it is for, and by which protocol it came.

    ``secret`` is made by whoever asks; it settles or releases what is reserved.
    """

    order: Order
    terms: Terms
    resource: str
    protocol: str
    secret: bytes
