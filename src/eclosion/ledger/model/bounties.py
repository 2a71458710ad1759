"""Pooled bounties: what one is, how its panel is drawn, and when a panel has decided. Knows no database.

States after ERC-8183 (open, funded, submitted, completed, rejected, expired), with a panel in the place of its one
evaluator and a window for disputes after each decision. Every state that is not an end has an instant at which it ends
by itself, so nothing can be stuck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS
from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.shapes import AMOUNT_MAX

TITLE_CHARS_MAX = 300
BODY_CHARS_MAX = 20_000
PANEL_MOST = 31
PLEDGES_MOST = 64
"""A pledge is at least the 64th part of the target, or all that is missing: so nobody can crowd the pot with crumbs."""

RUNNERS_MOST = 8
DEADLINE_MOST_MS = 366 * DAY_MS
STAGE_LEAST_MS = 1_000
HASH_BYTES = 32


class State(IntEnum):
    """How a bounty stands. Stored: never renumber."""

    OPEN = 0
    FUNDED = 1
    SUBMITTED = 2
    ACCEPTED = 3
    """The payout is pending, and can be disputed."""

    DECLINED = 4
    """The panel said no, or nothing in time; this can be disputed too."""

    DISPUTED = 5
    PAID = 6
    REFUNDED = 7
    EXPIRED = 8
    """The target was not met in time."""


ENDED = frozenset({State.PAID, State.REFUNDED, State.EXPIRED})


class PledgeState(IntEnum):
    """How a pledge stands. Stored: never renumber."""

    OPEN = 0
    POSTED = 1
    WITHDRAWN = 2
    LAPSED = 3
    SPENT = 4
    RETURNED = 5


class Vote(IntEnum):
    """A reviewer's word. Stored: never renumber."""

    NONE = 0
    FOR = 1
    AGAINST = 2


class Bounty(NamedTuple):
    """A row of ``ledger_bounties``.

    Defaults: 5 of 7, and after a dispute the majority of 15 others. Of volunteers with 30 % colluders bad work needs 13
    of them on two disjoint panels; ``eclosion ledger simulate-bounties`` tells the figures.
    """

    id: int
    opener_id: int
    title: str
    body: str
    target: int
    deadline_ms: int
    quorum: int = 5
    panel: int = 7
    review_ms: int = 3 * DAY_MS
    window_ms: int = DAY_MS
    stake: int = 1
    runners: str = ""
    state: int = State.OPEN
    ends_ms: int = 0
    attempt: int = 0
    made_ms: int = 0

    @property
    def appeal(self) -> int:
        """How many judge after a dispute: more than twice as many, and odd."""
        return 2 * self.panel + 1


class Pledge(NamedTuple):
    """A row of ``ledger_bounty_pledges``. ``id`` is the pending transfer's."""

    id: int
    bounty_id: int
    agent_id: int
    amount: int
    state: int
    at_ms: int


class Volunteer(NamedTuple):
    """A row of ``ledger_bounty_volunteers``."""

    bounty_id: int
    agent_id: int
    stake_id: int


class Work(NamedTuple):
    """A row of ``ledger_bounty_works``: what was handed in, and what became of it."""

    bounty_id: int
    attempt: int
    agent_id: int
    owner_id: int
    artefact: bytes
    seed: bytes
    payout_id: int = 0
    disputer_id: int = 0
    dispute_id: int = 0
    report: str = ""
    runner: str = ""
    signature: str = ""
    at_ms: int = 0


class Seat(NamedTuple):
    """A row of ``ledger_bounty_seats``."""

    bounty_id: int
    attempt: int
    agent_id: int
    owner_id: int
    round: int
    vote: int = Vote.NONE
    at_ms: int = 0


class Root(NamedTuple):
    """Who answers for an agent, as whoever keeps accounts says; ``owner_id`` is 0 where nobody does."""

    owner_id: int
    strong: bool


Roots = Callable[[int], Root]
"""An agent's id to its root."""


def check_bounty(bounty: Bounty, now_ms: int) -> None:
    """Whether a bounty can be opened so.

    Raises:
        Invalid: it says what is wrong.
    """
    for name, text, most in (
        ("title", bounty.title, TITLE_CHARS_MAX),
        ("text", bounty.body, BODY_CHARS_MAX),
    ):
        if not text.strip() or len(text) > most or "\x00" in text:
            raise Invalid(f"The {name} must have 1 to {most:,} characters, without NUL.")
    if not 0 < bounty.target < AMOUNT_MAX or not 0 < bounty.stake < AMOUNT_MAX // PANEL_MOST // 4:
        raise Invalid("Target and stake are whole numbers of the smallest unit, above zero.")
    if not STAGE_LEAST_MS <= bounty.deadline_ms - now_ms <= DEADLINE_MOST_MS:
        raise Invalid("The deadline is at least a second and at most a year from now.")
    for span in (bounty.review_ms, bounty.window_ms):
        if not STAGE_LEAST_MS <= span <= DEADLINE_MOST_MS:
            raise Invalid("Times for reviews and disputes are from a second to a year.")
    if not 1 <= bounty.panel <= PANEL_MOST or not bounty.panel < 2 * bounty.quorum <= (
        2 * bounty.panel
    ):
        raise Invalid(f"A panel has 1 to {PANEL_MOST} seats; its quorum is more than half of it.")
    keys = bounty.runners.split(" ")
    if len(keys) > RUNNERS_MOST or not all(map(_is_key, keys)):
        raise Invalid(f"Name 1 to {RUNNERS_MOST} runners by their Ed25519 keys: 64 hex digits.")


def least_pledge(target: int, missing: int) -> int:
    """What a pledge has to be at least."""
    return min(-(-target // PLEDGES_MOST), missing)


def draw(seed: bytes, round_: int, agents: Iterable[int], seats: int) -> list[int]:
    """Who sits on a panel: those with the lowest SHA-256 of seed, round and id.

    Anybody can recompute it from the log and the list of those who could be drawn.
    """

    def ticket(agent_id: int) -> bytes:
        return hashlib.sha256(seed + bytes([round_]) + agent_id.to_bytes(8, "big")).digest()

    return sorted(agents, key=ticket)[:seats]


def needed(bounty: Bounty, round_: int, *, accepted: bool = False) -> int:
    """How many votes for it a panel has to give.

    First the quorum. After a dispute the majority of all seats, if the first panel had accepted; else the quorum's
    share of them: or a dispute of what was declined would be an easier way in than the first panel.
    """
    if round_ == 1:
        return bounty.quorum
    return bounty.appeal // 2 + 1 if accepted else -(-bounty.appeal * bounty.quorum // bounty.panel)


def decided(votes: Iterable[int], needed_count: int, seats_count: int) -> bool | None:
    """True: enough are for it; False: enough can no longer be; None: not yet."""
    cast = list(votes)
    if cast.count(Vote.FOR) >= needed_count:
        return True
    if seats_count - cast.count(Vote.AGAINST) < needed_count:
        return False
    return None


def shares(amount: int, weights: list[int]) -> list[int]:
    """An amount in proportion to weights, to the last unit: what rounding leaves goes to the first ones."""
    whole = sum(weights)
    found = [amount * weight // whole for weight in weights]
    for at in range(amount - sum(found)):
        found[at] += 1
    return found


def _is_key(text: str) -> bool:
    return len(text) == 2 * HASH_BYTES and all(c in "0123456789abcdef" for c in text)
