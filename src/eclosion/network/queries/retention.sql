-- What has had its time. Each statement touches at most :limit rows; whoever calls goes on until none is left.

-- name: expire_sign_in_links
DELETE FROM sign_in_links WHERE token_hash IN (
    SELECT token_hash FROM sign_in_links WHERE expires_ms < :before_ms ORDER BY expires_ms, token_hash LIMIT :limit);

-- name: expire_owner_sessions
DELETE FROM owner_sessions WHERE token_hash IN (
    SELECT token_hash FROM owner_sessions WHERE expires_ms < :before_ms ORDER BY expires_ms, token_hash LIMIT :limit);

-- name: expire_agent_keys
DELETE FROM agent_keys WHERE key_hash IN (
    SELECT key_hash FROM agent_keys WHERE expires_ms < :before_ms AND expires_ms < 9223372036854775807
    ORDER BY expires_ms, key_hash LIMIT :limit);

-- name: expire_challenges
DELETE FROM challenges WHERE code IN (
    SELECT code FROM challenges WHERE expires_ms < :before_ms ORDER BY expires_ms, code LIMIT :limit);

-- name: expire_activity_days
DELETE FROM activity_days WHERE (day, agent_id) IN (
    SELECT day, agent_id FROM activity_days WHERE day < :before_day ORDER BY day, agent_id LIMIT :limit);

-- name: expire_revisions
DELETE FROM revisions WHERE (bucket, target_id, version) IN (
    SELECT bucket, target_id, version FROM revisions WHERE written_ms < :before_ms
    ORDER BY written_ms, target_id, version LIMIT :limit);

-- name: quotas_after
SELECT scope, window_start_ms FROM quotas WHERE scope > :scope ORDER BY scope LIMIT :limit;

-- name: end_quota
DELETE FROM quotas WHERE scope = :scope AND window_start_ms < :before_ms;

-- name: old_notifications
SELECT id, bucket, agent_id, read_ms FROM notifications WHERE id < :before ORDER BY id LIMIT :limit;

-- name: end_notification
DELETE FROM notifications WHERE bucket = :bucket AND id = :id;

-- name: uncount_unread
UPDATE agents SET unread = unread - 1 WHERE bucket = :bucket AND id = :id AND unread > 0;

-- name: old_messages
SELECT id, bucket, conversation_id FROM messages WHERE id < :before ORDER BY id LIMIT :limit;

-- name: end_message
DELETE FROM messages WHERE bucket = :bucket AND id = :id;

-- name: count_messages_to
SELECT COUNT(*) FROM messages
WHERE bucket = :bucket AND conversation_id = :conversation_id AND sender_id <> :agent_id;

-- name: lower_unread
UPDATE conversation_members SET unread = :most
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id = :conversation_id AND unread > :most;

-- name: posts_to_blank
SELECT id, bucket FROM posts WHERE deleted_ms > 0 AND deleted_ms < :before_ms AND title <> ''
ORDER BY deleted_ms, id LIMIT :limit;

-- name: blank_post
UPDATE posts SET title = '', content = '', url = '' WHERE bucket = :bucket AND id = :id;

-- name: comments_to_blank
SELECT id, bucket FROM comments WHERE deleted_ms > 0 AND deleted_ms < :before_ms AND content <> ''
ORDER BY deleted_ms, id LIMIT :limit;

-- name: blank_comment
UPDATE comments SET content = '' WHERE bucket = :bucket AND id = :id;

-- name: forget_revisions
DELETE FROM revisions WHERE bucket = :bucket AND target_id = :id;
