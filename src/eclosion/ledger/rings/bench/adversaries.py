"""Thirteen ways to make trade out of nothing. All get the money back: otherwise it would cost them what it pretends.

Members are new accounts unless a family takes old ones; how they are owned differs by family. A round passes an amount
along a way and loses up to 2 % at each hop, as fees or pocket money.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eclosion.ledger.rings.bench.building import DAY_MS, SPAN_MS, START_MS, Growing

UNIT = 1_000_000
HOUR_MS = 3_600_000


def simple_cycle(grow: Growing, _honest: int) -> None:
    """Three or four pass an amount round, again and again within days."""
    members = _weak(grow, int(grow.rng.integers(3, 5)))
    ring = grow.plant("simple_cycle", members)
    _rounds(grow, members, ring, rounds=20, hours=1, jitter=0.05, days=6)


def pair(grow: Growing, _honest: int) -> None:
    """Two who buy from each other all the time."""
    members = _weak(grow, 2)
    ring = grow.plant("pair", members)
    _rounds(grow, members, ring, rounds=25, hours=3, jitter=0.2, days=15)


def star(grow: Growing, _honest: int) -> None:
    """Many buy from one; it pays a funder, who pays them for it."""
    seller, funder, *buyers = members = _weak(grow, int(grow.rng.integers(10, 30)))
    _fan(grow, grow.plant("star", members), seller, funder, buyers, rounds=4)


def layered(grow: Growing, _honest: int) -> None:
    """Each round goes through two fresh accounts and back to the seller's friend."""
    buyer, seller = _weak(grow, 2, fresh=False)
    layers = _weak(grow, 8)
    ring = grow.plant("layered", [buyer, seller, *layers])
    for turn in range(24):
        way = [buyer, seller, layers[turn % 4], layers[4 + turn % 4]]
        _rounds(grow, way, ring, rounds=1, hours=2, jitter=0.1, days=20)


def uniform(grow: Growing, _honest: int) -> None:
    """Exactly the same amount, at every hour of a day."""
    members = _weak(grow, int(grow.rng.integers(3, 5)))
    ring = grow.plant("uniform", members)
    _rounds(grow, members, ring, rounds=24, hours=0.5, jitter=0, days=1, fee=0)


def jittered(grow: Growing, _honest: int) -> None:
    """Amounts differ by half, and days pass between the hops."""
    members = _weak(grow, int(grow.rng.integers(3, 5)))
    ring = grow.plant("jittered", members)
    for payer, payee in zip(members, [*members[1:], members[0]], strict=True):
        many = int(grow.rng.integers(12, 20))
        much = UNIT * 0.6 * grow.rng.uniform(0.5, 1.5, many)
        grow.pay(
            payer, payee, much, START_MS + grow.rng.random(many) * SPAN_MS, sold=True, ring=ring
        )


def slow(grow: Growing, _honest: int) -> None:
    """Five rounds in a month."""
    members = _weak(grow, int(grow.rng.integers(3, 5)))
    _rounds(grow, members, grow.plant("slow", members), rounds=5, hours=40, jitter=0.15, days=22)


def mixed(grow: Growing, honest: int) -> None:
    """Most of what the members do is real trade, up to nine tenths."""
    members = _old(grow, int(grow.rng.integers(3, 5)))
    ring = grow.plant("mixed", members)
    _rounds(grow, members, ring, rounds=15, hours=3, jitter=0.1, days=18)
    _trade(grow, members, honest, share=grow.rng.uniform(0.6, 0.9), washed=15)


def sybils(grow: Growing, _honest: int, count: int = 200) -> None:
    """One owner's agents each buy once or twice from one seller, who gives the money back by way of one of them."""
    owner = grow.own()
    joined = int(START_MS + grow.rng.random() * 10 * DAY_MS)
    seller = grow.join(grow.own(), joined, strong=True)
    fleet = [grow.join(owner, joined + n * 30_000, strong=False) for n in range(count)]
    ring = grow.plant("sybils", [seller, *fleet])
    _fan(grow, ring, seller, fleet[0], fleet[1:], rounds=2)


def shared(grow: Growing, _honest: int) -> None:
    """Two rings that share two members."""
    members = _weak(grow, 6)
    for half in (members[:4], [members[0], members[2], *members[4:]]):
        ring = grow.plant("shared", half)
        _rounds(grow, half, ring, rounds=15, hours=4, jitter=0.1, days=15)


def weak_owners(grow: Growing, honest: int) -> None:
    """Old accounts, each of a different owner with a weak root, that trade a little elsewhere too."""
    members = _old(grow, int(grow.rng.integers(3, 5)))
    ring = grow.plant("weak_owners", members)
    _rounds(grow, members, ring, rounds=18, hours=6, jitter=0.1, days=20)
    _trade(grow, members, honest, share=0.3, washed=18)


