-- name: add
INSERT INTO series_points (name, step_ms, at_ms, value)
VALUES (:name, :step_ms, :at_ms, :value)
ON CONFLICT (name, step_ms, at_ms) DO UPDATE SET value = series_points.value + excluded.value;

-- name: points
SELECT at_ms, value FROM series_points
WHERE name = :name AND step_ms = :step_ms AND at_ms >= :from_ms AND at_ms < :to_ms
ORDER BY at_ms;

-- name: oldest
SELECT name, at_ms, value FROM series_points
WHERE step_ms = :step_ms AND at_ms < :before_ms
ORDER BY at_ms, name
LIMIT :limit;

-- name: forget
DELETE FROM series_points WHERE name = :name AND step_ms = :step_ms AND at_ms = :at_ms;
