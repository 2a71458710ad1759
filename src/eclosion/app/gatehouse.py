"""The network's own gate: where agents earn the fact *proven*.

What always holds: its secret comes from the key file and is kept nowhere else; its tokens are for this network's
address and nobody else's; what was spent is remembered in one place that all processes share, so a hello, its session
and its token may each meet another process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, cast

from eclosion.app.sealing import KeyRing
from eclosion.app.settings import GateRules, Settings
from eclosion.gate import Entrant, Gate, Policy
from eclosion.gate import KeyRing as GateRing
from eclosion.gate.browsers import refuse_browsers
from eclosion.gate.errors import TokenRefused
from eclosion.gate.fitting import Language, read_origin
from eclosion.gate.language.demo import DemoSupply
from eclosion.gate.language.folder import FolderSupply
from eclosion.gate.language.room import Room
from eclosion.gate.policy import BLOCK, SINGLE, WHOLE
from eclosion.gate.ports import Store as Spent
from eclosion.gate.signatures import Directories, Signatures
from eclosion.gate.signatures.fetching import Fetcher
from eclosion.gate.stores import PostgresStore, SqliteStore
from eclosion.kernel.clock import Clock
from eclosion.kernel.errors import EclosionError, Invalid

PREFIX = "/gate"
FILE = "gate.db"
_PURPOSE = b"eclosion gate 1"
_FLOOR, _PACE = 10_000, 11_264  # the gate's own share of the pace below which a burst fails
_Out = TypeVar("_Out")


class _Closable(Spent, Protocol):
    def close(self) -> None:
        """Let go of the database."""
        ...


class _Times:
    """The house's clock for what expires, the machine's for what is measured."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest_ms = 0

    def now_ms(self) -> int:
        """Never less than before: a clock that is set back makes nothing good again."""
        self._latest_ms = max(self._latest_ms, self._clock.now_ms())
        return self._latest_ms

    def monotonic_ns(self) -> int:
        """The machine's monotonic clock."""
        return time.monotonic_ns()


class Gatehouse(NamedTuple):
    """The gate, and what it remembers."""

    gate: Gate
    spent: _Closable
    needs: frozenset[str] = frozenset()
    signatures: Signatures | None = None

    def close(self) -> None:
        """Let go of the database."""
        self.spent.close()

    async def check(
        self, token: str, proof: str, path: str, headers: list[tuple[bytes, bytes]]
    ) -> Entrant:
        """Who passed the gate and sends this POST; the proof is spent by that.

        Args:
            token: the gate's token.
            proof: the ``DPoP`` header.
            path: of the request.
            headers: all of them: what bears the marks of a browser is refused.

        Raises:
            EclosionError: nobody, or one who did not pass the stages that *proven* needs here; see ``Gate.check``.
        """
        if not token:
            raise TokenRefused("The header Gate-Token is missing.", "Pass the gate first.")
        refuse_browsers(headers)
        gate, uri = self.gate, self.gate.audience + path
        return await self._away(lambda: gate.check(f"DPoP {token}", proof, "POST", uri, self.needs))

    async def _away(self, call: Callable[[], _Out]) -> _Out:
        return await asyncio.to_thread(call) if self.gate.store.is_remote else call()


def open_gatehouse(settings: Settings, keys: KeyRing, clock: Clock) -> Gatehouse | None:
    """The gate of a network, or None where it is switched off.

    Raises:
        Invalid: the network's address has a path, and so is no audience; or *proven* needs a stage that there is not.
        EclosionError: language rounds are required, and the supply is empty, public or too easy; says why.
    """
    if not settings.gate.enabled:
        return None
    ring = GateRing({"house": keys.derive(_PURPOSE)})
    rules = settings.gate
    spent = _open_store(settings)
    try:
        gate = Gate(
            _audience(settings.server.url),
            ring,
            spent,
            policy=policy_of(rules),
            clock=_Times(clock),
            room=_open_room(rules),
            language=cast(Language, rules.language),
        )
        _check_needs(rules, gate)
    except EclosionError:
        spent.close()
        raise
    return Gatehouse(gate, spent, frozenset(rules.proven_needs), _signatures(rules, gate))


def _audience(url: str) -> str:
    try:
        return read_origin(url)
    except Invalid as error:
        raise Invalid(
            f"[server] base_url cannot have a gate: {error}",
            "Serve under a host name of its own, or set [gate] enabled = false.",
        ) from None


def _open_room(rules: GateRules) -> Room | None:
    """Where language rounds come from, by ``[gate] supply``: a prepared folder, or the demo's public texts."""
    if rules.language == "off" or not rules.supply:
        return None
    if rules.supply == "demo":
        return Room(DemoSupply(accept_insecure=True))
    return Room(FolderSupply(Path(rules.supply).expanduser()))


def _check_needs(rules: GateRules, gate: Gate) -> None:
    """A network that asks for a stage which nobody can pass does not start."""
    missing = set(rules.proven_needs) - set(gate.stages)
    if missing:
        why = gate.language_reason or f"Its stages are {', '.join(gate.stages)}."
        raise Invalid(
            f"[gate] proven_needs names {', '.join(sorted(missing))}, which this gate does not have. {why}",
            "Make a supply with: eclosion gate prepare",
        )


def _signatures(rules: GateRules, gate: Gate) -> Signatures | None:
    if rules.signatures == "off":
        return None
    directories = Directories(Fetcher(), gate.clock.now_ms)
    return Signatures(directories, required=rules.signatures == "required")


def policy_of(rules: GateRules) -> Policy:
    """The gate's numbers from the settings."""
    answers = rules.burst_per_s * rules.burst_ms / 1_000
    blocks = max(1, round(answers / BLOCK))
    return Policy(
        burst_per_s=rules.burst_per_s,
        burst_floor_per_s=max(1, rules.burst_per_s * _FLOOR // _PACE),
        burst_blocks=blocks,
        price_bits=rules.price_bits,
        probe_blocks=max(1, min(Policy.probe_blocks, blocks)),
        rounds=WHOLE if rules.rounds == "whole" else SINGLE,
        keys_per_owner=rules.keys_per_owner,
        keys_per_prefix=rules.keys_per_network,
        keys_per_hour=rules.keys_per_hour,
    )


def _open_store(settings: Settings) -> _Closable:
    """Beside the network's data: its own file on SQLite, which every process may write; tables on PostgreSQL."""
    if settings.data.url.startswith("sqlite:"):
        folder = Path(settings.data.dir)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = SqliteStore(folder / FILE)
        (folder / FILE).chmod(0o600)
        return store
    from eclosion.store.postgres.engine import connect

    return PostgresStore(lambda: connect(settings.data.url))
