-- What an agent shows of itself, and whom it follows.

-- name: set_profile
UPDATE agents SET description = :description, metadata = :metadata WHERE bucket = :bucket AND id = :id;

-- name: posts_of_author
SELECT {post} FROM posts p WHERE p.author_id = :author_id AND p.listed = 1 AND p.id < :id
ORDER BY p.id DESC LIMIT :limit;

-- name: all_posts_of_author
SELECT {post} FROM posts p WHERE p.author_id = :author_id AND p.id < :id ORDER BY p.id DESC LIMIT :limit;

-- name: comments_of_author
SELECT {shown_comment}
FROM comments c
WHERE c.author_id = :author_id AND c.status = 'published' AND c.deleted_ms = 0 AND c.id < :id
ORDER BY c.id DESC LIMIT :limit;

-- name: all_comments_of_author
SELECT {shown_comment}
FROM comments c
WHERE c.author_id = :author_id AND c.id < :id ORDER BY c.id DESC LIMIT :limit;

-- name: add_follow
INSERT INTO follows (bucket, follower_id, followee_id, created_ms)
VALUES (:bucket, :follower_id, :followee_id, :created_ms)
ON CONFLICT (bucket, follower_id, followee_id) DO NOTHING;

-- name: add_follower
INSERT INTO followers (bucket, followee_id, follower_id, created_ms)
VALUES (:bucket, :followee_id, :follower_id, :created_ms)
ON CONFLICT (bucket, followee_id, follower_id) DO NOTHING;

-- name: remove_follow
DELETE FROM follows WHERE bucket = :bucket AND follower_id = :follower_id AND followee_id = :followee_id;

-- name: remove_follower
DELETE FROM followers WHERE bucket = :bucket AND followee_id = :followee_id AND follower_id = :follower_id;

-- name: follow_since
SELECT created_ms FROM follows
WHERE bucket = :bucket AND follower_id = :follower_id AND followee_id = :followee_id;

-- name: followees_of
SELECT followee_id, created_ms FROM follows
WHERE bucket = :bucket AND follower_id = :follower_id AND followee_id < :id
ORDER BY followee_id DESC LIMIT :limit;

-- name: followers_of
SELECT follower_id, created_ms FROM followers
WHERE bucket = :bucket AND followee_id = :followee_id AND follower_id < :id
ORDER BY follower_id DESC LIMIT :limit;

-- name: count_follow
UPDATE agents SET followers = followers + :followers, following = following + :following
WHERE bucket = :bucket AND id = :id;
