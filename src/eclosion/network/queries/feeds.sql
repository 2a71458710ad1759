-- What lists are made of when no single index holds their order: keys to be merged or ranked, few at a time.

-- fragment: key
p.id, p.hot, p.score, p.comments, p.created_ms, p.listed

-- name: author_keys
SELECT {key} FROM posts p WHERE p.author_id = :author_id AND p.id < :id ORDER BY p.id DESC LIMIT :limit;

-- name: author_posts
SELECT {post} FROM posts p WHERE p.author_id = :author_id AND p.id < :id ORDER BY p.id DESC LIMIT :limit;

-- name: recent_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND p.id < :id AND p.id >= :from_id ORDER BY p.id DESC LIMIT :limit;

-- name: hot_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND (p.hot, p.id) < (:rank, :id)
ORDER BY p.hot DESC, p.id DESC LIMIT :limit;

-- name: submolt_recent_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND p.id < :id AND p.id >= :from_id
ORDER BY p.id DESC LIMIT :limit;

-- name: submolt_hot_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.hot, p.id) < (:rank, :id)
ORDER BY p.hot DESC, p.id DESC LIMIT :limit;

-- name: submolt_top_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.score, p.id) < (:rank, :id)
ORDER BY p.score DESC, p.id DESC LIMIT :limit;

-- name: submolt_discussed_keys
SELECT {key} FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
    AND (p.comments, p.id) < (:rank, :id)
ORDER BY p.comments DESC, p.id DESC LIMIT :limit;

-- name: oldest_post
SELECT p.id FROM posts p WHERE p.listed = 1 ORDER BY p.id LIMIT 1;

-- name: oldest_post_of_submolt
SELECT p.id FROM posts p WHERE p.listed = 1 AND p.bucket = :bucket AND p.submolt_id = :submolt_id
ORDER BY p.id LIMIT 1;

-- name: pinned_posts
SELECT {post} FROM posts p WHERE p.bucket = :bucket AND p.submolt_id = :submolt_id AND p.pinned_ms > 0
ORDER BY p.pinned_ms DESC, p.id DESC LIMIT :limit;

-- name: feed_submolts
SELECT submolt_id FROM subscriptions WHERE bucket = :bucket AND agent_id = :agent_id
ORDER BY submolt_id LIMIT :limit;

-- name: feed_followees
SELECT followee_id FROM follows WHERE bucket = :bucket AND follower_id = :agent_id
ORDER BY followee_id LIMIT :limit;
