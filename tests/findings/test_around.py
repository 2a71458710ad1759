"""What surrounds findings: what is told outside, what is forgotten, and what the queries cost."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import apsw
import pytest

from eclosion.app.consumers import make_dispatcher
from eclosion.app.house import SOURCES, House, open_house
from eclosion.app.settings import Data, Settings
from eclosion.app.telling import tell
from eclosion.findings import service
from eclosion.kernel.finding import Severity
from eclosion.kernel.ids import ID_MAX
from eclosion.network.service import moderation, posts
from eclosion.network.service.moderation import Judge
from eclosion.store import Catalogue
from tests.feeds import found, publish
from tests.happened import happened
from tests.house import again, join
from tests.raising import ROT13, decide, raise_on

COUNTERS = {"fullscan": "SQLITE_STMTSTATUS_FULLSCAN_STEP", "sort": "SQLITE_STMTSTATUS_SORT"}


def told_of(house: House) -> list[tuple[str, dict[str, Any]]]:
    """The events about findings that the outside is told."""
    events = happened(house)

    def work(unit: Any) -> Any:
        return tell(house.network, unit, events)

    return [
        (one.type, dict(one.facts))
        for one in house.store.read_now(work)
        if one is not None and one.type.startswith("finding.")
    ]


def test_only_what_marks_is_told_and_never_in_words(house: House) -> None:
    join(house.store, house.network, "ada")
    found(house, "general")
    post = publish(house, "ada", "general", "Hello")
    raise_on(house, "post", post.id, rule="mild", severity=Severity.LOW)
    row = raise_on(house, "post", post.id).row
    assert row is not None
    decide(house, row, right=False)
    told = told_of(house)
    assert [kind for kind, _ in told] == ["finding.raised", "finding.dismissed"]
    assert {facts["rule"] for _, facts in told} == {ROT13.rule}
    assert "dock" not in str(told)


@pytest.mark.parametrize("by", ["author", "operator"])
def test_an_authors_deletion_blanks_the_words_a_removal_keeps_them(house: House, by: str) -> None:
    """Whoever must judge a removed post still needs them."""
    ada = join(house.store, house.network, "ada")
    found(house, "general")
    post = publish(house, "ada", "general", "Hello")
    row = raise_on(house, "post", post.id).row
    assert row is not None
    ada, net = again(house.store, house.network, ada.id), house.network
    if by == "author":
        house.store.write_now(lambda unit: posts.delete_post(unit, ada, post.id))
    else:
        judge = Judge("olga", house.clock.now_ms())
        house.store.write_now(
            lambda unit: moderation.remove(net, unit, judge, "post", post.id, "spam")
        )
    asyncio.run(make_dispatcher(house).catch_up())
    kept = house.store.read_now(lambda unit: service.get_finding(unit, row.id))
    assert bool(kept.evidence) is (by == "operator")


def test_hot_queries_neither_scan_nor_sort(tmp_path: Path) -> None:
    """The queue, the labels of a page and an agent's findings cost what they show. SQLite counts for both."""
    data = Data(dir=str(tmp_path / "data"), key_file=str(tmp_path / "keys"))
    house = open_house(Settings(data=data))
    join(house.store, house.network, "ada")
    found(house, "general")
    made = [publish(house, "ada", "general", f"Hello {n}") for n in range(30)]
    for post in made:
        raise_on(house, "post", post.id)
    queries = Catalogue(SOURCES, "sqlite").queries
    connection = apsw.Connection(str(tmp_path / "data" / "network.db"))
    ids = {f"s{n}": post.id for n, post in enumerate(made[:25])}
    agent = {"agent_id": made[0].author_id, "id": ID_MAX, "limit": 26}
    for name, values in {
        "findings_in_queue": {"rank": 99, "id": ID_MAX, "limit": 26},
        "findings_standing": {"id": ID_MAX, "limit": 26},
        "findings_of_agent": agent,
        "marks_of": ids,
        "count_standing_of_agent": agent,
    }.items():
        counted: Counter[str] = Counter()

        def profile(event: dict[str, Any], counted: Counter[str] = counted) -> None:
            for counter, key in COUNTERS.items():
                counted[counter] += event["stmt_status"][key]

        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, profile)
        rows = connection.execute(queries[f"findings.{name}"], values).fetchall()
        connection.trace_v2(0, None)
        assert rows, name
        assert (counted["fullscan"], counted["sort"]) == (0, 0), name
    connection.close()
    house.close()
