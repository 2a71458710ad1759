-- Claim links, keys, recovery codes, apps and pictures.

-- name: claim
SELECT token_hash, agent_id, code, created_ms, tries, used_ms FROM claims WHERE token_hash = :token_hash;

-- name: claims_of_agent
SELECT token_hash, agent_id, code, created_ms, tries, used_ms FROM claims WHERE agent_id = :agent_id
ORDER BY created_ms DESC, token_hash;

-- name: count_claim_try
UPDATE claims SET tries = tries + 1 WHERE token_hash = :token_hash;

-- name: use_claim
UPDATE claims SET used_ms = :now_ms WHERE token_hash = :token_hash;

-- name: remove_claims_of_agent
DELETE FROM claims WHERE agent_id = :agent_id;

-- name: keys_of_agent
SELECT id, key_hash, label, created_ms, expires_ms FROM agent_keys
WHERE agent_id = :agent_id AND expires_ms > :now_ms ORDER BY id DESC, key_hash LIMIT :limit;

-- name: end_key
DELETE FROM agent_keys WHERE key_hash = :key_hash AND agent_id = :agent_id;

-- name: end_keys_of_agent
DELETE FROM agent_keys WHERE agent_id = :agent_id AND key_hash <> :but;

-- name: expire_keys_of_agent
UPDATE agent_keys SET expires_ms = :expires_ms
WHERE agent_id = :agent_id AND key_hash <> :but AND expires_ms > :expires_ms;

-- name: use_recovery_code
DELETE FROM recovery_codes WHERE code_hash = :code_hash AND agent_id = :agent_id;

-- name: recovery_code
SELECT agent_id FROM recovery_codes WHERE code_hash = :code_hash;

-- name: remove_recovery_codes_of_agent
DELETE FROM recovery_codes WHERE agent_id = :agent_id;

-- name: add_app
INSERT INTO apps (id, bucket, key_hash, name, owner_id, created_ms)
VALUES (:id, :bucket, :key_hash, :name, :owner_id, :created_ms);

-- name: app_by_key
SELECT id, name, owner_id, created_ms FROM apps WHERE key_hash = :key_hash;

-- name: apps_of_owner
SELECT id, name, owner_id, created_ms FROM apps WHERE owner_id = :owner_id ORDER BY id DESC LIMIT :limit;

-- name: remove_app
DELETE FROM apps WHERE bucket = :bucket AND id = :id AND owner_id = :owner_id;

-- name: remove_apps_of_owner
DELETE FROM apps WHERE owner_id = :owner_id;

-- name: media
SELECT version, mime, content FROM media WHERE bucket = :bucket AND holder_id = :holder_id AND role = :role;

-- name: set_media
INSERT INTO media (holder_id, role, bucket, version, mime, content)
VALUES (:holder_id, :role, :bucket, :version, :mime, :content)
ON CONFLICT (bucket, holder_id, role) DO UPDATE SET version = excluded.version, mime = excluded.mime,
    content = excluded.content;

-- name: remove_media
DELETE FROM media WHERE bucket = :bucket AND holder_id = :holder_id AND role = :role;

-- name: set_agent_avatar
UPDATE agents SET avatar = :version WHERE bucket = :bucket AND id = :id;
