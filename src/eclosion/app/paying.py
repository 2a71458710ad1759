"""The network's own till: its coin, its key for invoices, and its facilitator."""

from __future__ import annotations

from dataclasses import dataclass

from eclosion.app.sealing import KeyRing
from eclosion.ledger import Ledger
from eclosion.ledger.charging.facilitator import Facilitator
from eclosion.ledger.charging.proposing import L402, MPP, X402, Proposer
from eclosion.ledger.charging.tills import LedgerTill
from eclosion.ledger.service.payments import Permit
from eclosion.ledger.wire.authorization import Coin, coin_of
from eclosion.store import Store


@dataclass(frozen=True)
class Paydesk:
    """What the doors need to take payments.

    Attributes:
        audience: the network's address, for which payments are signed.
        coin: its credits, as paying clients see them.
        key: from which invoices follow.
        till: takes payments into this ledger.
        facilitator: answers those who charge elsewhere.
        proposer: tells prices for what the network itself sells.
        permit: whether the payer's owner allows a payment.
    """

    audience: str
    coin: Coin
    key: bytes
    till: LedgerTill
    facilitator: Facilitator
    proposer: Proposer
    permit: Permit | None


def open_paydesk(
    audience: str, store: Store, ledger: Ledger, keys: KeyRing, permit: Permit | None = None
) -> Paydesk:
    """Wire the till to a ledger. All processes of a network have the same keys: any takes what another told."""
    coin = coin_of(audience)._replace(decimals=ledger.settings.scale)
    key = keys.derive(b"ledger invoices")
    till = LedgerTill(store, ledger, coin, key, permit=permit)
    facilitator = Facilitator(store, ledger, coin, till, permit)
    told = Proposer(till, audience, keys.derive(b"ledger challenges"), (X402, MPP, L402))
    return Paydesk(audience, coin, key, till, facilitator, told, permit)
