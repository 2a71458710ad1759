-- What detectors and people have found, and what was decided. Everything lies in the bucket of what it is about.

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the subject's
    kind TEXT NOT NULL,                     -- post, comment, agent
    subject_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,              -- who wrote it, or whom it is about
    fingerprint TEXT NOT NULL,              -- of rule, place and span: the same thing found again is one row
    rule TEXT NOT NULL,
    severity INTEGER NOT NULL,              -- 1 info, 2 low, 3 medium, 4 high, 5 critical
    confidence REAL NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    place TEXT NOT NULL,
    pointer TEXT NOT NULL,
    span_start INTEGER NOT NULL,            -- -1: the whole
    span_end INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    decoded TEXT NOT NULL,
    remedy TEXT NOT NULL,
    tags TEXT NOT NULL,                     -- comma-separated
    found_by TEXT NOT NULL,
    found_role TEXT NOT NULL,               -- monitor, detector, operator
    state TEXT NOT NULL,                    -- open, confirmed, dismissed
    standing INTEGER NOT NULL,              -- 1: it marks its subject
    rank INTEGER NOT NULL,                  -- place in the queue; 0: not in it
    seen INTEGER NOT NULL,                  -- how often it was found
    last_ms INTEGER NOT NULL,               -- when it was found last
    decided_by TEXT NOT NULL,
    decided_reason TEXT NOT NULL,
    decided_ms INTEGER NOT NULL,
    appeal TEXT NOT NULL,                   -- why the owner says that it is wrong
    appealed_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX findings_by_fingerprint ON findings (bucket, subject_id, fingerprint);
CREATE INDEX findings_in_queue ON findings (rank, id) WHERE rank > 0;
CREATE INDEX findings_standing ON findings (id) WHERE standing = 1;
CREATE INDEX findings_of_agent ON findings (agent_id, id);
CREATE INDEX findings_of_agent_standing ON findings (agent_id, id) WHERE standing = 1;
CREATE INDEX findings_to_forget ON findings (last_ms, id) WHERE evidence <> '';

-- One row for whatever findings are about, locked by every change to them; with the worst one that marks it.
CREATE TABLE finding_subjects (
    bucket INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,              -- 0: nothing marks it
    finding_id INTEGER NOT NULL,
    standing INTEGER NOT NULL,              -- how many mark it
    amount INTEGER NOT NULL,                -- how many there are in all
    PRIMARY KEY (bucket, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX finding_subjects_marked ON finding_subjects (subject_id) WHERE severity > 0;

-- Running totals, one row a bucket so that no row is a queue for all writers; summed when read.
CREATE TABLE finding_totals (
    state TEXT NOT NULL,
    severity INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (state, severity, bucket)
) STRICT, WITHOUT ROWID;

-- What shall not be found: a rule, everywhere (scope 0), of one agent or about one thing, until an instant.
CREATE TABLE suppressions (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the scope's
    rule TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX suppressions_by_rule ON suppressions (rule, scope_id, until_ms);

-- Programs outside that may raise findings. Only a hash of each key is kept.
CREATE TABLE detectors (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    by_name TEXT NOT NULL,
    revoked_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX detectors_by_key ON detectors (key_hash);

CREATE TABLE detector_names (
    name_key TEXT PRIMARY KEY,
    detector_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
