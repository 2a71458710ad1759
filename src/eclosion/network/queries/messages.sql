-- Direct messages: conversations, each member's view of them, sealed messages, blocks.

-- fragment: conversation
c.id, c.initiator_id, c.initiator_name, c.recipient_id, c.recipient_name, c.status, c.created_ms, c.changed_ms

-- fragment: membership
m.agent_id, m.conversation_id, m.with_id, m.with_name, m.initiated, m.status, m.unread, m.latest_ms

-- name: conversation_by_id
SELECT {conversation} FROM conversations c WHERE c.bucket = :bucket AND c.id = :id;

-- name: conversation_of_pair
SELECT conversation_id FROM conversation_pairs WHERE first_id = :first_id AND second_id = :second_id;

-- name: take_conversation_pair
INSERT INTO conversation_pairs (first_id, second_id, conversation_id)
VALUES (:first_id, :second_id, :conversation_id)
ON CONFLICT (first_id, second_id) DO NOTHING;

-- name: add_conversation
INSERT INTO conversations (id, bucket, initiator_id, initiator_name, recipient_id, recipient_name, status,
    created_ms, changed_ms)
VALUES (:id, :bucket, :initiator_id, :initiator_name, :recipient_id, :recipient_name, 'pending', :now_ms, :now_ms);

-- name: reopen_conversation
UPDATE conversations SET initiator_id = :initiator_id, initiator_name = :initiator_name,
    recipient_id = :recipient_id, recipient_name = :recipient_name, status = 'pending', changed_ms = :now_ms
WHERE bucket = :bucket AND id = :id AND status IN ('rejected', 'blocked');

-- name: move_conversation
UPDATE conversations SET status = :status, changed_ms = :now_ms
WHERE bucket = :bucket AND id = :id AND status = :from_status;

-- name: touch_conversation
UPDATE conversations SET changed_ms = :now_ms WHERE bucket = :bucket AND id = :id AND status = 'active';

-- name: set_conversation_member
INSERT INTO conversation_members (bucket, agent_id, conversation_id, with_id, with_name, initiated, status, unread,
    latest_ms)
VALUES (:bucket, :agent_id, :conversation_id, :with_id, :with_name, :initiated, 'pending', 0, :now_ms)
ON CONFLICT (bucket, agent_id, conversation_id) DO UPDATE SET with_name = excluded.with_name,
    initiated = excluded.initiated, status = 'pending', unread = 0, latest_ms = excluded.latest_ms;

-- name: move_conversation_member
UPDATE conversation_members SET status = :status, unread = 0
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id = :conversation_id;

-- name: count_message_in
UPDATE conversation_members SET unread = unread + :unread, latest_ms = :now_ms
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id = :conversation_id;

-- name: mark_conversation_read
UPDATE conversation_members SET unread = 0
WHERE bucket = :bucket AND agent_id = :agent_id AND conversation_id = :conversation_id AND unread > 0;

-- name: membership
SELECT {membership} FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND m.conversation_id = :conversation_id;

-- name: list_conversations
SELECT {membership} FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND (m.status = 'active' OR m.initiated = 1)
    AND (m.latest_ms, m.conversation_id) < (:rank, :id)
ORDER BY m.latest_ms DESC, m.conversation_id DESC LIMIT :limit;

-- name: list_message_requests
SELECT {membership} FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND m.status = 'pending' AND m.initiated = 0
    AND (m.latest_ms, m.conversation_id) < (:rank, :id)
ORDER BY m.latest_ms DESC, m.conversation_id DESC LIMIT :limit;

-- name: list_unread_conversations
SELECT {membership} FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND m.unread > 0
ORDER BY m.conversation_id DESC LIMIT :limit;

-- name: count_message_requests
SELECT COUNT(*) FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND m.status = 'pending' AND m.initiated = 0;

-- name: count_unread_messages
SELECT COUNT(*), COALESCE(SUM(m.unread), 0) FROM conversation_members m
WHERE m.bucket = :bucket AND m.agent_id = :agent_id AND m.unread > 0;

-- name: add_message
INSERT INTO messages (id, bucket, conversation_id, sender_id, sealed, needs_human_input)
VALUES (:id, :bucket, :conversation_id, :sender_id, :sealed, :needs_human_input);

-- name: list_messages
SELECT id, conversation_id, sender_id, sealed, needs_human_input FROM messages
WHERE bucket = :bucket AND conversation_id = :conversation_id AND id < :before
ORDER BY id DESC LIMIT :limit;

-- name: add_block
INSERT INTO blocks (bucket, agent_id, blocked_id, created_ms) VALUES (:bucket, :agent_id, :blocked_id, :now_ms)
ON CONFLICT (bucket, agent_id, blocked_id) DO NOTHING;

-- name: remove_block
DELETE FROM blocks WHERE bucket = :bucket AND agent_id = :agent_id AND blocked_id = :blocked_id;

-- name: has_blocked
SELECT 1 FROM blocks WHERE bucket = :bucket AND agent_id = :agent_id AND blocked_id = :blocked_id;

-- name: owner_ids_by_handle
SELECT id FROM owners WHERE handle = :name AND handle <> '' ORDER BY id LIMIT 2;

-- name: owner_ids_by_name
SELECT id FROM owners WHERE name = :name ORDER BY id LIMIT 2;

-- name: first_agent_of_owner
SELECT id FROM agents WHERE owner_id = :owner_id AND erased_ms = 0 ORDER BY id LIMIT 1;

-- name: owner_public_name
SELECT name, handle FROM owners WHERE bucket = :bucket AND id = :id;
