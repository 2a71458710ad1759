-- Which posts, comments and agents stand under a label, and how severe it is.

-- name: mark_post
UPDATE posts SET marked = :severity WHERE bucket = :bucket AND id = :id;

-- name: mark_comment
UPDATE comments SET marked = :severity WHERE bucket = :bucket AND id = :id;

-- name: mark_agent
UPDATE agents SET marked = :severity WHERE bucket = :bucket AND id = :id;
