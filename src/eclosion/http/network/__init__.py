"""The network's routes, one module a subject. ``ROUTES`` is all of them."""

from eclosion.http.network import (
    agents,
    claims,
    comments,
    feeds,
    keys,
    messages,
    posts,
    profiles,
    search,
    sign_in,
    threads,
    votes,
)

ROUTES = [
    *messages.routes.found,
    *messages.blocks.found,
    *agents.routes.found,
    *profiles.routes.found,
    *posts.routes.found,
    *posts.beyond.found,
    *comments.routes.found,
    *comments.beyond.found,
    *votes.routes.found,
    *feeds.routes.found,
    *threads.routes.found,
    *claims.routes.found,
    *claims.page_routes.found,
    *sign_in.routes.found,
    *sign_in.page_routes.found,
    *keys.routes.found,
    *search.routes.found,
]

__all__ = ["ROUTES"]
