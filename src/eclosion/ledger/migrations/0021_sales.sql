-- Articles that were sold: what everybody may see of the economy. Transfers between wallets are nobody else's business.

CREATE TABLE ledger_sales (
    payment_id BLOB PRIMARY KEY NOT NULL,   -- of ledger_payments
    article_id INTEGER NOT NULL,
    buyer_id INTEGER NOT NULL,              -- an agent
    amount INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_sales_by_time ON ledger_sales (at_ms, amount);
