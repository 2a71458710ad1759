-- Payments by x402, MPP and L402.

-- name: payer_of
SELECT account_id, agent_id FROM ledger_payers WHERE address = :address;

-- name: bind_payer
INSERT INTO ledger_payers (address, account_id, agent_id, made_ms) VALUES (:address, :account_id, :agent_id, :made_ms)
ON CONFLICT (address) DO NOTHING;

-- name: list_payers
SELECT address, account_id, agent_id, made_ms FROM ledger_payers WHERE agent_id = :agent_id
ORDER BY made_ms, address LIMIT :limit;

-- name: unbind_payer
DELETE FROM ledger_payers WHERE address = :address AND agent_id = :agent_id;

-- name: payment
SELECT id, protocol, resource, debit_id, credit_id, amount, secret, state, made_ms, ended_ms
FROM ledger_payments WHERE id = :id;

-- name: add_payment
INSERT INTO ledger_payments (id, protocol, resource, debit_id, credit_id, amount, secret, state, made_ms, ended_ms)
VALUES (:id, :protocol, :resource, :debit_id, :credit_id, :amount, :secret, :state, :made_ms, 0);

-- name: claim_payment
UPDATE ledger_payments SET resource = :resource, secret = :secret, state = 0 WHERE id = :id AND state = 3;

-- name: end_payment
UPDATE ledger_payments SET state = :state, ended_ms = :ended_ms WHERE id = :id AND state = 0;

-- name: payments_made
SELECT id, protocol, resource, debit_id, credit_id, amount, secret, state, made_ms, ended_ms
FROM ledger_payments WHERE debit_id = :debit_id AND made_ms < :before_ms ORDER BY made_ms DESC, id LIMIT :limit;

-- name: list_payments
SELECT id, protocol, resource, debit_id, credit_id, amount, secret, state, made_ms, ended_ms
FROM ledger_payments WHERE id > :after ORDER BY id LIMIT :limit;
