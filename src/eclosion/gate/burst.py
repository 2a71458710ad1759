"""The burst: ten thousand chained answers a second, held for two seconds. Pure; time comes in.

The server sends nonces at its own pace and knows every answer beforehand, so all that it measures is when they come.
What always holds: the pace is ours, so answering faster gains nothing and answering in bulk is late; an answer that
is wrong ends the session at once; time that we spent not sending counts for nobody.

An answer is late beyond the round trip plus ``lag_ms``. The first lateness opens the one stall that a burst may have:
no more nonces are sent until everything sent is answered, which must come within ``stall_ms``. The second ends the
attempt. So at most one message in a hundred is late, stall aside, as the pass rule asks.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from eclosion.gate import frames
from eclosion.gate.chain import Chain
from eclosion.gate.errors import BurstFailed, FrameRefused
from eclosion.gate.policy import BLOCK, MS_NS, S_NS, Policy
from eclosion.gate.ports import Randomness


class BurstFigures(NamedTuple):
    """What was measured."""

    answers: int
    per_s: int
    rtt_ms: float
    lag_p99_ms: float
    stall_ms: float


class _Message(NamedTuple):
    first: int
    answers: bytes
    sent_ns: int


class Burst:
    """One attempt.

    Args:
        policy: the numbers.
        randomness: for the chain's key and the seeds.
        rtt_ns: the round trip as measured, capped.
        attempt: 1 or 2.
        first: the number of the first block; goes on from attempt to attempt.
        now_ns: the monotonic clock.
    """

    def __init__(
        self,
        policy: Policy,
        randomness: Randomness,
        rtt_ns: int,
        attempt: int,
        first: int,
        now_ns: int,
    ) -> None:
        self._policy = policy
        self._randomness = randomness
        self._rtt_ns = rtt_ns
        self._allowed_ns = rtt_ns + policy.lag_ms * MS_NS
        self._first = first
        self._end = first + policy.burst_blocks
        self.sent = first
        self._open: deque[_Message] = deque()
        self._open_blocks = 0
        self._message_ns = policy.burst_message_blocks * BLOCK * S_NS // policy.burst_per_s
        self._next_ns = now_ns
        self._began_ns = now_ns
        self._ended_ns = now_ns
        self._stalled_since_ns: int | None = None
        self._stall_ns = 0
        self._had_stall = False
        self.is_exact = True
        self._lags_ns: list[int] = []
        key, value = randomness(frames.KEY_BYTES), randomness(frames.VALUE_BYTES)
        self.chain = Chain(key, value)
        self._greeting: bytes | None = frames.start(attempt, first, policy.burst_blocks, key, value)

    @property
    def over(self) -> bool:
        """Whether every block was sent and answered."""
        return self.sent == self._end and not self._open

    def due(self, now_ns: int) -> list[bytes]:
        """The frames to send now.

        Raises:
            BurstFailed: answers are later than the rules allow.
        """
        out = []
        if self._greeting:
            out.append(self._greeting)
            self._greeting = None
        self._check_lateness(now_ns)
        while self._may_send(now_ns):
            out.append(self._send(now_ns))
        return out

    def wake_ns(self) -> int:
        """When ``due`` has something to do again, unless a frame comes first."""
        if self._stalled_since_ns is not None:
            return self._stalled_since_ns + self._policy.stall_ms * MS_NS + MS_NS
        times = [self._open[0].sent_ns + self._allowed_ns + MS_NS] if self._open else []
        if self.sent < self._end and self._has_room():
            times.append(self._next_ns)
        return min(times, default=self._next_ns)

    def receive(self, frame: frames.ClientFrame, now_ns: int) -> None:
        """Answers to the oldest open message.

        Raises:
            FrameRefused: they are out of order, or not as many as were asked for.
            BurstFailed: one is wrong, or they come too late.
        """
        if not isinstance(frame, frames.Answers) or not self._open:
            raise FrameRefused("Only answers to open nonces are taken now.")
        message = self._open[0]
        if frame.first != message.first or len(frame.answers) != len(message.answers):
            raise FrameRefused("Answers come in the order and the number of their nonces.")
        if frame.answers != message.answers:
            self.is_exact = False  # no retry: this was not slowness
            raise BurstFailed("An answer is wrong.", "Chain values are 16 bytes; see docs/gate.md.")
        self._check_lateness(now_ns)
        self._open.popleft()
        self._open_blocks -= len(frame.answers) // frames.BLOCK_BYTES
        self._ended_ns = now_ns
        if self._stalled_since_ns is None:
            self._lags_ns.append(now_ns - message.sent_ns)
        elif not self._open:
            self._end_stall(now_ns)

    def figures(self) -> BurstFigures:
        """What was measured, once it is over.

        Raises:
            BurstFailed: the pace was below the floor.
        """
        answers = self._policy.burst_blocks * BLOCK
        took_ns = self._ended_ns - self._began_ns - self._rtt_ns - self._stall_ns
        pace_ns = self._policy.burst_blocks * self._message_ns // self._policy.burst_message_blocks
        per_s = answers * S_NS // max(took_ns, pace_ns - self._message_ns, 1)
        if per_s < self._policy.burst_floor_per_s:
            raise BurstFailed(f"{per_s} answers a second are too few.")
        lags = sorted(self._lags_ns) or [0]
        p99 = lags[min(len(lags) - 1, len(lags) * 99 // 100)]
        return BurstFigures(
            answers, per_s, self._rtt_ns / MS_NS, p99 / MS_NS, self._stall_ns / MS_NS
        )

    def _has_room(self) -> bool:
        more = self._open_blocks + self._policy.burst_message_blocks
        return more <= self._policy.burst_window_blocks

    def _may_send(self, now_ns: int) -> bool:
        ready = self.sent < self._end and self._stalled_since_ns is None
        return ready and now_ns >= self._next_ns and self._has_room()

    def _send(self, now_ns: int) -> bytes:
        count = min(self._policy.burst_message_blocks, self._end - self.sent)
        seeds = [self._randomness(frames.SEED_BYTES) for _ in range(count)]
        answers = b"".join([self.chain.block(seed) for seed in seeds])
        self._open.append(_Message(self.sent, answers, now_ns))
        self._open_blocks += count
        frame = frames.nonces(self.sent, seeds)
        self.sent += count
        self._next_ns += self._message_ns
        return frame

    def _check_lateness(self, now_ns: int) -> None:
        if self._stalled_since_ns is not None:
            if now_ns - self._stalled_since_ns > self._policy.stall_ms * MS_NS:
                raise BurstFailed("A stall took longer than a second.")
        elif self._open and now_ns - self._open[0].sent_ns > self._allowed_ns:
            if self._had_stall:
                raise BurstFailed("Answers came late a second time.")
            self._had_stall = True
            self._stalled_since_ns = self._open[0].sent_ns + self._allowed_ns
            if now_ns - self._stalled_since_ns > self._policy.stall_ms * MS_NS:
                raise BurstFailed("A stall took longer than a second.")

    def _end_stall(self, now_ns: int) -> None:
        assert self._stalled_since_ns is not None
        self._stall_ns = now_ns - self._stalled_since_ns
        self._stalled_since_ns = None
        self._next_ns = max(self._next_ns, now_ns)
