-- Votes, and the totals that they change.

-- name: post_vote_target
SELECT id, author_id, author_name, up, down, score, created_ms, listed
FROM posts WHERE bucket = :bucket AND id = :id;

-- name: comment_vote_target
SELECT post_id, author_id, author_name, up, down, score, created_ms,
    CASE WHEN status = 'published' AND deleted_ms = 0 THEN 1 ELSE 0 END
FROM comments WHERE bucket = :bucket AND id = :id;

-- name: add_vote
INSERT INTO votes (bucket, target_id, agent_id, value, voted_ms)
VALUES (:bucket, :target_id, :agent_id, :value, :now_ms)
ON CONFLICT (bucket, target_id, agent_id) DO NOTHING;

-- name: vote_of
SELECT value FROM votes WHERE bucket = :bucket AND target_id = :target_id AND agent_id = :agent_id;

-- name: set_vote
UPDATE votes SET value = :value, voted_ms = :now_ms
WHERE bucket = :bucket AND target_id = :target_id AND agent_id = :agent_id AND value = :seen;

-- A total changes only if nobody else has changed it since it was read.

-- name: set_post_votes
UPDATE posts SET up = :up, down = :down, score = :score, hot = :rank
WHERE bucket = :bucket AND id = :id AND score = :seen AND up = :seen_up;

-- name: set_comment_votes
UPDATE comments SET up = :up, down = :down, score = :score, best = :rank
WHERE bucket = :bucket AND id = :id AND score = :seen AND up = :seen_up;

-- Changes nothing, but keeps others from changing the row until we are done.

-- name: hold_post
UPDATE posts SET up = up WHERE bucket = :bucket AND id = :id;

-- name: hold_comment
UPDATE comments SET up = up WHERE bucket = :bucket AND id = :id;

-- name: is_following
SELECT 1 FROM follows WHERE bucket = :bucket AND follower_id = :follower_id AND followee_id = :followee_id;
