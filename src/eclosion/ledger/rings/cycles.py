"""Value that returns within four hops.

For each pair the heaviest way back from payee to payer is looked for, among the payees that matter most at each hop,
so that the work is bounded: pairs x ``REACH`` squared lookups, in chunks. A cycle that several of its pairs find is one
cycle. What returns over a pair is the sum of its cycles' weakest links, at most what went over it. A pair is tight as
far as *all* links of one of its cycles are explained by returning value: a small payment that could have returned over
a busy pair explains nothing of the busy one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eclosion.ledger.rings.flows import Bools, Floats, Ints, Pairs

REACH = 8
CHUNK = 32_768
HOPS_MOST = 4


class Cycles(NamedTuple):
    """What returns.

    Attributes:
        links: of each cycle, the places of its pairs; -1 where it has fewer than four.
        weakest: of each cycle, the least that went over a pair of it.
        returned: of each pair, the share of its worth that returned, 0 to 1.
        tight: of each pair, how well its best cycle is explained, 0 to 1.
        best: of each pair, the place of that cycle, or -1.
    """

    links: Ints
    weakest: Floats
    returned: Floats
    tight: Floats
    best: Ints


def find_cycles(pairs: Pairs, size: int, reach: int = REACH) -> Cycles:
    """Cycles of two to four hops; the heaviest of each length through each pair that one begins with."""
    payees = _payees(pairs, size, reach)
    alive = _can_return(pairs, size)
    start = np.flatnonzero(alive)
    found = [
        _from(pairs, size, payees, start[at : at + CHUNK]) for at in range(0, len(start), CHUNK)
    ]
    links = np.concatenate(found) if found else np.empty((0, HOPS_MOST), dtype=np.int64)
    links = _distinct(links)
    inside = np.where(links >= 0, pairs.worth[links], np.inf)
    weakest = inside.min(axis=1) if len(links) else np.empty(0)
    many = len(pairs.key)
    there = links >= 0
    flow = np.bincount(links[there], np.broadcast_to(weakest[:, None], links.shape)[there], many)
    returned = np.minimum(flow / pairs.worth, 1.0)
    explained = np.where(there, returned[links], 1.0).min(axis=1) if len(links) else np.empty(0)
    tight, best = np.zeros(many), np.full(many, -1, dtype=np.int64)
    for hop in range(HOPS_MOST):
        rows = np.flatnonzero(there[:, hop])
        np.maximum.at(tight, links[rows, hop], explained[rows])
    for hop in range(HOPS_MOST):
        rows = np.flatnonzero(there[:, hop])
        rows = rows[explained[rows] >= tight[links[rows, hop]]]
        best[links[rows, hop]] = rows
    return Cycles(links, weakest, returned, tight, best)


def _can_return(pairs: Pairs, size: int) -> Bools:
    """Pairs that may lie on a cycle: those whose ends both pay and are paid, over and over until nothing changes."""
    alive = np.ones(len(pairs.key), dtype=np.bool_)
    while True:
        pays = np.bincount(pairs.payer[alive], minlength=size) > 0
        earns = np.bincount(pairs.payee[alive], minlength=size) > 0
        kept = alive & earns[pairs.payer] & pays[pairs.payee]
        if kept.sum() == alive.sum():
            return kept
        alive = kept


def _payees(pairs: Pairs, size: int, reach: int) -> Ints:
    """For each account the pairs over which it pays what matters most to both ends; -1 where there are fewer."""
    matters = pairs.worth / np.sqrt(pairs.paid[pairs.payer] * pairs.earned[pairs.payee])
    order = np.lexsort((-matters, pairs.payer))
    payer = pairs.payer[order]
    rank = np.arange(len(order)) - np.searchsorted(payer, payer)
    kept = rank < reach
    table = np.full((size, reach), -1, dtype=np.int64)
    table[payer[kept], rank[kept]] = order[kept]
    return table


def _from(pairs: Pairs, size: int, payees: Ints, start: Ints) -> Ints:
    """Cycles that begin with these pairs: of two, three and four hops the heaviest of each."""
    payer, payee = pairs.payer[start], pairs.payee[start]
    none = np.full(len(start), -1, dtype=np.int64)
    back = _pair(pairs, payee * size + payer)
    two = np.stack([start, back, none, none], axis=1)[back >= 0]
    second = payees[payee]
    over = np.where(second >= 0, pairs.payee[second], -1)
    third = _close(pairs, size, over, payer)
    third[over == payer[:, None]] = -1
    worth = np.where(third >= 0, np.minimum(pairs.worth[second], pairs.worth[third]), 0.0)
    three = _heaviest(worth, start, second, third, none)
    further = np.where(over[:, :, None] >= 0, payees[over], -1)
    last = np.where(further >= 0, pairs.payee[further], -1)
    closing = _close(pairs, size, last.reshape(len(start), -1), payer).reshape(last.shape)
    around = (over == payer[:, None])[:, :, None] | (last == payer[:, None, None])
    closing[around | (last == payee[:, None, None])] = -1
    worth = np.where(
        closing >= 0,
        np.minimum(
            np.minimum(pairs.worth[second][:, :, None], pairs.worth[further]), pairs.worth[closing]
        ),
        0.0,
    )
    flat = (len(start), -1)
    seconds = np.broadcast_to(second[:, :, None], further.shape).reshape(flat)
    four = _heaviest(
        worth.reshape(flat), start, seconds, further.reshape(flat), closing.reshape(flat)
    )
    return np.concatenate([two, three, four])


def _heaviest(worth: Floats, start: Ints, second: Ints, third: Ints, fourth: Ints) -> Ints:
    """Of the ways back in each row the one whose weakest link is the strongest, where there is any."""
    pick = worth.argmax(axis=1)
    rows = np.flatnonzero(worth[np.arange(len(start)), pick] > 0)
    at = pick[rows]
    end = fourth[rows, at] if fourth.ndim > 1 else fourth[rows]
    return np.stack([start[rows], second[rows, at], third[rows, at], end], axis=1)


def _close(pairs: Pairs, size: int, payer: Ints, payee: Ints) -> Ints:
    """The pairs from these payers, a row for each payee; -1 where there is none."""
    keys = np.where(payer >= 0, payer * size + payee[:, None], -1)
    return _pair(pairs, keys)


def _pair(pairs: Pairs, keys: Ints) -> Ints:
    place = np.minimum(np.searchsorted(pairs.key, keys), len(pairs.key) - 1)
    return np.where(pairs.key[place] == keys, place, -1)


def _distinct(links: Ints) -> Ints:
    """Each cycle once, whichever of its pairs it was found from."""
    if not len(links):
        return links
    return np.unique(-np.sort(-links, axis=1), axis=0)
