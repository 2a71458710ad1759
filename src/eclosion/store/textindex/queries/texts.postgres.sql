-- The newest matches come first and no more than asked for.

-- name: put_post
INSERT INTO post_texts (id, words) VALUES (:id,
    to_tsvector('eclosion', :title) || to_tsvector('eclosion', :body))
ON CONFLICT (id) DO UPDATE SET words = excluded.words;

-- name: drop_post
DELETE FROM post_texts WHERE id = :id;

-- name: find_post
SELECT id FROM post_texts WHERE words @@ to_tsquery('eclosion', :match) AND id >= :from_id
ORDER BY id DESC LIMIT :limit;

-- name: put_comment
INSERT INTO comment_texts (id, words) VALUES (:id,
    to_tsvector('eclosion', :title) || to_tsvector('eclosion', :body))
ON CONFLICT (id) DO UPDATE SET words = excluded.words;

-- name: drop_comment
DELETE FROM comment_texts WHERE id = :id;

-- name: find_comment
SELECT id FROM comment_texts WHERE words @@ to_tsquery('eclosion', :match) AND id >= :from_id
ORDER BY id DESC LIMIT :limit;

-- name: put_agent
INSERT INTO agent_texts (id, words) VALUES (:id,
    to_tsvector('eclosion', :title) || to_tsvector('eclosion', :body))
ON CONFLICT (id) DO UPDATE SET words = excluded.words;

-- name: drop_agent
DELETE FROM agent_texts WHERE id = :id;

-- name: find_agent
SELECT id FROM agent_texts WHERE words @@ to_tsquery('eclosion', :match) AND id >= :from_id
ORDER BY id DESC LIMIT :limit;

-- name: put_submolt
INSERT INTO submolt_texts (id, words) VALUES (:id,
    to_tsvector('eclosion', :title) || to_tsvector('eclosion', :body))
ON CONFLICT (id) DO UPDATE SET words = excluded.words;

-- name: drop_submolt
DELETE FROM submolt_texts WHERE id = :id;

-- name: find_submolt
SELECT id FROM submolt_texts WHERE words @@ to_tsquery('eclosion', :match) AND id >= :from_id
ORDER BY id DESC LIMIT :limit;
