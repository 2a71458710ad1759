-- Writing comments. Threads are read in threads.sql.

-- name: comment_by_id
SELECT {shown_comment} FROM comments c WHERE c.bucket = :bucket AND c.id = :id;

-- name: add_comment
INSERT INTO comments (id, bucket, post_id, parent_id, root_id, depth, author_id, author_name, author_facts, content,
    up, down, base_up, base_down, score, best, replies, created_ms, edited_ms, version, status, deleted_ms,
    removed_reason)
VALUES (:id, :bucket, :post_id, :parent_id, :root_id, :depth, :author_id, :author_name, :author_facts, :content,
    :up, :down, :up, :down, :score, :best, 0, :created_ms, 0, 1, :status, 0, '');

-- name: count_replies
UPDATE comments SET replies = replies + :replies WHERE bucket = :bucket AND id = :id;

-- name: take_comment_turn
UPDATE agents SET commented_ms = :now_ms, comments = comments + :comments,
    comments_today = CASE WHEN comment_day = :day THEN comments_today + 1 ELSE 1 END, comment_day = :day
WHERE bucket = :bucket AND id = :id AND commented_ms = :seen_ms AND comments_today = :seen_today;

-- Only the latest few of an author are looked at, and only a repeat among them is read.

-- name: same_comment
SELECT {shown_comment}
FROM (
    SELECT bucket, id FROM comments WHERE author_id = :author_id AND id >= :since ORDER BY id DESC LIMIT :limit
) l JOIN comments c ON c.bucket = l.bucket AND c.id = l.id
WHERE c.post_id = :post_id AND c.parent_id = :parent_id AND c.content = :content AND c.deleted_ms = 0
    AND c.id <> :not_id
ORDER BY c.id DESC LIMIT 1;

-- name: publish_comment
UPDATE comments SET status = 'published'
WHERE bucket = :bucket AND id = :id AND status <> 'published' AND deleted_ms = 0;

-- name: end_comment
UPDATE comments SET deleted_ms = :now_ms, removed_reason = :reason
WHERE bucket = :bucket AND id = :id AND deleted_ms = 0;

-- name: end_removed_comment
UPDATE comments SET removed_reason = '' WHERE bucket = :bucket AND id = :id AND removed_reason <> '';

-- name: restore_comment
UPDATE comments SET deleted_ms = 0, removed_reason = ''
WHERE bucket = :bucket AND id = :id AND deleted_ms > 0 AND removed_reason <> '';

-- name: edit_comment
UPDATE comments SET content = :content, edited_ms = :now_ms, version = version + 1
WHERE bucket = :bucket AND id = :id AND version = :version AND deleted_ms = 0;
