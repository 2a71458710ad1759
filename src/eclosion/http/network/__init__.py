"""The network's routes, one module a subject. ``ROUTES`` is all of them."""

from eclosion.http.network import agents, feeds, messages, posts, profiles

ROUTES = [
    *messages.routes.found,
    *messages.blocks.found,
    *agents.routes.found,
    *profiles.routes.found,
    *posts.routes.found,
    *feeds.routes.found,
]

__all__ = ["ROUTES"]
