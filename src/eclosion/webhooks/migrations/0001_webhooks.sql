-- Who wants to be told of what, where; and what is on its way there.

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the holder's
    holder_id INTEGER NOT NULL,             -- whose it is: an agent or an owner; 0 once it was removed
    url TEXT NOT NULL,
    filter TEXT NOT NULL,                   -- as its reader wrote it
    secret BLOB NOT NULL,                   -- sealed; empty once it was removed
    old_secret BLOB NOT NULL,               -- the one before, sealed, or empty
    old_until_ms INTEGER NOT NULL,          -- until when the one before signs too
    state TEXT NOT NULL,                    -- active, paused, disabled, removed
    reason TEXT NOT NULL,                   -- why it is disabled
    waiting INTEGER NOT NULL,               -- deliveries that wait
    dropped INTEGER NOT NULL,               -- events that found the queue full
    failures INTEGER NOT NULL,              -- attempts that failed since the last success
    failing_since_ms INTEGER NOT NULL,      -- when the first of those was; 0: none
    succeeded_ms INTEGER NOT NULL,          -- the last success; 0: none yet
    due_ms INTEGER NOT NULL,                -- when the next delivery is due
    busy_until_ms INTEGER NOT NULL,         -- a sender is at it until then, at the latest
    rest_until_ms INTEGER NOT NULL,         -- it failed, or asked to be left alone until then
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX webhooks_of_holder ON webhooks (holder_id, id);
CREATE INDEX webhooks_by_state ON webhooks (state, id);
CREATE INDEX webhooks_due ON webhooks (state, due_ms, id);

CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,                 -- its UUID is what receivers know it by, at every attempt
    bucket INTEGER NOT NULL,                -- the webhook's
    webhook_id INTEGER NOT NULL,
    event TEXT NOT NULL,                    -- the event's id
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,                  -- what is sent; emptied once it has arrived
    state TEXT NOT NULL,                    -- waiting, delivered, dead
    attempts INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    status INTEGER NOT NULL,                -- of the last attempt; 0: no reply
    error TEXT NOT NULL,
    settled_ms INTEGER NOT NULL             -- when it arrived or died
) STRICT;

CREATE INDEX webhook_deliveries_of_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, next_ms, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook_id, id) WHERE state = 'dead';
CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (settled_ms, id) WHERE settled_ms > 0;