def hidden(grow: Growing, honest: int) -> None:
    """Old accounts of strong owners: nineteen twentieths of what they do is real, and days pass between the hops."""
    members = [
        grow.join(grow.own(), START_MS - int(grow.rng.exponential(60) * DAY_MS), strong=True)
        for _ in range(int(grow.rng.integers(3, 5)))
    ]
    ring = grow.plant("hidden", members)
    _rounds(grow, members, ring, rounds=12, hours=30, jitter=0.3, days=20, fee=0.1)
    _trade(grow, members, honest, share=0.95, washed=12)


def long(grow: Growing, _honest: int) -> None:
    """Six hops, where only four are looked at."""
    members = _weak(grow, 6)
    _rounds(grow, members, grow.plant("long", members), rounds=20, hours=3, jitter=0.1, days=15)


Plant = Callable[[Growing, int], None]
TUNING: tuple[Plant, ...] = (simple_cycle, pair, star, layered, uniform, mixed)
"""Families that weights and threshold may know."""

HELD_OUT: tuple[Plant, ...] = (jittered, slow, sybils, shared, weak_owners)
"""Families that only the report sees."""

EVASIVE: tuple[Plant, ...] = (hidden, long)
"""Families made to evade exactly this detector; also held out, and told apart from the others."""


def _weak(grow: Growing, count: int, *, fresh: bool = True) -> list[int]:
    """Accounts of nobody, or of owners with weak roots; fresh ones joined together."""
    since = START_MS + grow.rng.random() * 5 * DAY_MS if fresh else START_MS - 30 * DAY_MS
    apart = HOUR_MS if fresh else 20 * DAY_MS
    return [
        grow.join(
            grow.own() if grow.rng.random() < 0.6 else -1,
            int(since + grow.rng.random() * apart),
            strong=bool(grow.rng.random() < 0.1),
        )
        for _ in range(count)
    ]


def _old(grow: Growing, count: int) -> list[int]:
    """Accounts that have been there for long, each of an owner of its own."""
    return [
        grow.join(
            grow.own(),
            START_MS - int(grow.rng.exponential(60) * DAY_MS),
            strong=bool(grow.rng.random() < 0.3),
        )
        for _ in range(count)
    ]


def _rounds(
    grow: Growing,
    way: Sequence[int],
    ring: int,
    *,
    rounds: int,
    hours: float,
    jitter: float,
    days: float,
    fee: float = 0.02,
) -> None:
    """An amount goes round so many times, up to so many hours at each hop."""
    rng = grow.rng
    much = np.exp(rng.normal(-0.5, 0.5)) * UNIT * (1 + jitter * rng.uniform(-1, 1, rounds))
    at = START_MS + 5 * DAY_MS + np.sort(rng.random(rounds)) * days * DAY_MS
    for payer, payee in zip(way, [*way[1:], way[0]], strict=True):
        grow.pay(payer, payee, much, at, sold=bool(rng.random() < 0.8), ring=ring)
        much = much * (1 - fee * rng.random(rounds))
        at = at + (0.05 + rng.random(rounds)) * hours * HOUR_MS


def _fan(
    grow: Growing, ring: int, seller: int, funder: int, buyers: Sequence[int], rounds: int
) -> None:
    """Fan-out from a funder, fan-in at a seller, and the sum goes back to the funder."""
    rng, each = grow.rng, np.array(buyers)
    for _ in range(rounds):
        at = START_MS + 5 * DAY_MS + rng.random() * 18 * DAY_MS
        much = UNIT * 0.3 * rng.uniform(0.9, 1.1, len(each))
        grow.pay(funder, each, much, at + rng.random(len(each)) * HOUR_MS, sold=False, ring=ring)
        later = at + (1 + rng.random(len(each)) * 5) * HOUR_MS
        grow.pay(each, seller, much * 0.99, later, sold=True, ring=ring)
        grow.pay(seller, funder, much.sum() * 0.98, at + 7 * HOUR_MS, sold=False, ring=ring)


def _trade(grow: Growing, members: Sequence[int], honest: int, share: float, washed: int) -> None:
    """Real trade with honest accounts: so large a share of what the members do, mostly in one direction for each."""
    both = int(2 * washed * share / (1 - share))
    for member in members:
        bought = int(both * grow.rng.uniform(0.1, 0.9))
        for buys, many in ((True, bought), (False, both - bought)):
            others = grow.rng.integers(honest, size=many)
            much = np.exp(grow.rng.normal(-0.7, 0.6, many)) * UNIT
            at = START_MS + grow.rng.random(many) * SPAN_MS
            one, other = (member, others) if buys else (others, member)
            grow.pay(one, other, much, at, sold=True)
