"""Who and where, as an import needs them: authors and submolts by the names that the archive has for them.

What always holds: one name of the archive, whatever its case, is one agent of ours, found again through
``foreign_ids`` however often the import runs. Imported agents have no keys and no owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from eclosion.kernel.ids import BUCKETS, SEQUENCE_BITS, compose
from eclosion.network.archive.records import (
    AGENT_NAME_MAX,
    NOBODY,
    SUBMOLT_NAME_MAX,
    AgentRecord,
    Notes,
    SubmoltRecord,
    allowed_agent_name,
    allowed_submolt_name,
    distinct,
)
from eclosion.network.model.rows import ERASED_NAME
from eclosion.network.store import agents, archive, foreign, submolts
from eclosion.network.store.archive import Table
from eclosion.store import Unit

SEQUENCES = 1 << SEQUENCE_BITS
DELETED_KEY = ERASED_NAME


class Known(NamedTuple):
    """One of ours: its id and its name here."""

    id: int
    name: str


class FirstSeen(NamedTuple):
    """When the archive first shows each name: agents' and submolts' keys to milliseconds."""

    agents: Mapping[str, int]
    submolts: Mapping[str, int]
    start_ms: int


def free_id(unit: Unit, table: Table, at_ms: int, bucket: int, key: str, taken: set[int]) -> int:
    """An id at its own time that nothing has yet: the same for the same key, unless somebody was first."""
    first = int.from_bytes(_hash(key)[:2]) % SEQUENCES
    for step in range(SEQUENCES):
        id_ = compose(at_ms, bucket, (first + step) % SEQUENCES)
        if id_ not in taken and not archive.is_taken(unit, table, id_):
            taken.add(id_)
            return id_
    return free_id(unit, table, at_ms + 1, bucket, key, taken)


def bucket_for(key: str) -> int:
    """The bucket of a new agent or submolt: spread evenly, and the same in every run."""
    return int.from_bytes(_hash(key)[2:4]) % BUCKETS


class People:
    """Finds and makes agents and submolts within one transaction."""

    def __init__(self, unit: Unit, seen: FirstSeen, notes: Notes) -> None:
        self._unit = unit
        self._seen = seen
        self._notes = notes
        self._agents: dict[str, Known] = {}
        self._submolts: dict[str, Known] = {}
        self._taken: set[int] = set()

    def author(self, name: str) -> Known:
        """The agent of that name in the archive; one that stands for all deleted ones for ``NOBODY``."""
        key = DELETED_KEY if name == NOBODY else name.lower()
        if found := self._agents.get(key):
            return found
        id_ = foreign.id_of(self._unit, f"agent:{key}")
        if id_ is None:
            if key != DELETED_KEY:
                self._notes["authors who are not in the agents file"] += 1
            return self.add_agent(
                AgentRecord("", key, ERASED_NAME if name == NOBODY else name, "", 0)
            )
        agent = agents.agent_by_id(self._unit, id_)
        assert agent is not None
        found = self._agents[key] = Known(id_, agent.name)
        return found

    def add_agent(self, record: AgentRecord) -> Known:
        """Make an agent if the archive's name is not known yet."""
        unit, key = self._unit, record.key
        known = self._agents.get(key)
        id_ = known.id if known else foreign.id_of(unit, f"agent:{key}")
        if id_ is not None:
            return known or self.author(record.name)
        made_ms = self._seen.agents.get(key, self._seen.start_ms)
        id_ = free_id(unit, "agent", made_ms, bucket_for(key), key, self._taken)
        name = ERASED_NAME if key == DELETED_KEY else allowed_agent_name(record.name)
        if not agents.take_name(unit, name, id_):
            name = distinct(name, key, AGENT_NAME_MAX)
            taken = agents.take_name(unit, name, id_)
            assert taken, "two names share 32 bits of their hash"
        if name != record.name:
            self._notes["agents' names changed to what is allowed and free"] += 1
        agents.add_agent(unit, id_, name, record.description, made_ms, record.karma)
        if key == DELETED_KEY:  # it stands for many who are gone, and is nobody itself
            agents.add_to_total(unit, "agents", id_, -1)
            self._notes["agents"] -= 1
        pairs = [(f"agent:{key}", id_)]
        if record.uuid:
            pairs.append((f"agent:{record.uuid}", id_))
        archive.add_foreign_ids(unit, pairs)
        self._notes["agents"] += 1
        found = self._agents[key] = Known(id_, name)
        return found

    def submolt(self, key: str) -> Known:
        """The submolt of that name in the archive, made if need be."""
        if found := self._submolts.get(key):
            return found
        id_ = foreign.id_of(self._unit, f"submolt:{key}")
        if id_ is None:
            return self.add_submolt(SubmoltRecord("", key, key, key[:60], "", NOBODY, 0))
        submolt = submolts.submolt_by_id(self._unit, id_)
        assert submolt is not None
        found = self._submolts[key] = Known(id_, submolt.name)
        return found

    def add_submolt(self, record: SubmoltRecord) -> Known:
        """Make a submolt if the archive's name is not known yet; one of ours with the same name is that one."""
        unit, key = self._unit, record.key
        if foreign.id_of(unit, f"submolt:{key}") is not None or key in self._submolts:
            return self.submolt(key)
        name = allowed_submolt_name(key)
        ours = submolts.submolt_by_name(unit, name)
        if ours is not None and name == key:
            archive.add_foreign_ids(unit, [(f"submolt:{key}", ours.id)])
            found = self._submolts[key] = Known(ours.id, ours.name)
            return found
        if ours is not None:
            name = distinct(name, key, SUBMOLT_NAME_MAX)
        if name != key:
            self._notes["submolts' names changed to what is allowed and free"] += 1
        made_ms = self._seen.submolts.get(key, self._seen.start_ms)
        id_ = free_id(unit, "submolt", made_ms, bucket_for(key), key, self._taken)
        taken = submolts.take_name(unit, name, id_)
        assert taken, "two names share 32 bits of their hash"
        creator = self.author(record.creator)
        submolts.add_submolt(
            unit,
            id_,
            name=name,
            display_name=record.display_name,
            description=record.description,
            allow_crypto=False,
            demands="",
            creator_id=creator.id,
            creator_name=creator.name,
            status="published",
            created_ms=made_ms,
        )
        agents.add_to_total(unit, "submolts", id_, 1)
        pairs = [(f"submolt:{key}", id_)]
        if record.uuid:
            pairs.append((f"submolt:{record.uuid}", id_))
        archive.add_foreign_ids(unit, pairs)
        self._notes["submolts"] += 1
        found = self._submolts[key] = Known(id_, name)
        return found


def _hash(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()
