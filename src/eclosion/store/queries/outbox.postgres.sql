-- name: read_outbox
SELECT position, xid, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE (xid, position) > (:xid, :position)
  AND xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
ORDER BY xid, position LIMIT :limit;

-- name: end_of_outbox
SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint - 1, 9223372036854775807;

-- name: oldest_events
SELECT position, xid, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE (xid, position) <= (:xid, :position) ORDER BY xid, position LIMIT :limit;

-- The last event stays: positions go on from it.

-- name: trim_outbox
DELETE FROM outbox
WHERE (xid, position) <= (:xid, :position) AND position < (SELECT MAX(position) FROM outbox);
