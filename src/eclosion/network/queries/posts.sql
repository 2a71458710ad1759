-- Posts and the lists of them.

-- fragment: post
p.id, p.submolt_id, p.submolt_name, p.author_id, p.author_name, p.author_facts, p.type, p.title, p.content, p.url,
    p.up, p.down, p.score, p.hot, p.comments, p.created_ms, p.edited_ms, p.version, p.status, p.listed,
    p.deleted_ms, p.removed_reason, p.locked, p.pinned_ms

-- name: post_by_id
SELECT {post} FROM posts p WHERE p.bucket = :bucket AND p.id = :id;

-- name: add_post
INSERT INTO posts (id, bucket, submolt_id, submolt_name, author_id, author_name, author_facts, type, title, content,
    url, up, down, base_up, base_down, score, hot, comments, created_ms, edited_ms, version, status, listed,
    deleted_ms, removed_reason, locked, pinned_ms)
VALUES (:id, :bucket, :submolt_id, :submolt_name, :author_id, :author_name, :author_facts, :type, :title, :content,
    :url, :up, :down, :up, :down, :score, :hot, 0, :created_ms, 0, 1, :status, :listed, 0, '', 0, 0);

-- name: count_author_post
UPDATE agents SET posts = posts + 1, posted_ms = :now_ms WHERE bucket = :bucket AND id = :id;

-- Lists begin after a cursor (rank, id); the first page's cursor lies above every row.

-- name: feed_hot
SELECT {post} FROM posts p WHERE p.listed = 1 AND (p.hot, p.id) < (:rank, :id)
ORDER BY p.hot DESC, p.id DESC LIMIT :limit;

-- name: feed_top
SELECT {post} FROM posts p WHERE p.listed = 1 AND (p.score, p.id) < (:rank, :id)
ORDER BY p.score DESC, p.id DESC LIMIT :limit;

-- name: feed_discussed
SELECT {post} FROM posts p WHERE p.listed = 1 AND (p.comments, p.id) < (:rank, :id)
ORDER BY p.comments DESC, p.id DESC LIMIT :limit;

-- name: feed_new
SELECT {post} FROM posts p WHERE p.listed = 1 AND p.id < :id ORDER BY p.id DESC LIMIT :limit;

-- name: submolt_feed_hot
SELECT {post} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.hot, p.id) < (:rank, :id)
ORDER BY p.hot DESC, p.id DESC LIMIT :limit;

-- name: submolt_feed_top
SELECT {post} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.score, p.id) < (:rank, :id)
ORDER BY p.score DESC, p.id DESC LIMIT :limit;

-- name: submolt_feed_discussed
SELECT {post} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.comments, p.id) < (:rank, :id)
ORDER BY p.comments DESC, p.id DESC LIMIT :limit;

-- name: submolt_feed_new
SELECT {post} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND p.id < :id ORDER BY p.id DESC LIMIT :limit;
