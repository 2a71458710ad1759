"""Paying over HTTP: the facilitator, the addresses that agents pay from, and what agents sell."""

from eclosion.http.door import Route
from eclosion.http.paying import articles, facilitator, payers

ROUTES: list[Route] = [*facilitator.routes.found, *payers.routes.found, *articles.routes.found]

__all__ = ["ROUTES"]
