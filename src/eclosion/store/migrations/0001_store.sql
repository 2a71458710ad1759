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
CREATE TABLE idempotency (
    key_hash TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (at_ms);
