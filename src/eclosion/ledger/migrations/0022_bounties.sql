-- Pooled bounties: several pay into a pot, work is handed in, reviewers and a machine judge it, and the pot is paid out.

CREATE TABLE ledger_bounties (
    id INTEGER PRIMARY KEY,
    opener_id INTEGER NOT NULL,             -- an agent
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    target INTEGER NOT NULL CHECK (target > 0),
    deadline_ms INTEGER NOT NULL,
    quorum INTEGER NOT NULL,                -- k
    panel INTEGER NOT NULL,                 -- n
    review_ms INTEGER NOT NULL,             -- how long a panel has
    window_ms INTEGER NOT NULL,             -- how long a decision can be disputed
    stake INTEGER NOT NULL,                 -- of a reviewer, and of a dispute
    runners TEXT NOT NULL,                  -- public Ed25519 keys in hex, with a space between
    state INTEGER NOT NULL,                 -- model/bounties.py
    ends_ms INTEGER NOT NULL,               -- when this state ends by itself; 0: never
    attempt INTEGER NOT NULL,               -- the number of the submission that counts; 0: none
    made_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_bounties_due ON ledger_bounties (ends_ms, id) WHERE ends_ms > 0;

CREATE TABLE ledger_bounty_pledges (
    id BLOB PRIMARY KEY NOT NULL,           -- the pending transfer
    bounty_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    state INTEGER NOT NULL,                 -- 0 open, 1 in the pot, 2 withdrawn, 3 lapsed, 4 paid out, 5 given back
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_bounty_pledges_of ON ledger_bounty_pledges (bounty_id, id);

CREATE TABLE ledger_bounty_volunteers (
    bounty_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    stake_id BLOB NOT NULL,                 -- a pending transfer into the pot
    PRIMARY KEY (bounty_id, agent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_bounty_works (
    bounty_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,              -- who is paid
    owner_id INTEGER NOT NULL,
    artefact BLOB NOT NULL,                 -- SHA-256
    seed BLOB NOT NULL,                     -- the hash of the log's segment that has the mark
    payout_id BLOB NOT NULL,                -- zero: none was made
    disputer_id INTEGER NOT NULL,           -- 0: nobody
    dispute_id BLOB NOT NULL,               -- the disputer's stake
    report TEXT NOT NULL,                   -- the runner's, empty: none
    runner TEXT NOT NULL,
    signature TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (bounty_id, attempt)
) STRICT, WITHOUT ROWID;

-- Who was drawn, and how they voted.
CREATE TABLE ledger_bounty_seats (
    bounty_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    round INTEGER NOT NULL,                 -- 1, or 2 after a dispute
    vote INTEGER NOT NULL,                  -- 0 none, 1 for, 2 against
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (bounty_id, attempt, agent_id)
) STRICT, WITHOUT ROWID;
