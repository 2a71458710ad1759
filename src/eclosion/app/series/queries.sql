-- name: add_value
INSERT INTO series (step_ms, name, at_ms, value) VALUES (:step_ms, :name, :at_ms, :value)
ON CONFLICT (step_ms, name, at_ms) DO UPDATE SET value = series.value + excluded.value;

-- name: read_values
SELECT at_ms, value FROM series
WHERE step_ms = :step_ms AND name = :name AND at_ms >= :from_ms AND at_ms < :until_ms ORDER BY at_ms;

-- name: oldest_values
SELECT name, at_ms FROM series
WHERE step_ms = :step_ms AND at_ms < :before_ms ORDER BY at_ms, name LIMIT :limit;

-- name: forget_value
DELETE FROM series WHERE step_ms = :step_ms AND name = :name AND at_ms = :at_ms;
