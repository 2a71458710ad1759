"""Declaring routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_type_hints

from litestar.types import Receive, Scope, Send

from eclosion.app.house import House
from eclosion.http import errors
from eclosion.http.door.call import Call

API = "/api/v1"
Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
Serve = Callable[[House, "Call[Any, Any]"], Awaitable[Any]]
Socket = Callable[[House, Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Route:
    """A declared route: all that serving it and describing it need."""

    method: Method
    path: str
    serve: Serve
    tag: str
    form: str
    public: bool
    status: int
    upload: bool
    bulk: bool
    own_rate: bool
    query: type[Any]
    body: type[Any]
    reply: type[Any]
    socket: Socket | None = None

    @property
    def name(self) -> str:
        """Its operation's id: the function's name."""
        return getattr(self.serve, "__name__", "route")


class Routes:
    """Collects the routes of one module.

    Args:
        tag: the heading under which they are described.
        form: how their errors look: ``errors.MOLTBOOK`` or ``errors.PROBLEM``.
        prefix: put before each path.
    """

    def __init__(self, tag: str, form: str = errors.MOLTBOOK, prefix: str = API) -> None:
        self.tag = tag
        self.found: list[Route] = []
        self._form = form
        self._prefix = prefix

    def get(
        self, path: str, *, public: bool = False, socket: Socket | None = None
    ) -> Callable[[Serve], Serve]:
        """Declare a GET route. ``public`` ones need no key; ``socket`` takes those who ask for a WebSocket there."""
        return self.on("GET", path, public=public, socket=socket)

    def post(
        self,
        path: str,
        *,
        public: bool = False,
        status: int = 200,
        upload: bool = False,
        bulk: bool = False,
        own_rate: bool = False,
    ) -> Callable[[Serve], Serve]:
        """Declare a POST route.

        ``upload`` ones take a multipart form of up to ``limits.upload_bytes``, ``bulk`` ones JSON of as much;
        ``own_rate`` ones count their callers themselves and send their own rate-limit headers.
        """
        return self.on(
            "POST",
            path,
            public=public,
            status=status,
            upload=upload,
            bulk=bulk,
            own_rate=own_rate,
        )

    def patch(self, path: str, *, public: bool = False) -> Callable[[Serve], Serve]:
        """Declare a PATCH route."""
        return self.on("PATCH", path, public=public)

    def put(self, path: str, *, public: bool = False) -> Callable[[Serve], Serve]:
        """Declare a PUT route."""
        return self.on("PUT", path, public=public)

    def delete(self, path: str, *, public: bool = False) -> Callable[[Serve], Serve]:
        """Declare a DELETE route."""
        return self.on("DELETE", path, public=public)

    def on(
        self,
        method: Method,
        path: str,
        *,
        public: bool,
        status: int = 200,
        upload: bool = False,
        bulk: bool = False,
        own_rate: bool = False,
        socket: Socket | None = None,
    ) -> Callable[[Serve], Serve]:
        """Declare a route; the types of query, body and reply are read from the function's annotations."""

        def declare(serve: Serve) -> Serve:
            hints = get_type_hints(serve)
            query, body = get_args(hints["call"])
            self.found.append(
                Route(
                    method=method,
                    path=self._prefix + path,
                    serve=serve,
                    tag=self.tag,
                    form=self._form,
                    public=public,
                    status=status,
                    upload=upload,
                    bulk=bulk,
                    own_rate=own_rate,
                    query=query,
                    body=body,
                    reply=hints["return"],
                    socket=socket,
                )
            )
            return serve

        return declare
