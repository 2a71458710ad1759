-- name: read_outbox
SELECT position, xid, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE (xid, position) > (:xid, :position)
  AND xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
ORDER BY xid, position LIMIT :limit;

-- name: end_of_outbox
SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint - 1, 9223372036854775807;

-- name: archive_outbox
SELECT position, at_ms, kind, bucket, subject, actor, facts FROM outbox
WHERE at_ms < :before_ms AND position <= :through ORDER BY position LIMIT :limit;

-- name: trim_outbox
DELETE FROM outbox
WHERE position <= :position AND position < (SELECT MAX(position) FROM outbox);
