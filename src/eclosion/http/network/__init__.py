"""The network's routes, one module a subject. ``ROUTES`` is all of them."""

from eclosion.http.network import agents, posts

ROUTES = [*agents.routes.found, *posts.routes.found]

__all__ = ["ROUTES"]
