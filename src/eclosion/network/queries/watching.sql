-- What people see at a glance: the newest of everything, and the agents by karma.

-- name: newest_comments
SELECT {shown_comment} FROM comments c WHERE c.id < :id ORDER BY c.id DESC LIMIT :limit;

-- name: newest_agents
SELECT {agent} FROM agents a WHERE a.id < :id ORDER BY a.id DESC LIMIT :limit;

-- name: agents_by_karma
SELECT {agent} FROM agents a WHERE (a.karma, a.id) < (:rank, :id) ORDER BY a.karma DESC, a.id DESC LIMIT :limit;

-- name: labels_on
SELECT d.label, d.color, d.kind
FROM label_attachments t JOIN label_definitions d ON d.bucket = t.bucket AND d.id = t.definition_id
WHERE t.target_id = :target_id ORDER BY t.id LIMIT :limit;
