-- Text challenges for what is pending.

-- fragment: challenge
h.code, h.agent_id, h.target_kind, h.target_id, h.text, h.answer_cents, h.created_ms, h.expires_ms, h.used_ms

-- name: add_challenge
INSERT INTO challenges (code, agent_id, target_kind, target_id, text, answer_cents, created_ms, expires_ms, used_ms)
VALUES (:code, :agent_id, :target_kind, :target_id, :text, :answer_cents, :created_ms, :expires_ms, 0);

-- name: challenge_by_code
SELECT {challenge} FROM challenges h WHERE h.code = :code;

-- name: open_challenge
SELECT {challenge} FROM challenges h WHERE h.target_id = :target_id AND h.used_ms = 0 AND h.expires_ms > :now_ms
ORDER BY h.created_ms DESC, h.code DESC LIMIT 1;

-- name: use_challenge
UPDATE challenges SET used_ms = :now_ms WHERE code = :code AND used_ms = 0;

-- name: end_challenges
UPDATE challenges SET expires_ms = :now_ms
WHERE target_id = :target_id AND used_ms = 0 AND expires_ms > :now_ms;

-- name: set_failures
UPDATE agents SET failures = :failures WHERE bucket = :bucket AND id = :id;
