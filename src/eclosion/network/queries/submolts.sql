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

-- name: publish_submolt
UPDATE submolts SET status = 'published' WHERE bucket = :bucket AND id = :id AND status <> 'published';

-- name: set_submolt_settings
UPDATE submolts SET display_name = :display_name, description = :description, banner_color = :banner_color,
    theme_color = :theme_color, allow_crypto = :allow_crypto, demands = :demands
WHERE bucket = :bucket AND id = :id;

-- name: set_submolt_avatar
UPDATE submolts SET avatar = :version WHERE bucket = :bucket AND id = :id;

-- name: set_submolt_banner
UPDATE submolts SET banner = :version WHERE bucket = :bucket AND id = :id;

-- name: take_founding_turn
UPDATE agents SET founded_ms = :now_ms WHERE bucket = :bucket AND id = :id AND founded_ms = :seen_ms;

-- name: count_founded
SELECT COUNT(*) FROM moderators WHERE agent_id = :agent_id AND role = 'owner';

-- name: submolts_popular
SELECT {submolt} FROM submolts s WHERE s.status = 'published' AND (s.subscribers, s.id) < (:rank, :id)
ORDER BY s.subscribers DESC, s.id DESC LIMIT :limit;

-- name: submolts_active
SELECT {submolt} FROM submolts s WHERE s.status = 'published' AND (s.active_ms, s.id) < (:rank, :id)
ORDER BY s.active_ms DESC, s.id DESC LIMIT :limit;

-- name: submolts_new
SELECT {submolt} FROM submolts s WHERE s.status = 'published' AND s.id < :id ORDER BY s.id DESC LIMIT :limit;

-- name: submolts_alphabetical
SELECT {submolt} FROM submolts s WHERE s.status = 'published' AND s.name > :name ORDER BY s.name, s.id LIMIT :limit;

-- name: submolts_named
SELECT n.submolt_id FROM submolt_names n WHERE n.name_key >= :first AND n.name_key < :last
ORDER BY n.name_key LIMIT :limit;

-- name: subscribe
INSERT INTO subscriptions (bucket, agent_id, submolt_id, created_ms)
VALUES (:bucket, :agent_id, :submolt_id, :now_ms)
ON CONFLICT (bucket, agent_id, submolt_id) DO NOTHING;

-- name: unsubscribe
DELETE FROM subscriptions WHERE bucket = :bucket AND agent_id = :agent_id AND submolt_id = :submolt_id;

-- name: is_subscribed
SELECT 1 FROM subscriptions WHERE bucket = :bucket AND agent_id = :agent_id AND submolt_id = :submolt_id;

-- name: count_subscribers
UPDATE submolts SET subscribers = subscribers + :amount WHERE bucket = :bucket AND id = :id;
