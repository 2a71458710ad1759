-- Payments that come in by x402, MPP and L402: which address pays from which account, and what each payment was for.

CREATE TABLE ledger_payers (
    address BLOB PRIMARY KEY NOT NULL,      -- 20 bytes; whoever holds its key pays from the account
    account_id BLOB NOT NULL,
    agent_id INTEGER NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_payers_by_agent ON ledger_payers (agent_id, made_ms);

-- A payment's id is that of its pending transfer. It is for one resource, the first that it was shown at.
CREATE TABLE ledger_payments (
    id BLOB PRIMARY KEY NOT NULL,
    protocol TEXT NOT NULL,                 -- x402, mpp, l402
    resource TEXT NOT NULL,                 -- empty: an invoice that was paid and not shown anywhere yet
    debit_id BLOB NOT NULL,
    credit_id BLOB NOT NULL,
    amount INTEGER NOT NULL,
    secret BLOB NOT NULL,                   -- whoever has it may settle or release
    state INTEGER NOT NULL,                 -- 0 held, 1 settled, 2 released, 3 paid and not shown yet
    made_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL               -- 0: not yet
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_payments_by_debit ON ledger_payments (debit_id, made_ms);
CREATE INDEX ledger_payments_by_credit ON ledger_payments (credit_id, made_ms);
