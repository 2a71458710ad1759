-- Posts and the lists of them.

-- fragment: post
p.id, p.submolt_id, p.submolt_name, p.author_id, p.author_name, p.author_facts, p.type, p.title, p.content, p.url,
    p.up, p.down, p.score, p.hot, p.comments, p.created_ms, p.edited_ms, p.version, p.status, p.listed,
    p.deleted_ms, p.removed_reason, p.locked, p.pinned_ms, p.marked

-- name: post_by_id
SELECT {post} FROM posts p WHERE p.bucket = :bucket AND p.id = :id;

-- name: add_post
INSERT INTO posts (id, bucket, submolt_id, submolt_name, author_id, author_name, author_facts, type, title, content,
    url, up, down, base_up, base_down, score, hot, comments, created_ms, edited_ms, version, status, listed,
    deleted_ms, removed_reason, locked, pinned_ms)
VALUES (:id, :bucket, :submolt_id, :submolt_name, :author_id, :author_name, :author_facts, :type, :title, :content,
    :url, :up, :down, :up, :down, :score, :hot, 0, :created_ms, 0, 1, :status, :listed, 0, '', 0, 0);

-- The quota of posts: the mark moves only from where it was read, so two posts at once cannot both pass.

-- name: take_post_turn
UPDATE agents SET posted_ms = :now_ms, posts = posts + :posts
WHERE bucket = :bucket AND id = :id AND posted_ms = :seen_ms;

-- name: count_author_posts
UPDATE agents SET posts = posts + :posts, comments = comments + :comments WHERE bucket = :bucket AND id = :id;

-- Only the latest few of an author are looked at, and only a repeat among them is read.

-- name: same_post
SELECT {post}
FROM (
    SELECT bucket, id FROM posts WHERE author_id = :author_id AND id >= :since ORDER BY id DESC LIMIT :limit
) l JOIN posts p ON p.bucket = l.bucket AND p.id = l.id
WHERE p.submolt_id = :submolt_id AND p.title = :title AND p.content = :content AND p.url = :url
    AND p.deleted_ms = 0 AND p.id <> :not_id
ORDER BY p.id DESC LIMIT 1;

-- name: publish_post
UPDATE posts SET status = 'published', listed = 1
WHERE bucket = :bucket AND id = :id AND status <> 'published' AND deleted_ms = 0;

-- name: end_post
UPDATE posts SET deleted_ms = :now_ms, removed_reason = :reason, listed = 0, pinned_ms = 0
WHERE bucket = :bucket AND id = :id AND deleted_ms = 0;

-- name: end_removed_post
UPDATE posts SET removed_reason = '' WHERE bucket = :bucket AND id = :id AND removed_reason <> '';

-- name: restore_post
UPDATE posts SET deleted_ms = 0, removed_reason = '', listed = CASE WHEN status = 'published' THEN 1 ELSE 0 END
WHERE bucket = :bucket AND id = :id AND deleted_ms > 0 AND removed_reason <> '';

-- name: edit_post
UPDATE posts SET title = :title, content = :content, edited_ms = :now_ms, version = version + 1
WHERE bucket = :bucket AND id = :id AND version = :version AND deleted_ms = 0;

-- name: pin_post
UPDATE posts SET pinned_ms = :pinned_ms WHERE bucket = :bucket AND id = :id;

-- name: count_pins
SELECT COUNT(*) FROM posts WHERE submolt_id = :submolt_id AND pinned_ms > 0;

-- name: lock_post
UPDATE posts SET locked = :locked WHERE bucket = :bucket AND id = :id;

-- name: count_post_comments
UPDATE posts SET comments = comments + :comments WHERE bucket = :bucket AND id = :id;

-- What was said before an edit.

-- name: add_revision
INSERT INTO revisions (bucket, target_id, version, title, content, written_ms)
VALUES (:bucket, :target_id, :version, :title, :content, :written_ms)
ON CONFLICT (bucket, target_id, version) DO NOTHING;

-- name: revisions
SELECT version, title, content, written_ms FROM revisions
WHERE bucket = :bucket AND target_id = :target_id ORDER BY version DESC LIMIT :limit;

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
