-- One writer numbers events in the order of their commits, so a position alone tells where a reader is.

-- name: read_outbox
SELECT position, 0, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE position > :position AND :xid = 0 ORDER BY position LIMIT :limit;

-- name: end_of_outbox
SELECT 0, COALESCE((SELECT position FROM outbox ORDER BY position DESC LIMIT 1), 0);

-- name: oldest_events
SELECT position, 0, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE position <= :position AND :xid >= 0 ORDER BY position LIMIT :limit;

-- The last event stays: positions go on from it.

-- name: trim_outbox
DELETE FROM outbox
WHERE position <= :position AND :xid >= 0 AND position < (SELECT MAX(position) FROM outbox);
