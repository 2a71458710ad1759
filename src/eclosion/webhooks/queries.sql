-- fragment: webhook
id, holder_id, url, filter, secret, old_secret, old_until_ms, state, reason, waiting, dropped, failures,
failing_since_ms, succeeded_ms, due_ms, busy_until_ms, rest_until_ms,
created_ms

-- fragment: delivery
id, webhook_id, event, kind, payload, state, attempts, next_ms, status, error, settled_ms

-- name: add_webhook
INSERT INTO webhooks (id, bucket, holder_id, url, filter, secret, old_secret, old_until_ms, state, reason, waiting,
    dropped, failures, failing_since_ms, succeeded_ms, due_ms, busy_until_ms, rest_until_ms, created_ms)
VALUES (:id, :bucket, :holder_id, :url, :filter, :secret, :nothing, 0, 'active', '', 0, 0, 0, 0, 0, :never_ms, 0, 0,
    :created_ms);

-- name: webhook_by_id
SELECT {webhook} FROM webhooks WHERE bucket = :bucket AND id = :id AND state <> 'removed';

-- name: webhooks_of_holder
SELECT {webhook} FROM webhooks WHERE holder_id = :holder_id AND id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: webhooks_in_state
SELECT {webhook} FROM webhooks WHERE state = :state AND id > :after_id ORDER BY id LIMIT :limit;

-- name: all_webhooks
SELECT {webhook} FROM webhooks WHERE id < :before_id AND state <> 'removed' ORDER BY id DESC LIMIT :limit;

-- name: change_webhook
UPDATE webhooks SET url = :url, filter = :filter WHERE bucket = :bucket AND id = :id;

-- name: set_secrets
UPDATE webhooks SET secret = :secret, old_secret = :old_secret, old_until_ms = :old_until_ms
WHERE bucket = :bucket AND id = :id;

-- name: set_state
UPDATE webhooks SET state = :state, reason = :reason WHERE bucket = :bucket AND id = :id;

-- name: start_afresh
UPDATE webhooks SET state = 'active', reason = '', failures = 0, failing_since_ms = 0, rest_until_ms = 0
WHERE bucket = :bucket AND id = :id;

-- What stays of a removed one is its number, until its deliveries are gone.

-- name: remove_webhook
UPDATE webhooks SET state = 'removed', holder_id = 0, url = '', filter = '', reason = '', secret = :nothing,
    old_secret = :nothing, due_ms = :never_ms
WHERE bucket = :bucket AND id = :id AND state <> 'removed';

-- name: forget_webhook
DELETE FROM webhooks WHERE bucket = :bucket AND id = :id AND state = 'removed';

-- name: take_place_in_queue
UPDATE webhooks SET waiting = waiting + 1, due_ms = CASE WHEN due_ms < :next_ms THEN due_ms ELSE :next_ms END
WHERE bucket = :bucket AND id = :id AND state = 'active' AND created_ms <= :at_ms AND waiting < :most;

-- name: count_dropped
UPDATE webhooks SET dropped = dropped + 1
WHERE bucket = :bucket AND id = :id AND state = 'active' AND waiting >= :most;

-- name: count_waiting
UPDATE webhooks SET waiting = waiting + :change WHERE bucket = :bucket AND id = :id;

-- name: add_delivery
INSERT INTO webhook_deliveries (id, bucket, webhook_id, event, kind, payload, state, attempts, next_ms, status, error,
    settled_ms)
VALUES (:id, :bucket, :webhook_id, :event, :kind, :payload, 'waiting', 0, :next_ms, 0, '', 0);

-- name: due_webhooks
SELECT id FROM webhooks
WHERE state = 'active' AND due_ms <= :now_ms AND busy_until_ms <= :now_ms AND rest_until_ms <= :now_ms ORDER BY due_ms, id LIMIT :limit;

-- name: take_webhook
UPDATE webhooks SET busy_until_ms = :until_ms
WHERE bucket = :bucket AND id = :id AND state = 'active' AND due_ms <= :now_ms AND busy_until_ms <= :now_ms
    AND rest_until_ms <= :now_ms;

-- name: let_webhook_go
UPDATE webhooks SET busy_until_ms = 0, rest_until_ms = :until_ms, due_ms = :due_ms
WHERE bucket = :bucket AND id = :id;

-- name: wake_webhook
UPDATE webhooks SET rest_until_ms = 0, due_ms = :due_ms WHERE bucket = :bucket AND id = :id;

-- name: due_deliveries
SELECT {delivery} FROM webhook_deliveries
WHERE webhook_id = :webhook_id AND state = 'waiting' AND next_ms <= :now_ms ORDER BY next_ms, id LIMIT :limit;

-- name: next_delivery
SELECT next_ms FROM webhook_deliveries
WHERE webhook_id = :webhook_id AND state = 'waiting' ORDER BY next_ms, id LIMIT 1;

-- name: delivery_by_id
SELECT {delivery} FROM webhook_deliveries WHERE bucket = :bucket AND id = :id;

-- name: deliveries_of
SELECT {delivery} FROM webhook_deliveries
WHERE webhook_id = :webhook_id AND id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: dead_deliveries_of
SELECT {delivery} FROM webhook_deliveries
WHERE webhook_id = :webhook_id AND state = 'dead' AND id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: set_delivered
UPDATE webhook_deliveries SET state = 'delivered', payload = '', attempts = attempts + 1, status = :status, error = '',
    settled_ms = :now_ms
WHERE bucket = :bucket AND id = :id AND state = 'waiting';

-- name: put_off
UPDATE webhook_deliveries SET attempts = attempts + 1, next_ms = :next_ms, status = :status, error = :error
WHERE bucket = :bucket AND id = :id AND state = 'waiting';

-- name: set_dead
UPDATE webhook_deliveries SET state = 'dead', attempts = attempts + 1, status = :status, error = :error,
    settled_ms = :now_ms
WHERE bucket = :bucket AND id = :id AND state = 'waiting';

-- name: end_waiting
UPDATE webhook_deliveries SET state = 'dead', error = CASE WHEN error = '' THEN :error ELSE error END,
    settled_ms = :now_ms
WHERE webhook_id = :webhook_id AND state = 'waiting';

-- name: revive
UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_ms = :now_ms, settled_ms = 0
WHERE bucket = :bucket AND id = :id AND state = 'dead';

-- name: note_success
UPDATE webhooks SET failures = 0, failing_since_ms = 0, succeeded_ms = :now_ms, waiting = waiting - 1
WHERE bucket = :bucket AND id = :id;

-- name: note_failure
UPDATE webhooks SET failures = failures + 1,
    failing_since_ms = CASE WHEN failing_since_ms = 0 THEN :now_ms ELSE failing_since_ms END
WHERE bucket = :bucket AND id = :id;

-- name: settled_deliveries
SELECT id, bucket FROM webhook_deliveries
WHERE settled_ms > 0 AND settled_ms < :before_ms ORDER BY settled_ms, id LIMIT :limit;

-- name: ids_of_deliveries
SELECT id, bucket FROM webhook_deliveries WHERE webhook_id = :webhook_id ORDER BY id LIMIT :limit;

-- name: forget_delivery
DELETE FROM webhook_deliveries WHERE bucket = :bucket AND id = :id;
