"""Credits over HTTP: an agent's wallet, and its owner's terms for it."""

from eclosion.http.door import Route
from eclosion.http.ledger import batches, owners, wallets

ROUTES: list[Route] = [*wallets.routes.found, *batches.routes.found, *owners.routes.found]

__all__ = ["ROUTES"]
