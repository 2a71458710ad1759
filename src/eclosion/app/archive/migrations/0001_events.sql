-- Events that have left the outbox.

CREATE TABLE archived_events (
    position INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    facts TEXT NOT NULL
) STRICT;
