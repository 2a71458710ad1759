-- Looking up many at once: all ids in one parameter, 16 bytes each, taken apart by the server.

-- fragment: keys
ARRAY(SELECT substring(:keys FROM 16 * n::integer + 1 FOR 16) FROM generate_series(0, :count - 1) AS n)

-- name: find_accounts
SELECT {account} FROM ledger_accounts WHERE id = ANY ({keys});

-- name: find_transfers
SELECT {transfer} FROM ledger_transfers WHERE id = ANY ({keys});

-- name: find_pendings
SELECT {pending} FROM ledger_pending WHERE id = ANY ({keys});

-- name: find_burneds
SELECT id, status, at_ns FROM ledger_burned WHERE id = ANY ({keys});
