"""No query of the ledger walks a table or sorts: what each costs does not grow with how much is kept."""

import re

import apsw

from eclosion.ledger import SOURCE
from eclosion.store import Catalogue


def test_every_query_finds_its_rows_by_an_index_in_their_order() -> None:
    catalogue = Catalogue([SOURCE], "sqlite")
    database = apsw.Connection(":memory:")
    for step in catalogue.migrations:
        database.execute(step.sql)
    looked_at, bad = 0, []
    for name, sql in catalogue.queries.items():
        if not name.startswith("ledger."):
            continue
        values = dict.fromkeys(re.findall(r":([a-z_0-9]+)", sql), 0)
        for *_, plan in database.execute(f"EXPLAIN QUERY PLAN {sql}", values):
            looked_at += 1
            tied = (
                "LAST TERM OF ORDER BY" in plan
            )  # sorts what the index has in the same place: few
            if ("TEMP B-TREE" in plan and not tied) or ("SCAN" in plan and "USING" not in plan):
                bad.append((name, plan))
    assert bad == []
    assert looked_at > 15
