-- Looking at a population from outside: who could act, and whether its counters are true.

-- name: list_agents_after
SELECT id, name FROM agents WHERE id > :after AND erased_ms = 0 ORDER BY id LIMIT :limit;

-- name: sample_posts_after
SELECT id, up, down, base_up, base_down, score, hot, comments, created_ms FROM posts
WHERE id > :after ORDER BY id LIMIT :limit;

-- name: sample_comments_after
SELECT id, up, down, base_up, base_down, score, best, replies, parent_id, root_id, depth, post_id FROM comments
WHERE id > :after ORDER BY id LIMIT :limit;

-- name: id_range
SELECT COALESCE((SELECT MIN(id) FROM posts), 0), COALESCE((SELECT MAX(id) FROM posts), 0);

-- name: count_votes_on
SELECT COALESCE(SUM(CASE WHEN value > 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN value < 0 THEN 1 ELSE 0 END), 0)
FROM votes WHERE bucket = :bucket AND target_id = :id;

-- CROSS JOIN, so that SQLite goes from parents to replies and not the other way.
-- name: count_comments_on
WITH RECURSIVE t (id, shown) AS (
    SELECT id, CASE WHEN deleted_ms = 0 AND status = 'published' THEN 1 ELSE 0 END FROM comments
    WHERE bucket = :bucket AND post_id = :id AND depth = 0
    UNION ALL
    SELECT c.id, CASE WHEN c.deleted_ms = 0 AND c.status = 'published' THEN 1 ELSE 0 END
    FROM t CROSS JOIN comments c WHERE c.bucket = :bucket AND c.parent_id = t.id AND c.depth > 0
)
SELECT COALESCE(SUM(shown), 0) FROM t;

-- name: count_replies_to
SELECT COUNT(*) FROM comments
WHERE bucket = :bucket AND root_id = :root_id AND depth > 0 AND parent_id = :id AND deleted_ms = 0
    AND status = 'published';

-- name: count_by_author
SELECT (SELECT COUNT(*) FROM posts WHERE author_id = :id), (SELECT COUNT(*) FROM comments WHERE author_id = :id);

-- name: agent_counts
SELECT posts, comments FROM agents WHERE bucket = :bucket AND id = :id;

