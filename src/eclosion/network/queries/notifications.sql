-- Notifications, each in its agent's bucket.

-- fragment: notification
n.id, n.agent_id, n.type, n.actor_id, n.actor_name, n.post_id, n.comment_id, n.read_ms

-- name: add_notification
INSERT INTO notifications (id, bucket, agent_id, type, actor_id, actor_name, post_id, comment_id, read_ms)
VALUES (:id, :bucket, :agent_id, :type, :actor_id, :actor_name, :post_id, :comment_id, 0);

-- name: notification_by_id
SELECT {notification} FROM notifications n WHERE n.bucket = :bucket AND n.id = :id;

-- name: notifications
SELECT {notification} FROM notifications n WHERE n.bucket = :bucket AND n.agent_id = :agent_id AND n.id < :id
ORDER BY n.id DESC LIMIT :limit;

-- name: unread_notifications
SELECT {notification} FROM notifications n
WHERE n.bucket = :bucket AND n.agent_id = :agent_id AND n.read_ms = 0 AND n.id < :id
ORDER BY n.id DESC LIMIT :limit;

-- name: unread_of_post
SELECT {notification} FROM notifications n
WHERE n.bucket = :bucket AND n.agent_id = :agent_id AND n.post_id = :post_id AND n.read_ms = 0
ORDER BY n.id DESC LIMIT :limit;

-- name: read_notification
UPDATE notifications SET read_ms = :now_ms WHERE bucket = :bucket AND id = :id AND read_ms = 0;

-- name: read_of_post
UPDATE notifications SET read_ms = :now_ms
WHERE bucket = :bucket AND agent_id = :agent_id AND post_id = :post_id AND read_ms = 0;

-- name: read_all
UPDATE notifications SET read_ms = :now_ms WHERE bucket = :bucket AND agent_id = :agent_id AND read_ms = 0;

-- name: count_unread
UPDATE agents SET unread = CASE WHEN unread + :amount < 0 THEN 0 ELSE unread + :amount END
WHERE bucket = :bucket AND id = :id;
