"""The gate as a dependency for FastAPI. Other applications take the middleware, which needs no framework.

    app.add_middleware(GateMiddleware, gate=gate, guard=())        the gate's own addresses
    @app.get("/secret")
    def secret(entrant: Annotated[Entrant, Depends(proven(gate))]) -> ...

The framework is imported when the dependency is made, not before: the gate needs none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from eclosion.gate.asgi import ENTRANT, full_path, let_through
from eclosion.gate.bodies import DIGEST, check_bound, check_bound_digest
from eclosion.gate.encoding import from_json
from eclosion.gate.gate import Gate
from eclosion.gate.replies import refusal
from eclosion.gate.tokens import Entrant
from eclosion.kernel.errors import EclosionError


def proven(gate: Gate, *stages: str, prefix: str = "/gate") -> Callable[..., Awaitable[Entrant]]:
    """A dependency that gives the ``Entrant`` behind a request, or refuses it as the middleware would.

    Args:
        gate: the gate.
        stages: what must have been passed; by default all that the gate has.
        prefix: where the gate's addresses are.
    """
    from fastapi import HTTPException
    from starlette.requests import HTTPConnection, Request

    wanted = frozenset(stages or gate.stages)

    async def check_body(connection: Any, named: str) -> None:
        """The body must be the one that the proof names, whether the handler reads it, or it was read as a form."""
        if not isinstance(connection, Request):
            return
        try:
            check_bound(named, await connection.body())
        except RuntimeError:  # it was read as a stream; the middleware has counted along
            counted = connection.scope.get(DIGEST)
            if counted is None:
                raise
            found, is_empty = counted()
            check_bound_digest(named, found, is_empty=is_empty)

    async def dependency(connection: Any) -> Entrant:
        known = connection.scope.get(ENTRANT)
        if isinstance(known, Entrant) and wanted <= set(known.stages):
            return known  # the middleware has spent the proof already
        try:
            found = await let_through(gate, connection.scope, wanted)
            await check_body(connection, found.content_digest)
        except EclosionError as error:
            answer = refusal(gate, prefix, error, full_path(connection.scope))
            headers = {
                name.decode(): value.decode()
                for name, value in answer.headers
                if name != b"content-type"
            }
            raise HTTPException(answer.status, from_json(answer.body), headers) from None
        connection.scope[ENTRANT] = found
        return found

    dependency.__annotations__ = {"connection": HTTPConnection, "return": Entrant}
    return dependency
