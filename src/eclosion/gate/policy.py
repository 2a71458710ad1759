"""The numbers of the gate, in one frozen place. Their version goes into every challenge.

What always holds: the server's rules follow from these alone; nothing that a client says changes one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from eclosion.kernel.errors import Invalid

BLOCK = 64
"""Answers for one seed. Part of the wire form."""

MS_NS = 1_000_000
S_NS = 1_000 * MS_NS


SINGLE_MS = 6_000
"""What a person who pastes an item into a chat and types the answer back does not keep up for long."""


class Rounds(NamedTuple):
    """Language rounds, and how they are handed out: a sheet at a time, the next when the one before is answered.

    Attributes:
        number: how many rounds.
        items: of how many items each.
        shown: the items of a sheet: one, or a whole round.
        each_ms: the time for a sheet, from when it was sent until its answer came.
    """

    number: int = 3
    items: int = 8
    shown: int = 1
    each_ms: int = SINGLE_MS

    @property
    def sheets(self) -> int:
        """How many sheets there are."""
        return self.number * self.items // self.shown

    @property
    def are_single(self) -> bool:
        """Whether items come one by one and with little time: the form that a person who relays by hand fails at."""
        return self.shown == 1 and self.each_ms <= SINGLE_MS

    def told(self) -> dict[str, object]:
        """For tokens and descriptions."""
        return {"form": "single" if self.are_single else "whole", **self._asdict()}


SINGLE = Rounds()
WHOLE = Rounds(shown=8, each_ms=30_000)
"""Weaker, for models that need longer to begin: whoever pastes a whole round into a chat has time enough."""


@dataclass(frozen=True)
class Policy:
    """All limits. The defaults are those that docs/gate.md speaks of.

    Attributes:
        version: goes into challenges; a challenge of another version is refused.
        challenge_ms: how long a hello is good for, at most a minute.
        scrypt_n: cost of one try of the price, a power of two; memory is 128 * n * 8 bytes.
        price_bits: expected tries are 2 to this power when nothing is going on.
        price_bits_max: and never more than this, however much is going on.
        stamp_bits: a cheap condition on the same work, so that a wrong one costs its maker, not us.
        burst_blocks: blocks of 64 answers in a burst.
        burst_per_s: the pace at which nonces are sent, in answers a second.
        burst_floor_per_s: the pace below which a burst fails.
        burst_message_blocks: blocks in one message.
        burst_window_blocks: blocks that may be unanswered.
        lag_ms: what an answer may take beyond the round trip.
        stall_ms: how long the one stall may last that a burst may have.
        rtt_cap_ms: no round trip is believed beyond this.
        pings: how many round trips are measured; the shortest counts.
        ticks_per_s: the slow stream while language rounds are read.
        tick_lag_ms: what a tick's answer may take beyond the round trip.
        rounds: language rounds at entry; ``WHOLE`` admits slower models, and people who relay by hand.
        pass_ms: how long a pass can be changed into a token.
        token_ms: how long a token is good for.
        renewal_ms: how long after entry tokens can be renewed, while probes are answered.
        proof_ms: how old a proof may be.
        proof_ahead_ms: how far ahead of us its clock may be.
        nonce_ms: how long a server's nonce is good for, at least.
        sessions_max: sessions open at once, in one process.
        price_checks_max: works being checked at once, and as many waiting for each.
        keys_per_owner: new keys of one owner root a day.
        keys_per_prefix: new keys from one network prefix a day.
        keys_per_hour: new keys from anywhere an hour.
        probes_least, probes_most: probes a day, one somewhere in each part of it.
        probe_open_ms: how long a probe waits to be answered.
        probes_missed_max: misses within two days that the fact survives.
        probe_blocks: blocks of a probe's burst.
    """

    version: int = 1
    challenge_ms: int = 60_000
    scrypt_n: int = 1 << 13
    price_bits: int = 4
    price_bits_max: int = 8
    stamp_bits: int = 12
    burst_blocks: int = 360
    burst_per_s: int = 11_264
    burst_floor_per_s: int = 10_000
    burst_message_blocks: int = 8
    burst_window_blocks: int = 256
    lag_ms: int = 250
    stall_ms: int = 1_000
    rtt_cap_ms: int = 600
    pings: int = 8
    ticks_per_s: int = 2
    tick_lag_ms: int = 2_000
    rounds: Rounds = SINGLE
    pass_ms: int = 60_000
    token_ms: int = 900_000
    renewal_ms: int = 604_800_000
    proof_ms: int = 60_000
    proof_ahead_ms: int = 5_000
    nonce_ms: int = 120_000
    sessions_max: int = 2_000
    price_checks_max: int = 2
    keys_per_owner: int = 3
    keys_per_prefix: int = 30
    keys_per_hour: int = 1_000
    probes_least: int = 24
    probes_most: int = 24
    probe_open_ms: int = 1_800_000
    probes_missed_max: int = 1
    probe_blocks: int = 36

    def __post_init__(self) -> None:
        numbers = {**vars(self), "rounds": min(self.rounds)}
        positive = {name for name, value in numbers.items() if value < 1}
        if positive - {"price_bits", "stamp_bits", "probes_missed_max"}:
            raise Invalid(f"The gate's policy has numbers below 1: {', '.join(sorted(positive))}.")
        if self.scrypt_n & (self.scrypt_n - 1) or not 2 <= self.scrypt_n <= 1 << 17:
            raise Invalid("scrypt_n must be a power of two from 2 to 131072.")
        if self.challenge_ms > 60_000 or self.rtt_cap_ms > 600 or self.token_ms > 900_000:
            raise Invalid(
                "A challenge lives at most 60 s, a token 15 min, and no round trip counts beyond 600 ms."
            )
        rounds = self.rounds
        if rounds.number * rounds.items > 200 or rounds.items > 64 or rounds.each_ms > 60_000:
            raise Invalid("Rounds have at most 64 items, 200 in all, and 60 s for a sheet.")
        if rounds.shown not in (1, rounds.items):
            raise Invalid("A sheet shows one item, or a whole round.")
        if not 0 <= self.price_bits <= self.price_bits_max <= 32:
            raise Invalid("price_bits must lie between 0 and price_bits_max, and that below 33.")
        if self.burst_message_blocks > 16 or self.burst_window_blocks < self.burst_message_blocks:
            raise Invalid(
                "A message has at most 16 blocks, and a window holds at least one message."
            )

    def for_probe(self) -> Policy:
        """The same gate, asked again later: a tenth of the burst at the same pace, and a third of the rounds.

        Over so short a time the lateness of the last answer weighs as much as the pace, so the floor allows for it.
        """
        answers = self.probe_blocks * BLOCK
        took_s = answers / self.burst_per_s + self.lag_ms / 1_000
        floor = min(self.burst_floor_per_s, int(answers / took_s))
        rounds = self.rounds._replace(number=-(-self.rounds.number // 3))
        return replace(self, burst_blocks=self.probe_blocks, rounds=rounds, burst_floor_per_s=floor)
