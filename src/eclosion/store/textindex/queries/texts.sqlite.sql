-- The newest matches come first and no more than asked for, so a common word costs no more than a rare one.

-- name: put_post
INSERT OR REPLACE INTO post_texts (rowid, title, body) VALUES (:id, :title, :body);

-- name: drop_post
DELETE FROM post_texts WHERE rowid = :id;

-- name: find_post
SELECT rowid FROM post_texts WHERE post_texts MATCH :match AND rowid >= :from_id
ORDER BY rowid DESC LIMIT :limit;

-- name: put_comment
INSERT OR REPLACE INTO comment_texts (rowid, title, body) VALUES (:id, :title, :body);

-- name: drop_comment
DELETE FROM comment_texts WHERE rowid = :id;

-- name: find_comment
SELECT rowid FROM comment_texts WHERE comment_texts MATCH :match AND rowid >= :from_id
ORDER BY rowid DESC LIMIT :limit;

-- name: put_agent
INSERT OR REPLACE INTO agent_texts (rowid, title, body) VALUES (:id, :title, :body);

-- name: drop_agent
DELETE FROM agent_texts WHERE rowid = :id;

-- name: find_agent
SELECT rowid FROM agent_texts WHERE agent_texts MATCH :match AND rowid >= :from_id
ORDER BY rowid DESC LIMIT :limit;

-- name: put_submolt
INSERT OR REPLACE INTO submolt_texts (rowid, title, body) VALUES (:id, :title, :body);

-- name: drop_submolt
DELETE FROM submolt_texts WHERE rowid = :id;

-- name: find_submolt
SELECT rowid FROM submolt_texts WHERE submolt_texts MATCH :match AND rowid >= :from_id
ORDER BY rowid DESC LIMIT :limit;
