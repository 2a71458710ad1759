"""Ordinary trade, with everything in it that looks like a ring and is none.

Few sell much and many little (Zipf), buyers come back to the same sellers, subscriptions are uniform in amount and
time, a launch is a burst, suppliers buy from each other in circles, friends pay each other back to the last unit,
sellers give refunds, and owners fund agents of their own who then buy from the same place. Brokers pass on nearly all
that they earn within hours, so that their position hardly changes; partners barter at one price, about as much in both
directions; and newcomers without strong owners who registered in the same hours really trade among themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from eclosion.ledger.rings.bench.building import DAY_MS, SPAN_MS, START_MS, Growing

Array = npt.NDArray[Any]
WEAK_SHARE = 0.4
UNIT = 1_000_000


def live(grow: Growing, agents: int, transfers: int) -> None:
    """Honest accounts from 0 to ``agents``, and about so many transfers."""
    settle(grow, agents)
    sellers = grow.rng.permutation(agents)[: max(agents // 5, 10)]
    shop(grow, agents, sellers, int(transfers * 0.68))
    subscribe(grow, agents, sellers, int(transfers * 0.15))
    trade_mutually(grow, sellers, int(transfers * 0.07))
    supply(grow, sellers, max(agents // 150, 1))
    lend(grow, agents, int(transfers * 0.03))
    launch(grow, agents, sellers)
    fund(grow, max(agents // 100, 2), sellers)
    resell(grow, agents, sellers, max(agents // 40, 2))
    barter(grow, agents, max(agents // 100, 2))
    meet(grow, max(agents // 400, 2))


def settle(grow: Growing, agents: int) -> None:
    """Accounts: some with an owner of their own, some of one with several, some of nobody."""
    owner, left, strong, claimed, joined = 0, 0, False, False, 0
    for _ in range(agents):
        if left <= 0:
            owner, left = grow.own(), int(grow.rng.zipf(2.5))
            strong = grow.rng.random() > WEAK_SHARE
            claimed = strong or grow.rng.random() < 0.6
            joined = START_MS - int(grow.rng.exponential(60) * DAY_MS)
        left -= 1
        grow.join(
            owner if claimed else -1, joined + int(grow.rng.exponential(DAY_MS)), strong=strong
        )


def shop(grow: Growing, agents: int, sellers: Array, count: int) -> None:
    """Purchases at each seller's few prices; half of them at sellers that the buyer knows."""
    rng = grow.rng
    buyers = _zipf(grow, agents, count, 0.9)
    favourites = sellers[_zipf(grow, len(sellers), agents * 3, 1.1)].reshape(agents, 3)
    known = favourites[buyers, rng.integers(0, 3, count)]
    where = np.where(rng.random(count) < 0.6, known, sellers[_zipf(grow, len(sellers), count, 1.1)])
    prices = np.exp(rng.normal(-1.5, 1.2, (agents, 3))) * UNIT
    cost = np.round(prices[where, rng.integers(0, 3, count)], -4) + 10_000
    at = START_MS + rng.random(count) * SPAN_MS
    grow.pay(buyers, where, cost, at, sold=True)
    back = rng.random(count) < 0.01
    grow.pay(where[back], buyers[back], cost[back], at[back] + 0.2 * DAY_MS, sold=False)


