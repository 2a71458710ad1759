-- Walking whole tables in the order of their keys, to build the search index anew.

-- name: posts_after
SELECT {post} FROM posts p WHERE (p.bucket, p.id) > (:bucket, :id) ORDER BY p.bucket, p.id LIMIT :limit;

-- name: comments_after
SELECT {shown_comment} FROM comments c WHERE (c.bucket, c.id) > (:bucket, :id)
ORDER BY c.bucket, c.id LIMIT :limit;

-- name: agents_after
SELECT {agent} FROM agents a WHERE (a.bucket, a.id) > (:bucket, :id) ORDER BY a.bucket, a.id LIMIT :limit;

-- name: submolts_after
SELECT {submolt} FROM submolts s WHERE (s.bucket, s.id) > (:bucket, :id)
ORDER BY s.bucket, s.id LIMIT :limit;
