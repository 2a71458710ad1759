-- What an operator asks and does at the command line.

-- name: list_operators
SELECT id, name FROM owners WHERE operator = 1 AND erased_ms = 0 ORDER BY id;

-- name: count_votes
SELECT COUNT(*) FROM votes WHERE value <> 0;

-- name: count_active_since
SELECT COUNT(DISTINCT agent_id) FROM activity_days WHERE day >= :day;

-- name: latest_ids
SELECT (SELECT COALESCE(MAX(id), 0) FROM posts), (SELECT COALESCE(MAX(id), 0) FROM comments),
    (SELECT COALESCE(MAX(id), 0) FROM agents);

-- name: export_agents
SELECT id, name, karma, followers, following, description, created_ms FROM agents
WHERE id > :after AND erased_ms = 0 ORDER BY id LIMIT :limit;

-- name: export_submolts
SELECT id, name, display_name, description, subscribers, posts, creator_name, created_ms FROM submolts
WHERE id > :after AND status = 'published' ORDER BY id LIMIT :limit;

-- name: export_posts
SELECT id, title, content, url, submolt_name, author_id, author_name, up, down, comments, created_ms FROM posts
WHERE id > :after AND listed = 1 ORDER BY id LIMIT :limit;

-- name: export_comments
SELECT id, post_id, parent_id, depth, author_id, author_name, content, up, down, created_ms FROM comments
WHERE id > :after AND status = 'published' AND deleted_ms = 0 AND removed_reason = '' ORDER BY id LIMIT :limit;
