-- name: add_event
INSERT INTO archived_events (position, at_ms, kind, bucket, subject, actor, facts)
VALUES (:position, :at_ms, :kind, :bucket, :subject, :actor, :facts)
ON CONFLICT (position) DO NOTHING;

-- name: count_events
SELECT COUNT(*) FROM archived_events;
