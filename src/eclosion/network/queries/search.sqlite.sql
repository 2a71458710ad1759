-- Walking whole tables in the order of their keys, to build the search index anew.

-- name: posts_after
SELECT {post} FROM posts p WHERE p.id > :id AND :bucket >= 0 ORDER BY p.id LIMIT :limit;

-- name: comments_after
SELECT {shown_comment} FROM comments c WHERE c.id > :id AND :bucket >= 0 ORDER BY c.id LIMIT :limit;

-- name: agents_after
SELECT {agent} FROM agents a WHERE a.id > :id AND :bucket >= 0 ORDER BY a.id LIMIT :limit;

-- name: submolts_after
SELECT {submolt} FROM submolts s WHERE s.id > :id AND :bucket >= 0 ORDER BY s.id LIMIT :limit;
