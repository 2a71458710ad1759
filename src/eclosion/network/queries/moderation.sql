-- Moderators, mutes, reports, the public log, sanctions and the emergency brake.

-- fragment: report
r.id, r.submolt_id, r.target_kind, r.target_id, r.reporter_id, r.reason, r.status, r.created_ms

-- fragment: entry
e.id, e.submolt_id, e.submolt_name, e.by_role, e.by_name, e.action, e.target_kind, e.target_id, e.reason

-- name: moderator_role
SELECT role FROM moderators WHERE bucket = :bucket AND submolt_id = :submolt_id AND agent_id = :agent_id;

-- name: moderators
SELECT agent_id, agent_name, role, created_ms FROM moderators
WHERE bucket = :bucket AND submolt_id = :submolt_id ORDER BY role DESC, created_ms, agent_id;

-- name: add_moderator
INSERT INTO moderators (bucket, submolt_id, agent_id, agent_name, role, created_ms)
VALUES (:bucket, :submolt_id, :agent_id, :agent_name, :role, :now_ms)
ON CONFLICT (bucket, submolt_id, agent_id) DO NOTHING;

-- name: remove_moderator
DELETE FROM moderators WHERE bucket = :bucket AND submolt_id = :submolt_id AND agent_id = :agent_id;

-- name: mute_of
SELECT reason, until_ms FROM mutes WHERE bucket = :bucket AND submolt_id = :submolt_id AND agent_id = :agent_id;

-- name: set_mute
INSERT INTO mutes (bucket, submolt_id, agent_id, reason, until_ms)
VALUES (:bucket, :submolt_id, :agent_id, :reason, :until_ms)
ON CONFLICT (bucket, submolt_id, agent_id)
DO UPDATE SET reason = excluded.reason, until_ms = excluded.until_ms;

-- name: add_report
INSERT INTO reports (id, bucket, submolt_id, target_kind, target_id, reporter_id, reason, status, created_ms)
VALUES (:id, :bucket, :submolt_id, :target_kind, :target_id, :reporter_id, :reason, 'open', :created_ms)
ON CONFLICT (bucket, target_id, reporter_id) DO NOTHING;

-- name: report_by_id
SELECT {report} FROM reports r WHERE r.bucket = :bucket AND r.id = :id;

-- name: open_reports
SELECT {report} FROM reports r WHERE r.status = 'open' AND r.id < :id ORDER BY r.id DESC LIMIT :limit;

-- name: open_reports_of_submolt
SELECT {report} FROM reports r
WHERE r.status = 'open' AND r.bucket = :bucket AND r.submolt_id = :submolt_id AND r.id < :id
ORDER BY r.id DESC LIMIT :limit;

-- name: settle_reports
UPDATE reports SET status = :status WHERE bucket = :bucket AND target_id = :target_id AND status = 'open';

-- name: add_moderation
INSERT INTO moderation (id, bucket, submolt_id, submolt_name, by_role, by_name, action, target_kind, target_id, reason)
VALUES (:id, :bucket, :submolt_id, :submolt_name, :by_role, :by_name, :action, :target_kind, :target_id, :reason);

-- name: moderation_log
SELECT {entry} FROM moderation e WHERE e.id < :id ORDER BY e.id DESC LIMIT :limit;

-- name: moderation_log_of_submolt
SELECT {entry} FROM moderation e WHERE e.bucket = :bucket AND e.submolt_id = :submolt_id AND e.id < :id
ORDER BY e.id DESC LIMIT :limit;

-- name: suspend_agent
UPDATE agents SET suspended_until_ms = :until_ms, suspended_reason = :reason, failures = 0,
    sanctioned_ms = CASE WHEN :until_ms > 0 THEN :now_ms ELSE sanctioned_ms END
WHERE bucket = :bucket AND id = :id;

-- name: pull_brake
INSERT INTO brakes (scope, reason, by_name, since_ms) VALUES (:scope, :reason, :by_name, :now_ms)
ON CONFLICT (scope) DO UPDATE SET reason = excluded.reason, by_name = excluded.by_name;

-- name: release_brake
DELETE FROM brakes WHERE scope = :scope;

-- name: list_brakes
SELECT scope, reason, by_name, since_ms FROM brakes ORDER BY scope;

-- name: freeze_submolt
UPDATE submolts SET frozen_ms = :now_ms, frozen_reason = :reason WHERE bucket = :bucket AND id = :id;

-- name: freeze_owner
UPDATE owners SET frozen_ms = :now_ms, frozen_reason = :reason WHERE bucket = :bucket AND id = :id;
