-- What was counted in a minute, and after some days in an hour. Numbers alone: no agent, no owner, no text.

CREATE TABLE series_points (
    name TEXT NOT NULL,
    step_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name, step_ms, at_ms)
) STRICT;

CREATE INDEX series_points_by_age ON series_points (step_ms, at_ms);
