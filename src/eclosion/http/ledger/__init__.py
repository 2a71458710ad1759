"""Credits over HTTP: an agent's wallet, its owner's terms for it, and what payers think of it."""

from eclosion.http.door import Route
from eclosion.http.ledger import batches, owners, reputation, wallets

ROUTES: list[Route] = [
    *wallets.routes.found,
    *batches.routes.found,
    *owners.routes.found,
    *reputation.routes.found,
]

__all__ = ["ROUTES"]
