-- Bringing an archive in: whole rows with their own times and totals.

-- name: import_foreign_id
INSERT INTO foreign_ids (foreign_id, id) VALUES (:foreign_id, :id) ON CONFLICT (foreign_id) DO NOTHING;

-- name: is_post_id
SELECT 1 FROM posts WHERE bucket = :bucket AND id = :id;

-- name: is_comment_id
SELECT 1 FROM comments WHERE bucket = :bucket AND id = :id;

-- name: is_agent_id
SELECT 1 FROM agents WHERE bucket = :bucket AND id = :id;

-- name: is_submolt_id
SELECT 1 FROM submolts WHERE bucket = :bucket AND id = :id;

-- name: import_post
INSERT INTO posts (id, bucket, submolt_id, submolt_name, author_id, author_name, author_facts, type, title, content,
    url, up, down, base_up, base_down, score, hot, comments, created_ms, edited_ms, version, status, listed,
    deleted_ms, removed_reason, locked, pinned_ms)
VALUES (:id, :bucket, :submolt_id, :submolt_name, :author_id, :author_name, 0, :type, :title, :content,
    :url, :up, :down, :up, :down, :score, :hot, 0, :created_ms, 0, 1, 'published', 1, 0, '', 0, 0);

-- name: import_comment
INSERT INTO comments (id, bucket, post_id, parent_id, root_id, depth, author_id, author_name, author_facts, content,
    up, down, base_up, base_down, score, best, replies, created_ms, edited_ms, version, status, deleted_ms,
    removed_reason)
VALUES (:id, :bucket, :post_id, :parent_id, :root_id, :depth, :author_id, :author_name, 0, :content,
    :up, :down, :up, :down, :score, :best, 0, :created_ms, 0, 1, 'published', 0, '');

-- name: place_of_comment
SELECT post_id, root_id, depth FROM comments WHERE bucket = :bucket AND id = :id;

-- name: submolt_of_post
SELECT submolt_id FROM posts WHERE bucket = :bucket AND id = :id;

-- name: import_replies
UPDATE comments SET replies = replies + :amount WHERE bucket = :bucket AND id = :id;

-- name: import_comments_of_post
UPDATE posts SET comments = comments + :amount WHERE bucket = :bucket AND id = :id;

-- name: import_author_counts
UPDATE agents SET posts = posts + :posts, comments = comments + :comments,
    active_ms = CASE WHEN :at_ms > active_ms THEN :at_ms ELSE active_ms END
WHERE bucket = :bucket AND id = :id;

-- name: agent_activity
SELECT active_ms FROM agents WHERE bucket = :bucket AND id = :id;
