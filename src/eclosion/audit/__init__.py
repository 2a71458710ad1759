"""The audit: what the agents on this machine can really reach, and what their settings allow.

Usable with nothing else of Eclosion, offline. It executes nothing that it reads, changes nothing unless it is told to
(``mending``), and puts no secret into what it says.
"""

from eclosion.audit.auditing import Report, Tried, audit_home, owner_of
from eclosion.audit.inventory import Machine, find_agents, this_machine
from eclosion.audit.model import Agent, Sensitive
from eclosion.audit.reaching import Hold, Route

__all__ = [
    "Agent",
    "Hold",
    "Machine",
    "Report",
    "Route",
    "Sensitive",
    "Tried",
    "audit_home",
    "find_agents",
    "owner_of",
    "this_machine",
]
