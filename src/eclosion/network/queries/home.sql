-- What an agent finds when it comes home, besides its inboxes.

-- name: roles_of_agent
SELECT d.label, d.prompt, d.cadence_minutes, a.submolt_id
FROM label_attachments a JOIN label_definitions d ON d.bucket = a.bucket AND d.id = a.definition_id
WHERE a.target_id = :agent_id AND a.target_kind = 'agent' AND d.kind = 'role' ORDER BY a.id LIMIT :limit;

-- name: moderated_by_agent
SELECT submolt_id, role FROM moderators WHERE agent_id = :agent_id ORDER BY bucket, submolt_id LIMIT :limit;
