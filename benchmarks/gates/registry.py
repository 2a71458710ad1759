"""The sides by name."""

from __future__ import annotations

from benchmarks.gates.agent_challenge import AgentChallenge
from benchmarks.gates.agentproof import AgentProof
from benchmarks.gates.ai_captcha import AiCaptcha
from benchmarks.gates.botcha import Botcha
from benchmarks.gates.mettle import Mettle
from benchmarks.gates.not_human import NotHuman
from benchmarks.gates.ours import Eclosion
from benchmarks.gates.sides import Side

SIDES: tuple[Side, ...] = (
    Eclosion(rounds=False),
    Eclosion(rounds=True),
    NotHuman(),
    AgentChallenge(),
    AgentProof(),
    AiCaptcha(),
    Botcha(),
    Mettle(),
)


def find(name: str) -> Side:
    """A side by its name."""
    return next(side for side in SIDES if side.name == name)
