-- What the SQL stores run, for SQLite and PostgreSQL alike.

-- name: create_spent
CREATE TABLE IF NOT EXISTS gate_spent (
    name TEXT NOT NULL PRIMARY KEY,
    until_ms BIGINT NOT NULL
);

-- name: create_counts
CREATE TABLE IF NOT EXISTS gate_counts (
    name TEXT NOT NULL PRIMARY KEY,
    until_ms BIGINT NOT NULL,
    taken BIGINT NOT NULL
);

-- name: index_spent
CREATE INDEX IF NOT EXISTS gate_spent_by_end ON gate_spent (until_ms);

-- name: index_counts
CREATE INDEX IF NOT EXISTS gate_counts_by_end ON gate_counts (until_ms);

-- name: spend
-- What is spent is seen before anything is locked or written, so that a flood of replays costs no commit; who is first
-- is decided by the conflict.
INSERT INTO gate_spent (name, until_ms)
SELECT :name, :until_ms
WHERE NOT EXISTS (SELECT 1 FROM gate_spent AS held WHERE held.name = :name AND held.until_ms > :now_ms)
ON CONFLICT (name) DO UPDATE SET until_ms = excluded.until_ms
WHERE gate_spent.until_ms <= :now_ms
RETURNING until_ms;

-- name: read_spent
SELECT until_ms FROM gate_spent WHERE name = :name AND until_ms > :now_ms;

-- name: take
INSERT INTO gate_counts (name, until_ms, taken) VALUES (:name, :until_ms, 1)
ON CONFLICT (name) DO UPDATE SET
    taken = CASE WHEN gate_counts.until_ms <= :now_ms THEN 1 ELSE gate_counts.taken + 1 END,
    until_ms = CASE WHEN gate_counts.until_ms <= :now_ms THEN excluded.until_ms ELSE gate_counts.until_ms END
WHERE gate_counts.until_ms <= :now_ms OR gate_counts.taken < :limit_count
RETURNING taken;

-- name: read_taken
SELECT taken FROM gate_counts WHERE name = :name AND until_ms > :now_ms;

-- name: sweep_spent
DELETE FROM gate_spent WHERE until_ms <= :now_ms;

-- name: sweep_counts
DELETE FROM gate_counts WHERE until_ms <= :now_ms;
