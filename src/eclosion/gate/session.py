"""A session at the gate: round trip, burst, language rounds, end. Bytes in, bytes out; no I/O, no clock of its own.

A driver calls ``receive`` with what came, sends what ``due`` returns, and calls it again at ``wake_ns`` or when
something came. What always holds: a stage begins only when the one before was passed; whatever is refused ends the
session, except the one free retry that a burst has when it was late; a session that is over stays over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from eclosion.gate import frames
from eclosion.gate.burst import Burst, BurstFigures
from eclosion.gate.chain import Chain
from eclosion.gate.encoding import to_json
from eclosion.gate.errors import BurstFailed, FrameRefused
from eclosion.gate.policy import BLOCK, Policy, Rounds
from eclosion.gate.ports import Randomness, ReadingSet, ReadingVerdict, stage_name
from eclosion.gate.reading import Reading
from eclosion.gate.roundtrip import RoundTrip
from eclosion.kernel.errors import EclosionError, Unavailable

_ATTEMPTS = 2


class Evidence(NamedTuple):
    """What a session has shown. Nothing is added to it anywhere."""

    burst: BurstFigures
    reading: ReadingVerdict | None
    rounds: Rounds

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that were passed."""
        if self.reading is None:
            return ("price", "burst")
        return ("price", "burst", stage_name(self.reading.remarks.get("insecure"), self.rounds))


class Session:
    """One client's way through the stages. Made only after the price was paid.

    Args:
        policy: the numbers.
        randomness: for all that the client cannot foresee.
        rounds: opens the language rounds when the burst is passed; None leaves them out.
        grant: called with the evidence at the end; what it returns goes to the client as JSON.
        now_ns: the monotonic clock.
        can_skip_reading: whether it goes on without language rounds, and without claiming them, where texts ran out.
    """

    def __init__(
        self,
        policy: Policy,
        randomness: Randomness,
        rounds: Callable[[], ReadingSet] | None,
        grant: Callable[[Evidence], dict[str, object]],
        now_ns: int,
        *,
        can_skip_reading: bool = False,
    ) -> None:
        self._policy = policy
        self._randomness = randomness
        self._rounds = rounds
        self._grant = grant
        self._can_skip_reading = can_skip_reading
        self._latest_ns = now_ns
        self._phase: RoundTrip | Burst | Reading = RoundTrip(policy, randomness, now_ns)
        self._attempt = 1
        self._rtt_ns = 0
        self._figures: BurstFigures | None = None
        self._overhang_until = 0
        self._overhang: frames.Answers | None = None
        self._first = 0
        self._last: list[bytes] = []
        self.evidence: Evidence | None = None
        self.failure: EclosionError | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended, well (``evidence``) or not (``failure``)."""
        return self.evidence is not None or self.failure is not None

    def receive(self, data: bytes, now_ns: int) -> None:
        """A frame from the client. Never raises an error of the tree: what is refused ends the session."""
        if self.over:
            return
        try:
            self._check_clock(now_ns)
            frame = frames.read_client_frame(data)
            if not self._is_overhang(frame):
                self._phase.receive(frame, now_ns)
                self._go_on(now_ns)
        except EclosionError as error:
            self._fail(error, now_ns)

    def due(self, now_ns: int) -> list[bytes]:
        """The frames to send now. The last one, when ``over``, says how it ended."""
        if self.over:
            last, self._last = self._last, []
            return last
        try:
            self._check_clock(now_ns)
            out = self._phase.due(now_ns)
            self._go_on(now_ns)
        except EclosionError as error:
            self._fail(error, now_ns)
            return self.due(now_ns) if self.over else []
        return out

    def wake_ns(self) -> int:
        """When ``due`` wants to be called again, on the monotonic clock."""
        return self._latest_ns if self.over else self._phase.wake_ns()

    def _check_clock(self, now_ns: int) -> None:
        if now_ns < self._latest_ns:
            raise BurstFailed("The gate's own clock ran backwards; nothing was measured.")
        self._latest_ns = now_ns

    def _go_on(self, now_ns: int) -> None:
        """To the next stage, if this one is over."""
        phase = self._phase
        if not phase.over:
            return
        if isinstance(phase, RoundTrip):
            self._rtt_ns = phase.rtt_ns
            self._phase = Burst(
                self._policy, self._randomness, self._rtt_ns, self._attempt, self._first, now_ns
            )
        elif isinstance(phase, Burst):
            self._figures = phase.figures()
            if self._rounds is None:
                self._finish(None)
            else:
                self._read(phase.chain, self._rounds(), now_ns)
        else:
            self._finish(phase.verdict())

    def _read(self, chain: Chain, rounds: ReadingSet, now_ns: int) -> None:
        self._phase = Reading(self._policy, self._randomness, chain, rounds, self._rtt_ns, now_ns)

    def _finish(self, verdict: ReadingVerdict | None) -> None:
        assert self._figures is not None
        evidence = Evidence(self._figures, verdict, self._policy.rounds)
        self._last = [frames.done(to_json(self._grant(evidence)))]
        self.evidence = evidence

    def _fail(self, error: EclosionError, now_ns: int) -> None:
        phase = self._phase
        if isinstance(phase, Reading) and isinstance(error, Unavailable) and self._can_skip_reading:
            self._finish(None)
            return
        late = type(error) is BurstFailed and isinstance(phase, Burst) and phase.is_exact
        if late and self._attempt < _ATTEMPTS and now_ns >= self._latest_ns:
            assert isinstance(phase, Burst)
            self._attempt += 1
            self._first, self._overhang_until = phase.sent, phase.sent
            self._phase = RoundTrip(self._policy, self._randomness, now_ns)
            return
        self.failure = error
        problem = {"type": "about:blank", "title": str(error), "code": error.code}
        if error.hint:
            problem["detail"] = error.hint
        self._last = [frames.refused(to_json(problem))]

    def _is_overhang(self, frame: frames.ClientFrame) -> bool:
        """Whether these answers belong to the attempt that failed: they are on their way and mean nothing now.

        Each must begin where a message began and come once, so no more of them come than nonces were sent.
        """
        if not isinstance(frame, frames.Answers) or frame.first >= self._overhang_until:
            return False
        before = self._overhang
        if before is not None and frame.first <= before.first:
            raise FrameRefused("These answers came before.")
        if len(frame.answers) > self._policy.burst_message_blocks * BLOCK * frames.ANSWER_BYTES:
            raise FrameRefused("Answers come in the number of their nonces.")
        self._overhang = frame
        return True
