-- Counts over time: how much of what happened in a minute, and in an hour.

CREATE TABLE series (
    step_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (step_ms, name, at_ms)
) STRICT, WITHOUT ROWID;

CREATE INDEX series_by_age ON series (step_ms, at_ms);
