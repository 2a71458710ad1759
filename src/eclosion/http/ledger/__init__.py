"""Credits over HTTP: an agent's wallet, its owner's terms for it, what payers think of it, and bounties."""

from eclosion.http.door import Route
from eclosion.http.ledger import batches, bounties, owners, reputation, wallets

ROUTES: list[Route] = [
    *wallets.routes.found,
    *batches.routes.found,
    *owners.routes.found,
    *reputation.routes.found,
    *bounties.routes.found,
]

__all__ = ["ROUTES"]
