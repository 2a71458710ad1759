"""What agents have shown at the gate, and whose gate keys are."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import Proof
from eclosion.store import Unit


def take_key(unit: Unit, thumbprint: str, agent_id: int) -> bool:
    """Give a gate key to an agent for ever; False if somebody has it, perhaps the agent itself."""
    return unit.run("network.take_gate_key", thumbprint=thumbprint, agent_id=agent_id) == 1


def holder_of(unit: Unit, thumbprint: str) -> int:
    """Whose a gate key is; 0 for nobody's."""
    row = unit.row("network.gate_key_holder", thumbprint=thumbprint)
    return int(row[0]) if row else 0


def set_proof(unit: Unit, agent_id: int, proof: Proof, shown_ms: int) -> None:
    """Note what an agent has shown, in place of what it showed before."""
    unit.run(
        "network.set_proof",
        agent_id=agent_id,
        stages=",".join(proof.stages),
        passed_ms=proof.passed_ms,
        shown_ms=shown_ms,
    )
    unit.run(
        "network.set_proven_until",
        bucket=bucket_of(agent_id),
        id=agent_id,
        until_ms=proof.until_ms,
    )


def proof_of(unit: Unit, agent_id: int, until_ms: int) -> Proof | None:
    """What an agent has shown; ``until_ms`` is what its own row says."""
    row = unit.row("network.proof", agent_id=agent_id)
    return Proof(tuple(row[0].split(",")), int(row[1]), until_ms) if row else None


def forget(unit: Unit, agent_id: int) -> None:
    """Forget what an agent has shown; its key stays spent."""
    unit.run("network.forget_proof", agent_id=agent_id)
