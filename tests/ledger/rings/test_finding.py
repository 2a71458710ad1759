"""Rings on small graphs that anybody can follow by hand."""

import numpy as np

from eclosion.ledger.rings.cycles import find_cycles
from eclosion.ledger.rings.finding import find_rings, put_in_words
from eclosion.ledger.rings.flows import Flows, Holders, pair_up, passed_on
from eclosion.ledger.rings.scoring import weigh

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def flows(*paid: tuple[int, int, int, int]) -> Flows:
    """Payments as (payer, payee, amount, at), all of them purchases."""
    rows = sorted(paid, key=lambda one: one[3])
    payer, payee, amount, at_ms = (
        np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
    )
    return Flows(payer, payee, amount, at_ms, np.ones(len(rows), dtype=np.bool_))


def holders(size: int, *, strong: bool = False) -> Holders:
    """Accounts of as many owners, who all joined in the first hour."""
    return Holders(np.arange(size), np.full(size, strong), np.arange(size, dtype=np.int64) * 60_000)


def round_trips(
    *way: int, times: int = 20, amount: int = 1_000_000
) -> list[tuple[int, int, int, int]]:
    """An amount goes along the way and back to its start, so many times, an hour for each hop."""
    hops = list(zip(way, (*way[1:], way[0]), strict=True))
    return [
        (payer, payee, amount, turn * DAY_MS + hop * HOUR_MS)
        for turn in range(times)
        for hop, (payer, payee) in enumerate(hops)
    ]


def shopping(first: int, seller: int, count: int) -> list[tuple[int, int, int, int]]:
    """So many accounts each buy three times from one seller."""
    return [
        (first + n, seller, 50_000 + n, (n * 7 + turn) * HOUR_MS)
        for n in range(count)
        for turn in range(3)
    ]


def test_ring_is_found_with_its_members_and_figures() -> None:
    made = flows(*round_trips(0, 1, 2), *shopping(4, 3, 40))
    found = find_rings(holders(44), weigh(made, holders(44)))
    assert [ring.members for ring in found] == [(0, 1, 2)]
    evidence = found[0].evidence
    assert evidence.transfers == 60
    assert evidence.worth == 60_000_000
    assert evidence.returned == 1.0
    assert evidence.closed == 1.0
    assert evidence.change == 0.0
    assert evidence.uniform == 1.0
    assert evidence.weak == 3
    assert found[0].score > 0.9
    words = put_in_words(evidence, 3)
    assert words[0] == "3 agents made 60 payments to each other in 19.1 days."
    assert words[1] == "100% of what was paid came back to its payer within four hops."


def test_shopping_is_no_ring() -> None:
    made = flows(*shopping(4, 3, 40), (3, 0, 900_000, DAY_MS), (0, 1, 20_000, 2 * DAY_MS))
    assert find_rings(holders(44), weigh(made, holders(44))) == []


def test_two_friends_who_pay_back_twice_are_no_ring() -> None:
    made = flows(*round_trips(0, 1, times=2), *shopping(4, 3, 40))
    assert find_rings(holders(44), weigh(made, holders(44))) == []


def test_cycle_is_found_once_from_whichever_pair() -> None:
    pairs = pair_up(flows(*round_trips(0, 1, 2, 3)), 4)
    cycles = find_cycles(pairs, 4)
    assert cycles.links.shape == (1, 4)
    assert cycles.weakest.tolist() == [20_000_000]
    assert cycles.tight.tolist() == [1.0] * 4


def test_fan_out_and_fan_in_explain_the_sum_that_goes_back() -> None:
    """Fifty buyers of one funder pay one seller, who pays the funder in one sum."""
    made = [(0, n, 100, n) for n in range(2, 52)] + [(n, 1, 100, 100 + n) for n in range(2, 52)]
    pairs = pair_up(flows(*made, (1, 0, 5_000, 1_000)), 52)
    assert find_cycles(pairs, 52).returned.tolist() == [1.0] * 101


def test_small_payment_over_a_busy_way_explains_little_of_it() -> None:
    pairs = pair_up(flows((0, 1, 10, 1), (1, 2, 10_000, 2), (2, 0, 10_000, 3)), 3)
    cycles = find_cycles(pairs, 3)
    assert cycles.returned.tolist() == [1.0, 0.001, 0.001]
    assert cycles.tight.tolist() == [0.001] * 3


def test_five_hops_are_not_looked_at() -> None:
    """A known evasion (docs/threat-model.md)."""
    assert len(find_cycles(pair_up(flows(*round_trips(0, 1, 2, 3, 4)), 5), 5).links) == 0


def test_money_that_is_passed_on_soon_is_seen() -> None:
    made = flows((0, 1, 1_000, 0), (1, 2, 980, HOUR_MS), (2, 3, 300, 2 * HOUR_MS))
    assert passed_on(made, DAY_MS).tolist() == [1.0, 0.0, 0.0]


def test_nothing_gives_no_rings() -> None:
    empty = np.empty(0, dtype=np.int64)
    none = Flows(empty, empty, empty, empty, np.empty(0, dtype=np.bool_))
    assert find_rings(holders(2), weigh(none, holders(2))) == []
