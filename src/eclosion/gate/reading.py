"""The language rounds of a session, one after the other, while the chain goes on slowly. Pure; time comes in.

They are handed out a sheet at a time: one item, or a round whole, as the policy says. What always holds: a sheet is
shown only after the one before was answered or over; its answers count only within its time on our clock and bound to
the chain as it was after a tick that is younger than the sheet. So the connection that did the burst is the one that
reads, all the while. What the rounds are made of, this knows only by its port.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from eclosion.gate import frames
from eclosion.gate.chain import Chain
from eclosion.gate.errors import BurstFailed, FrameRefused, ReadingFailed
from eclosion.gate.policy import MS_NS, S_NS, Policy
from eclosion.gate.ports import Randomness, ReadingSet, ReadingVerdict

_VALUES_KEPT = 64


class _Tick(NamedTuple):
    number: int
    answer: bytes
    sent_ns: int


class Reading:
    """All rounds of one session.

    Args:
        policy: the numbers.
        randomness: for the ticks' nonces.
        chain: as the burst left it.
        rounds: what is asked.
        rtt_ns: the round trip as measured, capped.
        now_ns: the monotonic clock.
    """

    def __init__(
        self,
        policy: Policy,
        randomness: Randomness,
        chain: Chain,
        rounds: ReadingSet,
        rtt_ns: int,
        now_ns: int,
    ) -> None:
        self._policy = policy
        self._randomness = randomness
        self._chain = chain
        self._rounds = rounds
        self._tick_lag_ns = rtt_ns + policy.tick_lag_ms * MS_NS
        self._tick_ns = S_NS // policy.ticks_per_s
        self._next_tick_ns = now_ns
        self._ticks = 0
        self._open: deque[_Tick] = deque()
        self._values: dict[int, bytes] = {}
        self._number = 0
        self._asked_ns = now_ns
        self._asked_tick = 0
        self._is_open = False
        self._verdict: ReadingVerdict | None = None

    @property
    def over(self) -> bool:
        """Whether it is certain how it ends."""
        return self._verdict is not None

    def due(self, now_ns: int) -> list[bytes]:
        """The frames to send now.

        Raises:
            BurstFailed: the slow stream was not kept up.
            Unavailable: there are no texts left.
        """
        self._check_times(now_ns)
        out = []
        if now_ns >= self._next_tick_ns:
            out.append(self._send_tick(now_ns))
        if not self._is_open and not self.over:
            self._is_open = True
            self._number += 1
            self._asked_ns, self._asked_tick = now_ns, self._ticks
            out.append(frames.sheet(self._number, self._rounds.ask(now_ns // MS_NS)))
        return out

    def wake_ns(self) -> int:
        """When ``due`` has something to do again."""
        return min(self._next_tick_ns, self._asked_ns + self._policy.rounds.each_ms * MS_NS + MS_NS)

    def receive(self, frame: frames.ClientFrame, now_ns: int) -> None:
        """A tick's answer, or a sheet's answers.

        Raises:
            FrameRefused: it is anything else, out of order, or not bound to the chain.
            BurstFailed: a tick's answer is wrong or late.
        """
        self._check_times(now_ns)
        if isinstance(frame, frames.Tock):
            self._receive_tock(frame)
        elif isinstance(frame, frames.SheetReply):
            self._receive_reply(frame, now_ns)
        else:
            raise FrameRefused("Only ticks and the open sheet are answered now.")

    def verdict(self) -> ReadingVerdict:
        """How it ended, once it is over.

        Raises:
            ReadingFailed: too few answers were right.
        """
        assert self._verdict is not None
        if not self._verdict.passed:
            right, of = self._verdict.right, self._verdict.of
            raise ReadingFailed("Too few answers were right and in time.", right=right, of=of)
        return self._verdict

    def _send_tick(self, now_ns: int) -> bytes:
        nonce = self._randomness(frames.TICK_BYTES)
        self._ticks += 1
        self._open.append(_Tick(self._ticks, self._chain.tick(nonce), now_ns))
        self._values[self._ticks] = self._chain.value
        self._values.pop(self._ticks - _VALUES_KEPT, None)
        self._next_tick_ns = now_ns + self._tick_ns
        return frames.tick(self._ticks, nonce)

    def _check_times(self, now_ns: int) -> None:
        if self._is_open and now_ns - self._asked_ns > self._policy.rounds.each_ms * MS_NS:
            self._close_sheet(None, now_ns)
        if self._open and now_ns - self._open[0].sent_ns > self._tick_lag_ns:
            raise BurstFailed("A tick was not answered while texts were read.")

    def _receive_tock(self, frame: frames.Tock) -> None:
        if not self._open or frame.tick != self._open[0].number:
            raise FrameRefused("Ticks are answered once, in their order.")
        if frame.answer != self._open.popleft().answer:
            raise BurstFailed("A tick's answer is wrong.")

    def _receive_reply(self, frame: frames.SheetReply, now_ns: int) -> None:
        if 0 < frame.number < self._number or (frame.number == self._number and not self._is_open):
            return  # its time is over, and it counted as such
        if frame.number != self._number:
            raise FrameRefused("This sheet is not open.")
        value = self._values.get(frame.tick)
        unanswered = self._open and self._open[0].number <= frame.tick
        if value is None or unanswered or frame.tick < self._asked_tick:
            raise FrameRefused("Answers are bound to the latest tick that was answered.")
        if frame.mac != self._chain.mac(value, bytes([frame.number, *frame.answers])):
            raise FrameRefused("The answers are not bound to the chain.")
        self._close_sheet(frame.answers, now_ns)

    def _close_sheet(self, answers: tuple[int, ...] | None, now_ns: int) -> None:
        self._is_open = False
        self._rounds.answer(answers, now_ns // MS_NS)
        self._verdict = self._rounds.verdict()
