"""The round trip, measured by us: pings with nonces, the shortest of eight, never more than the cap.

What a client says about its own distance counts for nothing. One that holds its answers back gains at most the cap.
"""

from __future__ import annotations

from eclosion.gate import frames
from eclosion.gate.errors import BurstFailed, FrameRefused
from eclosion.gate.policy import MS_NS, S_NS, Policy
from eclosion.gate.ports import Randomness

_SPACING_NS = 25 * MS_NS
_PATIENCE_NS = 3 * S_NS
_LEAST = 3


class RoundTrip:
    """Sends pings and takes pongs until the shortest round trip is known."""

    def __init__(self, policy: Policy, randomness: Randomness, now_ns: int) -> None:
        self._policy = policy
        self._randomness = randomness
        self._began_ns = now_ns
        self._sent_ns: dict[bytes, int] = {}
        self._sent = 0
        self._answered = 0
        self._shortest_ns: int | None = None

    @property
    def over(self) -> bool:
        """Whether all pings were answered, or waited for long enough."""
        return self._answered == self._policy.pings

    @property
    def rtt_ns(self) -> int:
        """The shortest round trip, capped."""
        assert self._shortest_ns is not None
        return min(self._shortest_ns, self._policy.rtt_cap_ms * MS_NS)

    def due(self, now_ns: int) -> list[bytes]:
        """The pings to send now.

        Raises:
            BurstFailed: hardly any was answered in time.
        """
        out = []
        while (
            self._sent < self._policy.pings and now_ns >= self._began_ns + self._sent * _SPACING_NS
        ):
            nonce = self._randomness(frames.PING_BYTES)
            self._sent_ns[nonce] = now_ns
            self._sent += 1
            out.append(frames.ping(nonce))
        if now_ns >= self._began_ns + _PATIENCE_NS:
            if self._answered < min(_LEAST, self._policy.pings):
                raise BurstFailed("Pings were not answered within 3 s.")
            self._answered = self._policy.pings
        return out

    def wake_ns(self) -> int:
        """When ``due`` has something to do again."""
        if self._sent < self._policy.pings:
            return self._began_ns + self._sent * _SPACING_NS
        return self._began_ns + _PATIENCE_NS

    def receive(self, frame: frames.ClientFrame, now_ns: int) -> None:
        """A pong.

        Raises:
            FrameRefused: it is none, or answers no ping, or one that was answered.
        """
        if not isinstance(frame, frames.Pong) or frame.nonce not in self._sent_ns:
            raise FrameRefused("Only pongs to open pings are taken now.")
        took_ns = now_ns - self._sent_ns.pop(frame.nonce)
        self._shortest_ns = min(took_ns, self._shortest_ns or took_ns)
        self._answered += 1
