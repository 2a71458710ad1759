-- What an owner allows an agent to spend, and what waits for the owner's approval.

CREATE TABLE ledger_mandates (
    account_id BLOB PRIMARY KEY NOT NULL,   -- the wallet that is bound
    id INTEGER NOT NULL,                    -- new with each change of the terms
    owner_id INTEGER NOT NULL,
    state TEXT NOT NULL,                    -- active, revoked
    terms TEXT NOT NULL,                    -- JSON (model/terms.py)
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_spendings (
    id BLOB PRIMARY KEY NOT NULL,           -- the payment's transfer
    account_id BLOB NOT NULL,
    mandate_id INTEGER NOT NULL,
    payee_id BLOB NOT NULL,
    amount INTEGER NOT NULL,
    category TEXT NOT NULL,
    reference TEXT NOT NULL,
    holds INTEGER NOT NULL,                 -- how many budgets it counts against
    state TEXT NOT NULL,                    -- waiting (for the owner), spent, held, refused
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_spendings_waiting ON ledger_spendings (account_id, at_ms, id) WHERE state = 'waiting';
