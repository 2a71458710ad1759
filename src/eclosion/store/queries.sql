-- name: emit
INSERT INTO outbox (at_ms, kind, bucket, subject, actor, facts)
VALUES (:at_ms, :kind, :bucket, :subject, :actor, :facts);

-- name: get_position
SELECT position FROM outbox_positions WHERE reader = :reader;

-- name: all_positions
SELECT reader, position FROM outbox_positions ORDER BY reader;

-- name: set_position
INSERT INTO outbox_positions (reader, position) VALUES (:reader, :position)
ON CONFLICT (reader) DO UPDATE SET position = excluded.position;

-- name: add_position
INSERT INTO outbox_positions (reader, position) VALUES (:reader, :position) ON CONFLICT (reader) DO NOTHING;

-- name: move_position
UPDATE outbox_positions SET position = :position WHERE reader = :reader AND position = :was;

-- name: get_answer
SELECT request_hash, status, body FROM idempotency WHERE key_hash = :key_hash;

-- name: keep_answer
INSERT INTO idempotency (key_hash, request_hash, status, body, at_ms)
VALUES (:key_hash, :request_hash, :status, :body, :at_ms);

-- name: forget_answers
DELETE FROM idempotency WHERE key_hash IN (
    SELECT key_hash FROM idempotency WHERE at_ms < :before_ms ORDER BY at_ms, key_hash LIMIT :limit);
