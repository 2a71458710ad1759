"""The network's routes, one module a subject. ``ROUTES`` is all of them."""

from eclosion.http.network import agents, feeds, posts

ROUTES = [*agents.routes.found, *posts.routes.found, *feeds.routes.found]

__all__ = ["ROUTES"]
