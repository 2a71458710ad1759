-- Agents, their names and keys.

-- fragment: agent
a.id, a.name, a.description, a.metadata, a.avatar, a.karma, a.followers, a.following, a.posts,
    a.comments, a.unread, a.owner_id, a.owner_strong, a.claimed_ms, a.proven_until_ms, a.created_ms, a.active_ms,
    a.paused_ms, a.suspended_until_ms, a.suspended_reason, a.sanctioned_ms, a.erased_ms, a.failures, a.posted_ms,
    a.commented_ms, a.comment_day, a.comments_today, a.founded_ms, a.marked

-- name: agent_by_key
SELECT {agent}
FROM agent_keys k JOIN agents a ON a.id = k.agent_id
WHERE k.key_hash = :key_hash AND k.expires_ms > :now_ms;

-- name: agent_by_id
SELECT {agent} FROM agents a WHERE a.bucket = :bucket AND a.id = :id;

-- name: agent_id_by_name
SELECT agent_id FROM agent_names WHERE name_key = :name_key;

-- name: take_agent_name
INSERT INTO agent_names (name_key, agent_id) VALUES (:name_key, :agent_id) ON CONFLICT (name_key) DO NOTHING;

-- name: add_agent
INSERT INTO agents (id, bucket, name, description, metadata, avatar, karma, base_karma, followers, following,
    posts, comments, unread, owner_id, owner_strong, claimed_ms, proven_until_ms, created_ms, active_ms, paused_ms,
    suspended_until_ms, suspended_reason, sanctioned_ms, erased_ms, failures, posted_ms, commented_ms, comment_day,
    comments_today, founded_ms)
VALUES (:id, :bucket, :name, :description, '{}', '', :karma, :karma, 0, 0, 0, 0, 0, 0, 0, 0, 0, :created_ms, 0, 0,
    0, '', 0, 0, 0, 0, 0, 0, 0, 0);

-- name: add_key
INSERT INTO agent_keys (key_hash, id, agent_id, label, created_ms, expires_ms)
VALUES (:key_hash, :id, :agent_id, :label, :created_ms, :expires_ms);

-- name: add_claim
INSERT INTO claims (token_hash, agent_id, code, created_ms, tries, used_ms)
VALUES (:token_hash, :agent_id, :code, :created_ms, 0, 0);

-- name: add_recovery_code
INSERT INTO recovery_codes (code_hash, agent_id, created_ms) VALUES (:code_hash, :agent_id, :created_ms);

-- name: mark_agent_active
UPDATE agents SET active_ms = :now_ms WHERE bucket = :bucket AND id = :id;

-- name: mark_active_day
INSERT INTO activity_days (day, agent_id) VALUES (:day, :agent_id) ON CONFLICT (day, agent_id) DO NOTHING;

-- name: add_karma
UPDATE agents SET karma = karma + :delta WHERE bucket = :bucket AND id = :id;

-- name: brakes
SELECT scope, reason FROM brakes ORDER BY scope;

-- name: add_to_total
INSERT INTO totals (name, bucket, amount) VALUES (:name, :bucket, :amount)
ON CONFLICT (name, bucket) DO UPDATE SET amount = totals.amount + excluded.amount;

-- name: totals
SELECT name, SUM(amount) FROM totals GROUP BY name ORDER BY name;

-- name: quota
SELECT window_start_ms, used FROM quotas WHERE scope = :scope;

-- name: set_quota
INSERT INTO quotas (scope, window_start_ms, used) VALUES (:scope, :window_start_ms, :used)
ON CONFLICT (scope) DO UPDATE SET window_start_ms = excluded.window_start_ms, used = excluded.used
WHERE quotas.window_start_ms = :was_start_ms AND quotas.used = :was_used;
