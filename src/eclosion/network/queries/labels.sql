-- Labels that submolts define, and where they are put.

-- fragment: label
d.id, d.submolt_id, d.label_key, d.label, d.color, d.kind, d.prompt, d.cadence_minutes, d.created_ms

-- fragment: attachment
t.id, t.definition_id, t.submolt_id, t.target_kind, t.target_id, t.target_name, t.placement, t.by_id, t.created_ms

-- name: add_label
INSERT INTO label_definitions (id, bucket, submolt_id, label_key, label, color, kind, prompt, cadence_minutes, created_ms)
VALUES (:id, :bucket, :submolt_id, :key, :label, :color, :kind, :prompt, :cadence_minutes, :created_ms)
ON CONFLICT (bucket, submolt_id, label_key) DO NOTHING;

-- name: label_by_id
SELECT {label} FROM label_definitions d WHERE d.bucket = :bucket AND d.id = :id;

-- name: labels_of_submolt
SELECT {label} FROM label_definitions d WHERE d.bucket = :bucket AND d.submolt_id = :submolt_id
ORDER BY d.id LIMIT :limit;

-- name: add_attachment
INSERT INTO label_attachments (id, bucket, definition_id, submolt_id, target_kind, target_id, target_name, placement,
    by_id, created_ms)
VALUES (:id, :bucket, :definition_id, :submolt_id, :target_kind, :target_id, :target_name, :placement, :by_id,
    :created_ms);

-- name: attachment_by_id
SELECT {attachment} FROM label_attachments t WHERE t.bucket = :bucket AND t.id = :id;

-- name: attachment_of
SELECT {attachment} FROM label_attachments t
WHERE t.bucket = :bucket AND t.target_id = :target_id AND t.definition_id = :definition_id
ORDER BY t.id LIMIT 1;

-- name: attachments_of_label
SELECT {attachment} FROM label_attachments t WHERE t.bucket = :bucket AND t.definition_id = :definition_id
ORDER BY t.id LIMIT :limit;

-- name: remove_attachment
DELETE FROM label_attachments WHERE bucket = :bucket AND id = :id;
