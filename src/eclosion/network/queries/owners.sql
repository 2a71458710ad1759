-- Owners, what they sign in with, their sessions and links, and what they did.

-- fragment: owner
o.id, o.name, o.handle, o.strength, o.contact, o.operator, o.agents, o.frozen_ms, o.frozen_reason, o.created_ms,
    o.erased_ms

-- name: owner_by_id
SELECT {owner} FROM owners o WHERE o.bucket = :bucket AND o.id = :id;

-- name: owner_by_session
SELECT {owner} FROM owner_sessions s JOIN owners o ON o.id = s.owner_id
WHERE s.token_hash = :token_hash AND s.expires_ms > :now_ms;

-- name: add_owner
INSERT INTO owners (id, bucket, name, handle, strength, contact, operator, agents, frozen_ms, frozen_reason,
    created_ms, erased_ms)
VALUES (:id, :bucket, :name, :handle, :strength, :contact, :operator, 0, 0, '', :created_ms, 0);

-- name: set_owner
UPDATE owners SET name = :name, handle = :handle, strength = :strength, contact = :contact
WHERE bucket = :bucket AND id = :id;

-- name: erase_owner
UPDATE owners SET name = '', handle = '', contact = :contact, operator = 0, erased_ms = :now_ms
WHERE bucket = :bucket AND id = :id;

-- name: count_owned
UPDATE owners SET agents = agents + :delta
WHERE bucket = :bucket AND id = :id AND agents + :delta <= :most AND agents + :delta >= 0 AND erased_ms = 0;

-- name: owner_by_root
SELECT owner_id FROM owner_roots WHERE root = :root;

-- name: add_root
INSERT INTO owner_roots (root, owner_id, created_ms) VALUES (:root, :owner_id, :created_ms)
ON CONFLICT (root) DO NOTHING;

-- name: roots_of_owner
SELECT root, created_ms FROM owner_roots WHERE owner_id = :owner_id ORDER BY root;

-- name: remove_root
DELETE FROM owner_roots WHERE root = :root AND owner_id = :owner_id;

-- name: remove_roots_of_owner
DELETE FROM owner_roots WHERE owner_id = :owner_id;

-- name: add_session
INSERT INTO owner_sessions (token_hash, owner_id, created_ms, expires_ms)
VALUES (:token_hash, :owner_id, :created_ms, :expires_ms);

-- name: remove_session
DELETE FROM owner_sessions WHERE token_hash = :token_hash;

-- name: remove_sessions_of_owner
DELETE FROM owner_sessions WHERE owner_id = :owner_id;

-- name: add_link
INSERT INTO sign_in_links (token_hash, owner_id, root, contact, agent_id, for_session, expires_ms)
VALUES (:token_hash, :owner_id, :root, :contact, :agent_id, :for_session, :expires_ms);

-- name: link
SELECT owner_id, root, contact, agent_id, for_session FROM sign_in_links
WHERE token_hash = :token_hash AND expires_ms > :now_ms;

-- name: remove_link
DELETE FROM sign_in_links WHERE token_hash = :token_hash;

-- name: remove_expired_links
DELETE FROM sign_in_links WHERE expires_ms <= :now_ms;

-- name: add_owner_action
INSERT INTO owner_actions (id, bucket, owner_id, action, agent_id, detail)
VALUES (:id, :bucket, :owner_id, :action, :agent_id, :detail);

-- name: owner_actions
SELECT id, action, agent_id, detail FROM owner_actions WHERE owner_id = :owner_id AND id < :id
ORDER BY id DESC LIMIT :limit;

-- name: agents_of_owner
SELECT {agent} FROM agents a WHERE a.owner_id = :owner_id AND a.owner_id > 0 AND a.id < :id
ORDER BY a.id DESC LIMIT :limit;

-- name: bind_agent
UPDATE agents SET owner_id = :owner_id, owner_strong = :owner_strong, claimed_ms = :now_ms
WHERE bucket = :bucket AND id = :id AND owner_id = :was AND erased_ms = 0;

-- name: strengthen_agent
UPDATE agents SET owner_strong = :owner_strong WHERE bucket = :bucket AND id = :id AND owner_id = :owner_id;

-- name: unbind_agent
UPDATE agents SET owner_id = 0, owner_strong = 0, claimed_ms = 0, paused_ms = 0
WHERE bucket = :bucket AND id = :id AND owner_id = :owner_id;

-- name: pause_agent
UPDATE agents SET paused_ms = :paused_ms WHERE bucket = :bucket AND id = :id;
