-- fragment: account
id, ledger, code, flags, debits_pending, debits_posted, credits_pending, credits_posted, user_data_128,
user_data_64, user_data_32, at_ns

-- fragment: transfer
id, debit_id, credit_id, amount, ledger, code, flags, pending_id, timeout_ms, user_data_128, user_data_64,
user_data_32, at_ns

-- fragment: pending
id, debit_id, credit_id, amount, flags, expires_ns, state

-- name: add_head
INSERT INTO ledger_head (id, number, last_ns, hash) VALUES (1, 0, 0, :hash) ON CONFLICT (id) DO NOTHING;

-- name: hold_head
UPDATE ledger_head SET number = number WHERE id = 1 RETURNING number, last_ns, hash;

-- name: set_head
UPDATE ledger_head SET number = :number, last_ns = :last_ns, hash = :hash WHERE id = 1;

-- name: get_head
SELECT number, last_ns, hash FROM ledger_head WHERE id = 1;

-- name: add_segment
INSERT INTO ledger_log (number, entries, last_ns, records, hash) VALUES (:number, :entries, :last_ns, :records, :hash);

-- name: list_segments
SELECT number, entries, last_ns, records, hash FROM ledger_log WHERE number > :after ORDER BY number LIMIT :limit;

-- name: find_account
SELECT {account} FROM ledger_accounts WHERE id = :k0;

-- name: list_accounts
SELECT {account} FROM ledger_accounts WHERE id > :after ORDER BY id LIMIT :limit;

-- name: put_account
INSERT INTO ledger_accounts (id, ledger, code, flags, debits_pending, debits_posted, credits_pending, credits_posted,
    user_data_128, user_data_64, user_data_32, at_ns)
VALUES (:id, :ledger, :code, :flags, :debits_pending, :debits_posted, :credits_pending, :credits_posted,
    :user_data_128, :user_data_64, :user_data_32, :at_ns)
ON CONFLICT (id) DO UPDATE SET flags = excluded.flags, debits_pending = excluded.debits_pending,
    debits_posted = excluded.debits_posted, credits_pending = excluded.credits_pending,
    credits_posted = excluded.credits_posted;

-- name: find_transfer
SELECT {transfer} FROM ledger_transfers WHERE id = :k0;

-- name: add_transfer
INSERT INTO ledger_transfers (id, debit_id, credit_id, amount, ledger, code, flags, pending_id, timeout_ms,
    user_data_128, user_data_64, user_data_32, at_ns)
VALUES (:id, :debit_id, :credit_id, :amount, :ledger, :code, :flags, :pending_id, :timeout_ms, :user_data_128,
    :user_data_64, :user_data_32, :at_ns);

-- name: list_transfers
SELECT {transfer} FROM ledger_transfers WHERE at_ns > :after_ns ORDER BY at_ns LIMIT :limit;

-- name: debits_of_account
SELECT {transfer} FROM ledger_transfers WHERE debit_id = :account_id AND at_ns < :before_ns
ORDER BY at_ns DESC LIMIT :limit;

-- name: debits_of_account_after
SELECT {transfer} FROM ledger_transfers WHERE debit_id = :account_id AND at_ns > :after_ns
ORDER BY at_ns LIMIT :limit;

-- name: credits_of_account
SELECT {transfer} FROM ledger_transfers WHERE credit_id = :account_id AND at_ns < :before_ns
ORDER BY at_ns DESC LIMIT :limit;

-- name: credits_of_account_after
SELECT {transfer} FROM ledger_transfers WHERE credit_id = :account_id AND at_ns > :after_ns
ORDER BY at_ns LIMIT :limit;

-- name: find_pending
SELECT {pending} FROM ledger_pending WHERE id = :k0;

-- name: list_pendings
SELECT {pending} FROM ledger_pending WHERE id > :after ORDER BY id LIMIT :limit;

-- name: due_pendings
SELECT {pending} FROM ledger_pending WHERE state = 0 AND expires_ns > 0 AND expires_ns <= :until_ns
ORDER BY expires_ns, id LIMIT :limit;

-- name: open_pendings_of_debit
SELECT {pending} FROM ledger_pending WHERE debit_id = :account_id AND state = 0 AND id > :after ORDER BY id LIMIT :limit;

-- name: put_pending
INSERT INTO ledger_pending (id, debit_id, credit_id, amount, flags, expires_ns, state)
VALUES (:id, :debit_id, :credit_id, :amount, :flags, :expires_ns, :state)
ON CONFLICT (id) DO UPDATE SET state = excluded.state;

-- name: find_burned
SELECT id, status, at_ns FROM ledger_burned WHERE id = :k0;

-- name: list_burned
SELECT id, status, at_ns FROM ledger_burned WHERE id > :after ORDER BY id LIMIT :limit;

-- name: add_burned
INSERT INTO ledger_burned (id, status, at_ns) VALUES (:id, :status, :at_ns);

-- name: add_history
INSERT INTO ledger_history (account_id, at_ns, debits_pending, debits_posted, credits_pending, credits_posted)
VALUES (:account_id, :at_ns, :debits_pending, :debits_posted, :credits_pending, :credits_posted);

-- name: history_of_account
SELECT at_ns, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger_history
WHERE account_id = :account_id AND at_ns < :before_ns ORDER BY at_ns DESC LIMIT :limit;
