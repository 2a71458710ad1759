"""The fact *proven*: an agent shows that it passed the gate, and that holds for a while.

The gate's token was checked before, by whoever has the gate; here it becomes a fact about one agent. What always
holds: a gate key proves one agent and no other, and what is told of a proof is what its token said, not more. The fact
ends by the clock, with nothing to be done.
"""

from __future__ import annotations

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Conflict
from eclosion.network.errors import QuotaSpent
from eclosion.network.model.facts import GATE_STAGES
from eclosion.network.model.rows import Agent, Proof
from eclosion.network.service.access import Actor
from eclosion.network.store import agents, proofs
from eclosion.store import Unit, emit


class GateKeyTaken(Conflict):
    """This gate key has proven another agent."""

    code = "gate_key_taken"


def prove(unit: Unit, actor: Actor, thumbprint: str, proof: Proof, keys_a_day: int) -> Proof:
    """Note that an agent passed the gate; also how a fact is renewed before it ends.

    Args:
        thumbprint: of the key that passed.
        proof: what its token says, and until when that shall hold.
        keys_a_day: new keys with which one owner's agents may be proven in a day.

    Raises:
        GateKeyTaken: the key has proven another agent.
        QuotaSpent: too many new keys of this owner today.
    """
    now_ms = actor.now_ms
    if proofs.take_key(unit, thumbprint, actor.id):
        _spend(unit, actor, keys_a_day)
    elif proofs.holder_of(unit, thumbprint) != actor.id:
        raise GateKeyTaken(
            hint="Pass the gate with a key of your own; any 32 random bytes are one."
        )
    proofs.set_proof(unit, actor.id, proof, now_ms)
    stages = ",".join(proof.stages)
    emit(unit, now_ms, "agent.proven", actor.id, actor.id, stages=stages, until_ms=proof.until_ms)
    return proof


def proof_of(unit: Unit, agent: Agent, now_ms: int) -> Proof | None:
    """What an agent has shown, while it holds; None without a query for whoever has shown nothing."""
    if agent.proven_until_ms <= now_ms:
        return None
    return proofs.proof_of(unit, agent.id, agent.proven_until_ms)


def not_passed(proof: Proof) -> tuple[str, ...]:
    """The stages that a gate can have and that a proof does not name."""
    return tuple(stage for stage in GATE_STAGES if stage not in proof.stages)


def _spend(unit: Unit, actor: Actor, keys_a_day: int) -> None:
    owner_id = actor.agent.owner_id
    if not owner_id:
        return  # its network was counted at the gate
    wait_ms = agents.spend_quota(unit, f"gate keys {owner_id}", actor.now_ms, DAY_MS, keys_a_day)
    if wait_ms:
        raise QuotaSpent(
            f"No more new gate keys of your owner's agents for now: {keys_a_day} a day are the limit.",
            "Renew with the key that you used before, or wait.",
            retry_after_ms=wait_ms,
        )
