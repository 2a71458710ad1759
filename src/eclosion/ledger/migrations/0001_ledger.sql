-- Accounts, transfers and the log. Ids of 128 bits are 16 bytes, the highest first, so both engines order them as numbers.
-- The ledger is not sharded: one chain orders everything that happens in it.

CREATE TABLE ledger_accounts (
    id BLOB PRIMARY KEY NOT NULL,
    ledger INTEGER NOT NULL,
    code INTEGER NOT NULL,                  -- what sort of account
    flags INTEGER NOT NULL,
    debits_pending INTEGER NOT NULL CHECK (debits_pending >= 0),
    debits_posted INTEGER NOT NULL CHECK (debits_posted >= 0),
    credits_pending INTEGER NOT NULL CHECK (credits_pending >= 0),
    credits_posted INTEGER NOT NULL CHECK (credits_posted >= 0),
    user_data_128 BLOB NOT NULL,
    user_data_64 INTEGER NOT NULL,
    user_data_32 INTEGER NOT NULL,
    at_ns INTEGER NOT NULL,
    -- A second net under the rules: the database itself refuses a breached limit.
    CHECK ((flags & 2) = 0 OR debits_pending + debits_posted <= credits_posted),
    CHECK ((flags & 4) = 0 OR credits_pending + credits_posted <= debits_posted)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_transfers (
    at_ns INTEGER PRIMARY KEY,              -- given by the ledger, unique, growing
    id BLOB NOT NULL,                       -- made by whoever asked
    debit_id BLOB NOT NULL,
    credit_id BLOB NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    ledger INTEGER NOT NULL,
    code INTEGER NOT NULL,                  -- what for
    flags INTEGER NOT NULL,
    pending_id BLOB NOT NULL,               -- zero: it resolves nothing
    timeout_ms INTEGER NOT NULL,
    user_data_128 BLOB NOT NULL,
    user_data_64 INTEGER NOT NULL,
    user_data_32 INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX ledger_transfers_by_id ON ledger_transfers (id);
CREATE INDEX ledger_transfers_by_debit ON ledger_transfers (debit_id, at_ns);
CREATE INDEX ledger_transfers_by_credit ON ledger_transfers (credit_id, at_ns);

-- How pending transfers stand. The transfer itself never changes; this row does, once.
CREATE TABLE ledger_pending (
    id BLOB PRIMARY KEY NOT NULL,
    debit_id BLOB NOT NULL,
    credit_id BLOB NOT NULL,
    amount INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    expires_ns INTEGER NOT NULL,            -- 0: never
    state INTEGER NOT NULL                  -- 0 open, 1 posted, 2 voided, 3 expired
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_pending_due ON ledger_pending (expires_ns, id) WHERE state = 0 AND expires_ns > 0;
CREATE INDEX ledger_pending_by_debit ON ledger_pending (debit_id, id) WHERE state = 0;
CREATE INDEX ledger_pending_by_credit ON ledger_pending (credit_id, id) WHERE state = 0;

-- Ids that a transient failure has used up.
CREATE TABLE ledger_burned (
    id BLOB PRIMARY KEY NOT NULL,
    status TEXT NOT NULL,
    at_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Balances after each transfer, for accounts with the flag history.
CREATE TABLE ledger_history (
    account_id BLOB NOT NULL,
    at_ns INTEGER NOT NULL,
    debits_pending INTEGER NOT NULL,
    debits_posted INTEGER NOT NULL,
    credits_pending INTEGER NOT NULL,
    credits_posted INTEGER NOT NULL,
    PRIMARY KEY (account_id, at_ns)
) STRICT, WITHOUT ROWID;

-- Everything that ever happened, a row a batch: records one after the other (model/records.py), and a hash over them and
-- the hash before.
CREATE TABLE ledger_log (
    number INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    records BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- The end of the log. Locked by every change, so that changes stand in a line.
CREATE TABLE ledger_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
