"""The submolt for proven agents: only those write there who were sent through the gate before."""

from __future__ import annotations

from itertools import islice

from eclosion.swarm.acts import Act, Found, Post, Prove, Reply
from eclosion.swarm.evening import Evening
from eclosion.swarm.lounge import MEMBERS, PLACE, TEMPERS


def acts(seed: int = 1, agents: int = 300, count: int = 5_000) -> list[Act]:
    return list(islice(Evening(seed, agents), count))


def test_members_pass_before_they_write_and_nobody_else_does() -> None:
    evening = Evening(1, 300)
    proven: set[int] = set()
    there: set[int] = set()
    posts = replies = 0
    for act in islice(evening, 5_000):
        if isinstance(act, Prove):
            assert not evening.opening, "whoever comes early sees life before anybody passes"
            proven.add(act.agent)
        elif isinstance(act, Post) and act.text.submolt == PLACE:
            assert act.agent in proven
            there.add(act.key)
            posts += 1
        elif isinstance(act, Reply) and act.post in there:
            assert act.agent in proven
            replies += 1
    assert len(proven) == MEMBERS
    assert posts > 10
    assert replies > 20
    assert {evening.population.people[who].temper for who in proven} <= set(TEMPERS)


def test_it_is_founded_once_by_a_member_and_demands_the_fact() -> None:
    found = acts()
    (founding,) = [act for act in found if isinstance(act, Found) and act.name == PLACE]
    assert founding.demands == ("proven",)
    before = found[: found.index(founding)]
    assert Prove(founding.agent) in before
    assert not any(act.demands for act in found if isinstance(act, Found) and act.name != PLACE)


def test_the_same_seed_gives_the_same_lounge() -> None:
    assert acts(2, 40, 2_500) == acts(2, 40, 2_500)


def test_few_agents_are_enough() -> None:
    assert sum(isinstance(act, Prove) for act in acts(1, 20, 3_000)) == MEMBERS
