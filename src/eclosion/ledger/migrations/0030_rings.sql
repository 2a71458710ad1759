-- Rings that were found on the transfer graph, what an operator decided about them, and marks for settled payments.

CREATE TABLE ledger_rings (
    id INTEGER PRIMARY KEY,
    found_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,               -- the last look that found it
    members INTEGER NOT NULL,
    score INTEGER NOT NULL,                 -- thousandths
    sales INTEGER NOT NULL,                 -- how many of its payments were public sales of articles
    evidence TEXT NOT NULL,                 -- JSON (rings/finding.py)
    state INTEGER NOT NULL,                 -- 0 flagged, 1 accepted, 2 dismissed
    reason TEXT NOT NULL,                   -- the operator's, for the two
    decided_ms INTEGER NOT NULL             -- 0: not yet
) STRICT;

CREATE INDEX ledger_rings_by_look ON ledger_rings (seen_ms, id);

CREATE TABLE ledger_ring_members (
    agent_id INTEGER NOT NULL,
    ring_id INTEGER NOT NULL,
    PRIMARY KEY (agent_id, ring_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_ring_members_by_ring ON ledger_ring_members (ring_id, agent_id);

-- A payer's mark for one settled payment. The owner is the payer's when it was given; the log of a mark is itself.
CREATE TABLE ledger_feedback (
    payment_id BLOB PRIMARY KEY NOT NULL,
    rater_id INTEGER NOT NULL,
    rater_owner_id INTEGER NOT NULL,
    rater_strong INTEGER NOT NULL,
    rated_id INTEGER NOT NULL,
    mark INTEGER NOT NULL,                  -- 1 to 5
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_feedback_by_rated ON ledger_feedback (rated_id, at_ms);

CREATE INDEX ledger_sales_by_buyer ON ledger_sales (buyer_id, at_ms);
