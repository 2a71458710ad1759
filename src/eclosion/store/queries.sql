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
INSERT INTO idempotency (id, key_hash, request_hash, status, body)
VALUES (:id, :key_hash, :request_hash, :status, :body);

-- name: forget_answers
DELETE FROM idempotency WHERE id IN (
    SELECT id FROM idempotency WHERE id < :before_id ORDER BY id LIMIT :limit);
