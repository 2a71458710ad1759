-- A plain PostgreSQL ledger, as one writes it in an afternoon: two tables and a function. It has balances that may not
-- fall below zero and ids that count once; no pending transfers, no chains, no log. What the ledger's benchmark runs
-- beside ours.

CREATE TABLE stored_accounts (id BIGINT PRIMARY KEY, debits BIGINT NOT NULL, credits BIGINT NOT NULL);
CREATE TABLE stored_transfers (id UUID PRIMARY KEY, debit BIGINT NOT NULL, credit BIGINT NOT NULL, amount BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL);
CREATE INDEX ON stored_transfers (debit, at);
CREATE INDEX ON stored_transfers (credit, at);

CREATE FUNCTION stored_move(new UUID, payer BIGINT, payee BIGINT, amount BIGINT) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM stored_accounts WHERE id IN (payer, payee) ORDER BY id FOR UPDATE;
    INSERT INTO stored_transfers VALUES (new, payer, payee, amount, clock_timestamp()) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'exists';
    END IF;
    UPDATE stored_accounts SET debits = debits + amount WHERE id = payer AND credits - debits >= amount;
    IF NOT FOUND THEN
        DELETE FROM stored_transfers WHERE id = new;
        RETURN 'exceeds_credits';
    END IF;
    UPDATE stored_accounts SET credits = credits + amount WHERE id = payee;
    RETURN 'created';
END $$;
