-- Reading comments: threads of a post, and an author's history.

-- fragment: shown_comment
c.id, c.post_id, c.parent_id, c.root_id, c.depth, c.author_id, c.author_name, c.author_facts, c.content, c.up, c.down,
    c.score, c.best, c.replies, c.created_ms, c.edited_ms, c.version, c.status, c.deleted_ms, c.removed_reason,
    c.marked

-- name: author_comments
SELECT {shown_comment} FROM comments c WHERE c.author_id = :author_id AND c.id < :id ORDER BY c.id DESC LIMIT :limit;

-- name: roots_best
SELECT {shown_comment} FROM comments c
WHERE c.bucket = :bucket AND c.post_id = :post_id AND c.depth = 0 AND (c.best, c.id) < (:rank, :id)
ORDER BY c.best DESC, c.id DESC LIMIT :limit;

-- name: roots_new
SELECT {shown_comment} FROM comments c
WHERE c.bucket = :bucket AND c.post_id = :post_id AND c.depth = 0 AND c.id < :id
ORDER BY c.id DESC LIMIT :limit;

-- name: roots_old
SELECT {shown_comment} FROM comments c
WHERE c.bucket = :bucket AND c.post_id = :post_id AND c.depth = 0 AND c.id > :id
ORDER BY c.id LIMIT :limit;

-- name: replies_new
SELECT {shown_comment} FROM comments c
WHERE c.bucket = :bucket AND c.parent_id = :parent_id AND c.depth > 0 AND c.id < :id
ORDER BY c.id DESC LIMIT :limit;

-- name: replies_old
SELECT {shown_comment} FROM comments c
WHERE c.bucket = :bucket AND c.parent_id = :parent_id AND c.depth > 0 AND c.id > :id
ORDER BY c.id LIMIT :limit;

-- name: unpublished_comments
SELECT {shown_comment} FROM comments c
WHERE c.author_id = :author_id AND c.status <> 'published' ORDER BY c.id DESC LIMIT :limit;
