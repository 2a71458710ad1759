"""What is looked at: posted transfers as arrays, who stands behind the accounts, and transfers summed up by pair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Holders(NamedTuple):
    """Accounts, each by its place in these arrays.

    Attributes:
        owner: whose it is, in numbers that mean nothing else; below 0 where nobody answers for it.
        strong: whether its owner has a strong root.
        joined_ms: when it was registered.
    """

    owner: Ints
    strong: Bools
    joined_ms: Ints


class Flows(NamedTuple):
    """Transfers that were posted, in order of time; ``payer`` and ``payee`` are places in ``Holders``.

    ``amount`` is in the smallest unit and above zero; ``sold`` tells purchases from other payments.
    """

    payer: Ints
    payee: Ints
    amount: Ints
    at_ms: Ints
    sold: Bools


class Pairs(NamedTuple):
    """Who paid whom, all transfers of a pair taken together, in order of ``key``; ``number`` is how many they are.

    ``of_transfer`` says for each transfer to which pair it belongs; ``modal`` is the share of the pair's transfers that
    have its commonest amount; ``burst`` that of its busiest hour.
    """

    key: Ints
    payer: Ints
    payee: Ints
    worth: Floats
    number: Ints
    sold: Floats
    first_ms: Ints
    last_ms: Ints
    modal: Floats
    burst: Floats
    of_transfer: Ints
    paid: Floats
    earned: Floats


HOUR_MS = 3_600_000


def pair_up(flows: Flows, size: int) -> Pairs:
    """Sum up transfers by payer and payee, among ``size`` accounts. Nobody pays themselves."""
    keys = flows.payer * size + flows.payee
    key, inverse, count = np.unique(keys, return_inverse=True, return_counts=True)
    many = len(key)
    amount = flows.amount.astype(np.float64)
    payer, payee = key // size, key % size
    worth = _sum(inverse, amount, many)
    first = np.full(many, np.iinfo(np.int64).max)
    last = np.zeros(many, dtype=np.int64)
    np.minimum.at(first, inverse, flows.at_ms)
    np.maximum.at(last, inverse, flows.at_ms)
    return Pairs(
        key,
        payer,
        payee,
        worth,
        count.astype(np.int64),
        _sum(inverse, flows.sold.astype(np.float64), many) / count,
        first,
        last,
        _commonest(inverse, flows.amount, count),
        _commonest(inverse, flows.at_ms // HOUR_MS, count),
        inverse.astype(np.int64),
        _sum(payer, worth, size),
        _sum(payee, worth, size),
    )


def _sum(place: Ints, value: Floats, size: int) -> Floats:
    """The sum of the values at each place."""
    return np.bincount(place, value, size).astype(np.float64)


def _commonest(inverse: Ints, value: Ints, count: Ints) -> Floats:
    """For each pair the share of its transfers that have its commonest value."""
    order = np.lexsort((value, inverse))
    pair, sorted_value = inverse[order], value[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (pair[1:] != pair[:-1]) | (sorted_value[1:] != sorted_value[:-1])
    starts = np.flatnonzero(new)
    runs = np.diff(np.append(starts, len(order)))
    most = np.zeros(len(count), dtype=np.int64)
    np.maximum.at(most, pair[starts], runs)
    return most / count


def passed_on(flows: Flows, within_ms: int, looked_at: int = 4) -> Floats:
    """For each transfer 1.0 where its payee soon pays on about as much as came, else 0.0.

    About: 0.8 to 1.02 of it, in one of the next ``looked_at`` payments, so that a fee or a little noise hides nothing.
    """
    origin = int(flows.at_ms[0]) if len(flows.at_ms) else 0
    at = flows.at_ms - origin
    span = int(at[-1]) + within_ms + 2 if len(at) else 1
    order = np.lexsort((at, flows.payer))
    when = flows.payer[order] * span + at[order]
    amounts = flows.amount[order]
    begin = np.searchsorted(when, flows.payee * span + at, side="right")
    until = flows.payee * span + at + within_ms
    found = np.zeros(len(at), dtype=np.bool_)
    for step in range(looked_at):
        place = np.minimum(begin + step, len(when) - 1)
        ratio = amounts[place] / np.maximum(flows.amount, 1)
        there = (begin + step < len(when)) & (when[place] <= until)
        found |= there & (ratio >= 0.8) & (ratio <= 1.02)
    return found.astype(np.float64)
