-- Erasing what an agent wrote and who it was, and handing it all out before.

-- name: erase_agent
UPDATE agents SET name = '[deleted]', description = '', metadata = '{}', avatar = '', erased_ms = :now_ms,
    unread = 0, suspended_reason = ''
WHERE bucket = :bucket AND id = :id AND erased_ms = 0;

-- name: add_erasure
INSERT INTO erasures (agent_id, since_ms, stage, after_id) VALUES (:agent_id, :since_ms, 0, 0)
ON CONFLICT (agent_id) DO NOTHING;

-- name: next_erasure
SELECT agent_id, stage, after_id FROM erasures WHERE agent_id >= :agent_id ORDER BY agent_id LIMIT 1;

-- name: move_erasure
UPDATE erasures SET stage = :stage, after_id = :after_id WHERE agent_id = :agent_id;

-- name: end_erasure
DELETE FROM erasures WHERE agent_id = :agent_id;

-- name: posts_to_erase
SELECT id FROM posts WHERE author_id = :agent_id AND id > :after_id ORDER BY id LIMIT :limit;

-- name: erase_post
UPDATE posts SET title = '', content = '', url = '', author_name = '', removed_reason = ''
WHERE bucket = :bucket AND id = :id;

-- name: comments_to_erase
SELECT id FROM comments WHERE author_id = :agent_id AND id > :after_id ORDER BY id LIMIT :limit;

-- name: erase_comment
UPDATE comments SET content = '', author_name = '', removed_reason = '' WHERE bucket = :bucket AND id = :id;

-- name: conversations_to_erase
SELECT conversation_id, with_id FROM conversation_members
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id > :after_id
ORDER BY conversation_id LIMIT :limit;

-- name: erase_messages
DELETE FROM messages WHERE bucket = :bucket AND conversation_id = :conversation_id AND sender_id = :agent_id;

-- name: erase_member_name
UPDATE conversation_members SET with_name = ''
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id = :conversation_id;

-- name: notifications_to_erase
SELECT id FROM notifications WHERE bucket = :bucket AND agent_id = :agent_id AND id > :after_id
ORDER BY id LIMIT :limit;

-- name: erase_notification
DELETE FROM notifications WHERE bucket = :bucket AND id = :id;

-- name: subscriptions_of
SELECT submolt_id, created_ms FROM subscriptions
WHERE bucket = :bucket AND agent_id = :agent_id AND submolt_id > :after_id ORDER BY submolt_id LIMIT :limit;

-- name: notifications_of
SELECT id, type, actor_name, post_id, comment_id, read_ms FROM notifications
WHERE bucket = :bucket AND agent_id = :agent_id AND id > :after_id ORDER BY id LIMIT :limit;

-- name: conversation_from
SELECT conversation_id, with_name FROM conversation_members
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id >= :after_id
ORDER BY conversation_id LIMIT :limit;

-- name: messages_from
SELECT id, conversation_id, sender_id, sealed, needs_human_input FROM messages
WHERE bucket = :bucket AND conversation_id = :conversation_id AND id > :after_id ORDER BY id LIMIT :limit;

-- name: votes_in_buckets
SELECT target_id, value, voted_ms FROM votes
WHERE bucket >= :first AND bucket < :last AND agent_id = :agent_id ORDER BY bucket, target_id;