def subscribe(grow: Growing, agents: int, sellers: Array, count: int) -> None:
    """The same amount at the same hour each day."""
    for _ in range(max(count // 30, 1)):
        seller = sellers[int(grow.rng.zipf(1.5)) % len(sellers)]
        at = START_MS + grow.rng.random() * DAY_MS + np.arange(30) * DAY_MS
        grow.pay(grow.rng.integers(agents), seller, 50_000, at, sold=True)


def trade_mutually(grow: Growing, sellers: Array, count: int) -> None:
    """Two sellers who need each other's work, each at its own prices."""
    for _ in range(max(count // 24, 1)):
        one, other = grow.rng.choice(sellers, 2, replace=False)
        for payer, payee in ((one, other), (other, one)):
            many = int(grow.rng.integers(4, 21))
            cost = np.exp(grow.rng.normal(-1.0, 1.0)) * UNIT * grow.rng.uniform(0.9, 1.1, many)
            grow.pay(payer, payee, cost, _times(grow, many), sold=True)


def supply(grow: Growing, sellers: Array, circles: int) -> None:
    """Three who each buy from the next: a circle of trade, not of the same money."""
    for _ in range(circles):
        three = grow.rng.choice(sellers, 3, replace=False)
        for payer, payee in zip(three, np.roll(three, -1), strict=True):
            many = int(grow.rng.integers(5, 30))
            cost = np.exp(grow.rng.normal(-1.0, 0.8)) * UNIT * grow.rng.uniform(0.8, 1.2, many)
            grow.pay(payer, payee, cost, _times(grow, many), sold=True)


def lend(grow: Growing, agents: int, count: int) -> None:
    """Friends lend each other something and get it back within days, exactly."""
    for _ in range(max(count // 6, 1)):
        one, other = grow.rng.integers(agents, size=2)
        if one == other:
            continue
        many = int(grow.rng.integers(1, 6))
        lent = np.exp(grow.rng.normal(-1, 1, many)) * UNIT
        at = _times(grow, many)
        grow.pay(one, other, lent, at, sold=False)
        grow.pay(other, one, lent, at + grow.rng.exponential(2, many) * DAY_MS, sold=False)


def launch(grow: Growing, agents: int, sellers: Array) -> None:
    """A new thing that many buy within an hour, all at one price."""
    many = min(agents // 8, 400)
    buyers = grow.rng.choice(agents, many, replace=False)
    at = START_MS + grow.rng.random() * SPAN_MS + grow.rng.random(many) * 3_600_000
    grow.pay(buyers, sellers[0], 200_000, at, sold=True)


def fund(grow: Growing, owners: int, sellers: Array) -> None:
    """An owner's first agent funds the others, and they all buy at one place; some of what is left goes back."""
    for _ in range(owners):
        owner, strong = grow.own(), bool(grow.rng.random() > WEAK_SHARE)
        joined = START_MS - int(grow.rng.exponential(20) * DAY_MS)
        fleet = [
            grow.join(owner, joined, strong=strong) for _ in range(int(grow.rng.integers(4, 12)))
        ]
        seller = grow.rng.choice(sellers)
        for agent in fleet[1:]:
            at = _times(grow, 4)
            grow.pay(fleet[0], agent, UNIT, at, sold=False)
            grow.pay(agent, seller, 90_000, _times(grow, 20), sold=True)
            grow.pay(agent, fleet[0], UNIT * grow.rng.uniform(0.1, 0.6), at[-1:], sold=False)


def resell(grow: Growing, agents: int, sellers: Array, brokers: int) -> None:
    """Brokers who sell on what they buy: for each order they pay a supplier soon, and keep a few hundredths."""
    for _ in range(brokers):
        broker = grow.rng.integers(agents)
        suppliers = grow.rng.choice(sellers, 2, replace=False)
        customers = grow.rng.integers(agents, size=4)
        many = int(grow.rng.integers(15, 60))
        at, cost = _times(grow, many), np.exp(grow.rng.normal(-1, 0.8, many)) * UNIT
        grow.pay(customers[grow.rng.integers(0, 4, many)], broker, cost, at, sold=True)
        later = at + grow.rng.random(many) * DAY_MS / 4
        kept = grow.rng.uniform(0.88, 0.99, many)
        grow.pay(broker, suppliers[grow.rng.integers(0, 2, many)], cost * kept, later, sold=True)


def barter(grow: Growing, agents: int, partners: int) -> None:
    """Two who buy from each other at the same price, about as often."""
    for _ in range(partners):
        one, other = grow.rng.choice(agents, 2, replace=False)
        price, many = np.exp(grow.rng.normal(-1, 0.7)) * UNIT, int(grow.rng.integers(5, 20))
        for payer, payee in ((one, other), (other, one)):
            often = max(many + int(grow.rng.integers(-3, 4)), 1)
            grow.pay(payer, payee, price, _times(grow, often), sold=True)


def meet(grow: Growing, circles: int) -> None:
    """Newcomers of one evening, most of them with weak owners, who buy from each other what they need."""
    for _ in range(circles):
        since = START_MS + grow.rng.random() * 5 * DAY_MS
        many = int(grow.rng.integers(8, 20))
        crowd = np.array(
            [
                grow.join(
                    grow.own(),
                    int(since + grow.rng.random() * 4 * 3_600_000),
                    strong=bool(grow.rng.random() < 0.3),
                )
                for _ in range(many)
            ]
        )
        count = many * 12
        sells = crowd[_zipf(grow, many, count, 0.7)]
        buys = crowd[grow.rng.integers(0, many, count)]
        cost = np.exp(grow.rng.normal(-1.2, 0.8, count)) * UNIT
        at = since + DAY_MS + grow.rng.random(count) * 24 * DAY_MS
        grow.pay(buys, sells, cost, at, sold=True)


def _times(grow: Growing, many: int) -> Array:
    return START_MS + np.sort(grow.rng.random(many)) * SPAN_MS


def _zipf(grow: Growing, size: int, count: int, power: float) -> Array:
    """Places below ``size``, the first ones much more often."""
    weight = 1 / np.arange(1, size + 1) ** power
    return np.searchsorted(np.cumsum(weight / weight.sum()), grow.rng.random(count)).clip(
        0, size - 1
    )
