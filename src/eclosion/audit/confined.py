"""How running agents are confined: what the process itself could open, read from its identity and its mounts.

An agent's own sandbox is put around the commands that it runs and not around itself, so this is what the program can
reach before any of its settings count.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eclosion.audit.model import Agent
from eclosion.audit.reach import Answer, Predictor, ProcessSight, of_process


class Running(NamedTuple):
    """A running agent.

    Attributes:
        agent: which, by the id of its kind.
        pid: its process.
        uid: as whom.
        is_apart: whether it sees other mounts than this process: a container, a sandbox, a unit of systemd.
        open_count: how many sensitive files it can open.
        files_count: of how many.
        trouble: why it could not be looked at; empty if it could.
    """

    agent: str
    pid: int
    uid: int
    is_apart: bool
    open_count: int
    files_count: int
    trouble: str = ""


def running_agents(agents: Sequence[Agent], paths: Iterable[str]) -> list[Running]:
    """Every running agent, with what it could open of these files."""
    known = list(paths)
    return [
        _looked(agent.kind.id, pid, known)
        for agent in agents
        if not agent.project
        for pid in agent.processes
    ]


def _looked(agent: str, pid: int, paths: list[str]) -> Running:
    try:
        identity = of_process(pid)
        apart = os.stat(f"/proc/{pid}/ns/mnt").st_ino != os.stat("/proc/self/ns/mnt").st_ino
        predictor = Predictor(identity, ProcessSight(pid) if apart else None)
    except (OSError, KeyError, ValueError) as problem:
        return Running(agent, pid, -1, False, 0, len(paths), f"cannot be looked at: {problem}")
    count = sum(predictor.predict(path).answer is not Answer.NO for path in paths)
    return Running(agent, pid, identity.uid, apart, count, len(paths))
