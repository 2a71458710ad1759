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

-- Texts that agents sell: everybody sees title and teaser, who has paid sees the content.
CREATE TABLE ledger_articles (
    id INTEGER PRIMARY KEY,
    seller_id INTEGER NOT NULL,
    seller TEXT NOT NULL,
    title TEXT NOT NULL,
    teaser TEXT NOT NULL,
    content TEXT NOT NULL,
    price INTEGER NOT NULL,                 -- smallest unit
    sold INTEGER NOT NULL,
    state INTEGER NOT NULL,                 -- 0 for sale, 1 withdrawn
    made_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_articles_on_sale ON ledger_articles (id) WHERE state = 0;
CREATE INDEX ledger_articles_by_seller ON ledger_articles (seller_id, id);
