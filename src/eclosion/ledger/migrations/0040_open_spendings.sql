-- A stop refuses all that a wallet has set aside, however much that is, in one statement.
CREATE INDEX ledger_spendings_open ON ledger_spendings (account_id) WHERE state IN ('held', 'waiting');
