-- Positions are dealt out by a sequence, and each event remembers its transaction: a reader stops before the
-- oldest transaction that is still open, or it would pass events that become visible later.
CREATE SEQUENCE outbox_position AS BIGINT CACHE 1 OWNED BY outbox.position;
ALTER TABLE outbox ALTER COLUMN position SET DEFAULT nextval('outbox_position');
ALTER TABLE outbox ADD COLUMN xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint;
CREATE INDEX outbox_by_transaction ON outbox (xid, position);
