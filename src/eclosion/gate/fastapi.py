"""The gate as a dependency for FastAPI. Other applications take the middleware, which needs no framework.

    app.add_middleware(GateMiddleware, gate=gate, guard=())        the gate's own addresses
    @app.get("/secret")
    def secret(entrant: Annotated[Entrant, Depends(proven(gate))]) -> ...

The framework is imported when the dependency is made, not before: the gate needs none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from eclosion.gate.asgi import ENTRANT, RULES, SIGNED, full_path, let_through, whose
from eclosion.gate.bodies import DIGEST, check_bound
from eclosion.gate.digests import Body, Counted
from eclosion.gate.encoding import from_json
from eclosion.gate.gate import Gate
from eclosion.gate.replies import refusal
from eclosion.gate.tokens import Entrant
from eclosion.kernel.errors import EclosionError


def proven(gate: Gate, *stages: str, prefix: str = "/gate") -> Callable[..., Awaitable[Entrant]]:
    """A dependency that gives the ``Entrant`` behind a request, or refuses it as the middleware would.

    HTTP message signatures are judged by the middleware's rules for them (``GateMiddleware(signatures=...)``).

    Args:
        gate: the gate.
        stages: what must have been passed; by default all that the gate has.
        prefix: where the gate's addresses are.
    """
    from fastapi import HTTPException
    from starlette.requests import HTTPConnection, Request

    wanted = frozenset(stages or gate.stages)

    async def body_of(connection: Any) -> Body:
        """The body, or what was counted of it where it was read as a form already."""
        if not isinstance(connection, Request):
            return b""
        try:
            return await connection.body()
        except RuntimeError:  # it was read as a stream; the middleware has counted along
            counted: Callable[[], Counted] | None = connection.scope.get(DIGEST)
            if counted is None:
                raise
            return counted()

    async def dependency(connection: Any) -> Entrant:
        known = connection.scope.get(ENTRANT)
        if isinstance(known, Entrant) and wanted <= set(known.stages):
            return known  # the middleware has spent the proof already
        try:
            scope = connection.scope
            found = await let_through(gate, scope, wanted)
            body = await body_of(connection)
            if isinstance(connection, Request):
                check_bound(found.content_digest, body)
            scope[SIGNED] = await whose(gate, scope.get(RULES), scope, body)
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
