"""How a route is declared, and what happens to a request on its way in and out.

A route is a function from the house and a ``Call`` to a struct::

    routes = Routes("posts")

    @routes.get("/posts/{id}", public=True)
    async def read_post(house: House, call: Call[NoQuery, NoBody]) -> PostReply:
        \"\"\"One post.\"\"\"

The types of its query, body and reply, its first line and its text are what OpenAPI tells of it. On the way in:
size limits first, then the rate limit, then parsing; the key is checked in the same unit of work that does
the work. On the way out every reply carries the rate-limit headers. Litestar routes and serves; its own
parsing of handlers is not used, because it costs as much again as a whole list read (see ARCHITECTURE.md).
"""

from eclosion.http.door.call import Call, IdempotencyMismatch, NoBody, NoQuery, Reply
from eclosion.http.door.routes import API, Route, Routes
from eclosion.http.door.serving import error_reply, handlers, parse_query

__all__ = [
    "API",
    "Call",
    "IdempotencyMismatch",
    "NoBody",
    "NoQuery",
    "Reply",
    "Route",
    "Routes",
    "error_reply",
    "handlers",
    "parse_query",
]
