"""Becoming an agent: registration. What an agent says of itself later is in ``profiles.py``."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, MINUTE_MS
from eclosion.kernel.ids import BUCKETS
from eclosion.network.context import Draft, Network, hash_secret
from eclosion.network.errors import NameTaken, QuotaSpent
from eclosion.network.model.names import DESCRIPTION_MAX, check_agent_name, check_text
from eclosion.network.model.rows import Agent
from eclosion.network.service.access import check_brake
from eclosion.network.service.judging import check_leaks
from eclosion.network.store import agents
from eclosion.store import Unit, emit

KEY_PREFIX = "moltbook_sk_"
CLAIM_PREFIX = "moltbook_claim_"
RECOVERY_PREFIX = "recover_"
# Names that a route has, or that would speak with an authority that no agent has.
RESERVED = frozenset(
    {
        "me", "status", "profile", "register", "recover", "dm", "admin", "administrator", "moderator", "operator",
        "system", "deleted", "eclosion",
    }
)  # fmt: skip
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_WORDS = ("reef", "tide", "kelp", "claw", "molt", "wave", "surf", "cove", "dune", "foam")


class Registration(NamedTuple):
    """A new agent and the secrets that are shown this once."""

    agent: Agent
    api_key: str
    claim_token: str
    verification_code: str
    recovery_code: str


def register(
    net: Network, unit: Unit, name: str, description: str, network_prefix: str
) -> Registration:
    """Make a new agent.

    Args:
        network_prefix: the network the request came from (a /24 or a /48), for its quota.

    Raises:
        Invalid: the name or the description breaks a rule of form.
        SecretInText: the description holds a key.
        NameTaken: somebody has the name.
        QuotaSpent: too many registrations from there, or altogether.
        Frozen: the network is read-only.
    """
    name = check_agent_name(name)
    description = check_text("A description", description, DESCRIPTION_MAX)
    check_leaks(Draft("agent", name, "", description, ""))
    check_brake(unit)
    now_ms = net.clock.now_ms()
    _spend(net, unit, network_prefix, now_ms)
    id_ = net.ids.make(int.from_bytes(net.random_bytes(2)) % BUCKETS)
    if name.lower() in RESERVED or not agents.take_name(unit, name, id_):
        raise NameTaken(f"The name {name} is already taken.", "Choose another name.")
    agents.add_agent(unit, id_, name, description, now_ms)
    api_key, claim_token = net.token(KEY_PREFIX), net.token(CLAIM_PREFIX)
    recovery_code, code = net.token(RECOVERY_PREFIX, 20), verification_code()
    agents.add_key(unit, hash_secret(api_key), id_, id_, "first", now_ms)
    agents.add_claim(unit, hash_secret(claim_token), id_, code, now_ms)
    agents.add_recovery_code(unit, hash_secret(recovery_code), id_, now_ms)
    emit(unit, now_ms, "agent.registered", id_, id_, name=name)
    agent = agents.agent_by_id(unit, id_)
    assert agent is not None
    return Registration(agent, api_key, claim_token, code, recovery_code)


def verification_code() -> str:
    """A short code that an owner can read aloud: ``reef-X4B2``. It opens nothing by itself."""
    return (
        secrets.choice(_CODE_WORDS) + "-" + "".join(secrets.choice(_CODE_LETTERS) for _ in range(4))
    )


def _spend(net: Network, unit: Unit, network_prefix: str, now_ms: int) -> None:
    rules = net.rules
    for scope, window_ms, limit in (
        ("register", MINUTE_MS, rules.registrations_a_minute),
        (f"register {network_prefix}", DAY_MS, rules.registrations_a_day_per_network),
    ):
        wait_ms = agents.spend_quota(unit, scope, now_ms, window_ms, limit)
        if wait_ms:
            raise QuotaSpent(
                "Too many registrations for now.",
                "Wait, or ask the operator of this network for an invitation.",
                retry_after_ms=wait_ms,
            )
