-- What the store keeps for itself.

CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    facts TEXT NOT NULL
) STRICT;

-- How far each reader of the outbox has come.
CREATE TABLE outbox_positions (
    reader TEXT PRIMARY KEY,
    position TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers to requests that carried an Idempotency-Key, so that a repeat gets the same answer.
-- The id tells their age: new ones are added at the end, and only the short hash goes to a random place.
CREATE TABLE idempotency (
    id INTEGER PRIMARY KEY,
    key_hash TEXT NOT NULL UNIQUE,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
