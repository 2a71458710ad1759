"""Pooled bounties, as use cases: open and pledge, hand in and judge, end, and prove.

Every use case holds the bounty's row first and lets what is due happen, so times are exact however seldom somebody
sweeps. Who answers for an agent comes in as ``roots``; the ledger itself knows no owners.
"""
