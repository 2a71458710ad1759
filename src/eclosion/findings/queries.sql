-- Findings, what they mark, suppressions and detectors.

-- fragment: finding
f.id, f.kind, f.subject_id, f.agent_id, f.fingerprint, f.rule, f.severity, f.confidence, f.title, f.message, f.place,
    f.pointer, f.span_start, f.span_end, f.evidence, f.decoded, f.remedy, f.tags, f.found_by, f.found_role, f.state,
    f.standing, f.rank, f.seen, f.last_ms, f.decided_by, f.decided_reason, f.decided_ms, f.appeal, f.appealed_ms

-- fragment: detector
d.id, d.name, d.by_name, d.revoked_ms

-- fragment: suppression
s.id, s.rule, s.scope_id, s.reason, s.by_name, s.until_ms

-- Taken first by every change: it keeps two of them from deciding at once what marks a subject.

-- name: touch_subject
INSERT INTO finding_subjects (bucket, subject_id, kind, severity, finding_id, standing, amount)
VALUES (:bucket, :subject_id, :kind, 0, 0, 0, 0)
ON CONFLICT (bucket, subject_id) DO UPDATE SET kind = excluded.kind;

-- name: subject_state
SELECT severity, finding_id, standing, amount FROM finding_subjects WHERE bucket = :bucket AND subject_id = :subject_id;

-- name: set_subject
UPDATE finding_subjects SET severity = :severity, finding_id = :finding_id, standing = :standing, amount = :amount
WHERE bucket = :bucket AND subject_id = :subject_id;

-- name: finding_by_id
SELECT {finding} FROM findings f WHERE f.bucket = :bucket AND f.id = :id;

-- name: finding_by_fingerprint
SELECT {finding} FROM findings f
WHERE f.bucket = :bucket AND f.subject_id = :subject_id AND f.fingerprint = :fingerprint;

-- name: add_finding
INSERT INTO findings (id, bucket, kind, subject_id, agent_id, fingerprint, rule, severity, confidence, title, message,
    place, pointer, span_start, span_end, evidence, decoded, remedy, tags, found_by, found_role, state, standing, rank,
    seen, last_ms, decided_by, decided_reason, decided_ms, appeal, appealed_ms)
VALUES (:id, :bucket, :kind, :subject_id, :agent_id, :fingerprint, :rule, :severity, :confidence, :title, :message,
    :place, :pointer, :span_start, :span_end, :evidence, :decoded, :remedy, :tags, :found_by, :found_role, :state,
    :standing, :rank, :seen, :last_ms, :decided_by, :decided_reason, :decided_ms, :appeal, :appealed_ms);

-- name: update_finding
UPDATE findings SET severity = :severity, confidence = :confidence, title = :title, message = :message,
    evidence = :evidence, decoded = :decoded, remedy = :remedy, tags = :tags, found_by = :found_by,
    found_role = :found_role, state = :state, standing = :standing, rank = :rank, seen = :seen, last_ms = :last_ms,
    decided_by = :decided_by, decided_reason = :decided_reason, decided_ms = :decided_ms, appeal = :appeal,
    appealed_ms = :appealed_ms
WHERE bucket = :bucket AND id = :id;

-- name: findings_of_subject
SELECT {finding} FROM findings f WHERE f.bucket = :bucket AND f.subject_id = :subject_id
ORDER BY f.standing DESC, f.severity DESC, f.id DESC LIMIT :limit;

-- name: findings_of_agent
SELECT {finding} FROM findings f WHERE f.agent_id = :agent_id AND f.id < :id ORDER BY f.id DESC LIMIT :limit;

-- name: findings_in_queue
SELECT {finding} FROM findings f WHERE f.rank > 0 AND (f.rank, f.id) < (:rank, :id)
ORDER BY f.rank DESC, f.id DESC LIMIT :limit;

-- name: findings_standing
SELECT {finding} FROM findings f WHERE f.standing = 1 AND f.id < :id ORDER BY f.id DESC LIMIT :limit;

-- name: count_standing_of_agent
SELECT COUNT(*) FROM (SELECT id FROM findings WHERE agent_id = :agent_id AND standing = 1 LIMIT :limit) c;

-- What marks some subjects, at most 25 at once; 0 is nobody's id.

-- name: marks_of
SELECT m.subject_id, m.standing, {finding}
FROM finding_subjects m JOIN findings f ON f.bucket = m.bucket AND f.id = m.finding_id
WHERE m.severity > 0 AND m.subject_id IN (:s0, :s1, :s2, :s3, :s4, :s5, :s6, :s7, :s8, :s9, :s10, :s11, :s12, :s13,
    :s14, :s15, :s16, :s17, :s18, :s19, :s20, :s21, :s22, :s23, :s24);

-- name: forget_words_of
UPDATE findings SET evidence = '', decoded = '' WHERE bucket = :bucket AND subject_id = :subject_id;

-- name: wordy_findings_of_agent
SELECT bucket, id FROM findings WHERE agent_id = :agent_id AND id < :id ORDER BY id DESC LIMIT :limit;

-- name: forget_words
UPDATE findings SET evidence = '', decoded = '' WHERE bucket = :bucket AND id = :id;

-- name: old_evidence
SELECT bucket, id FROM findings WHERE evidence <> '' AND last_ms < :before_ms ORDER BY last_ms, id LIMIT :limit;

-- name: forget_evidence
UPDATE findings SET evidence = '' WHERE bucket = :bucket AND id = :id;

-- name: add_to_total
INSERT INTO finding_totals (state, severity, bucket, amount) VALUES (:state, :severity, :bucket, :amount)
ON CONFLICT (state, severity, bucket) DO UPDATE SET amount = finding_totals.amount + excluded.amount;

-- name: totals
SELECT state, severity, SUM(amount) FROM finding_totals GROUP BY state, severity ORDER BY state, severity;

-- name: add_suppression
INSERT INTO suppressions (id, bucket, rule, scope_id, reason, by_name, until_ms)
VALUES (:id, :bucket, :rule, :scope_id, :reason, :by_name, :until_ms);

-- name: is_suppressed
SELECT s.id FROM suppressions s
WHERE s.rule = :rule AND s.scope_id IN (0, :subject_id, :agent_id) AND s.until_ms > :now_ms LIMIT 1;

-- name: list_suppressions
SELECT {suppression} FROM suppressions s WHERE s.id < :id ORDER BY s.id DESC LIMIT :limit;

-- name: end_suppression
UPDATE suppressions SET until_ms = :now_ms WHERE bucket = :bucket AND id = :id AND until_ms > :now_ms;

-- name: take_detector_name
INSERT INTO detector_names (name_key, detector_id) VALUES (:name_key, :detector_id)
ON CONFLICT (name_key) DO NOTHING;

-- name: release_detector_name
DELETE FROM detector_names WHERE name_key = :name_key;

-- name: detector_id_by_name
SELECT detector_id FROM detector_names WHERE name_key = :name_key;

-- name: add_detector
INSERT INTO detectors (id, bucket, name, key_hash, by_name, revoked_ms)
VALUES (:id, :bucket, :name, :key_hash, :by_name, 0);

-- name: detector_by_key
SELECT {detector} FROM detectors d WHERE d.key_hash = :key_hash AND d.revoked_ms = 0;

-- name: list_detectors
SELECT {detector} FROM detectors d ORDER BY d.id DESC LIMIT :limit;

-- name: revoke_detector
UPDATE detectors SET revoked_ms = :now_ms WHERE bucket = :bucket AND id = :id AND revoked_ms = 0;
