-- Submolts and who belongs to them.

-- fragment: submolt
s.id, s.name, s.display_name, s.description, s.banner_color, s.theme_color, s.avatar, s.banner, s.allow_crypto,
    s.demands, s.creator_id, s.creator_name, s.subscribers, s.posts, s.comments, s.status, s.frozen_ms,
    s.frozen_reason, s.created_ms, s.active_ms

-- name: submolt_by_id
SELECT {submolt} FROM submolts s WHERE s.bucket = :bucket AND s.id = :id;

-- name: submolt_id_by_name
SELECT submolt_id FROM submolt_names WHERE name_key = :name_key;

-- name: take_submolt_name
INSERT INTO submolt_names (name_key, submolt_id) VALUES (:name_key, :submolt_id)
ON CONFLICT (name_key) DO NOTHING;

-- name: add_submolt
INSERT INTO submolts (id, bucket, name, display_name, description, banner_color, theme_color, avatar, banner,
    allow_crypto, demands, creator_id, creator_name, subscribers, posts, comments, status, frozen_ms, frozen_reason,
    created_ms, active_ms)
VALUES (:id, :bucket, :name, :display_name, :description, '', '', '', '', :allow_crypto, :demands, :creator_id,
    :creator_name, 0, 0, 0, :status, 0, '', :created_ms, :created_ms);

-- name: count_in_submolt
UPDATE submolts SET posts = posts + :posts, comments = comments + :comments,
    active_ms = CASE WHEN :now_ms > active_ms THEN :now_ms ELSE active_ms END
WHERE bucket = :bucket AND id = :id;
