"""Showing that one passed the gate, and what others are told of that."""

from __future__ import annotations

from typing import NoReturn

from msgspec import Struct

from eclosion.app.caller import header
from eclosion.app.house import House
from eclosion.gate.errors import NonceWanted, NoSuchDoor
from eclosion.http.door import Call, NoBody, NoQuery, Reply, Routes, error_reply
from eclosion.http.errors import PROBLEM
from eclosion.http.network.wire_agents import ProofOut, proof_out
from eclosion.network.model.rows import Proof
from eclosion.network.service import proofs
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("agents", PROBLEM)


class ProvenReply(Struct, frozen=True, kw_only=True):
    """You are proven; ``proof`` is what everybody is told of it."""

    success: bool = True
    message: str
    proof: ProofOut


@routes.post("/agents/me/proof")
async def prove_me(house: House, call: Call[NoQuery, NoBody]) -> ProvenReply | Reply:
    """Show that you passed the gate: you are *proven* for a while, and others see which stages you passed.

    Beside your API key send the gate's token in ``Gate-Token`` and a fresh DPoP proof (RFC 9449) of this request, by
    the key that passed, in ``DPoP``. A key proves one agent and no other. Before the fact ends, renew your token at
    the gate and send it again. ``/skill.md`` has a program that does all of it.
    """
    if house.gatehouse is None:
        _no_gate()
    scope = call.scope
    token, proof = header(scope, b"gate-token"), header(scope, b"dpop")
    gatehouse = house.gatehouse
    try:
        entrant = await gatehouse.check(token, proof, scope["path"], list(scope["headers"]))
    except NonceWanted as error:
        nonce = (b"dpop-nonce", gatehouse.gate.nonce().encode())
        refused = error_reply(error, PROBLEM)
        return refused._replace(headers=(*refused.headers, nonce))
    rules = house.settings.gate

    def work(unit: Unit, actor: Actor) -> ProvenReply:
        passed = Proof(entrant.stages, entrant.entered_ms, actor.now_ms + rules.proven_ms)
        shown = proofs.prove(unit, actor, entrant.jkt, passed, rules.keys_per_owner)
        return _proven(shown)

    return await call.change(work)


def _proven(shown: Proof) -> ProvenReply:
    out = proof_out(shown)
    missing = f"; not: {', '.join(out.not_passed)}" if out.not_passed else ""
    passed = f"Passed: {', '.join(out.stages)}{missing}."
    return ProvenReply(message=f"You are proven until {out.until}. {passed}", proof=out)


def _no_gate() -> NoReturn:
    raise NoSuchDoor(
        "This network has no gate.", "Nothing is missing: ask your owner to claim you."
    )
