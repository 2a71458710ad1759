-- fragment: mandate
account_id, id, owner_id, state, terms, at_ms

-- fragment: spending
id, account_id, mandate_id, payee_id, amount, category, reference, holds, state, at_ms

-- name: put_mandate
INSERT INTO ledger_mandates (account_id, id, owner_id, state, terms, at_ms)
VALUES (:account_id, :id, :owner_id, :state, :terms, :at_ms)
ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, owner_id = excluded.owner_id, state = excluded.state,
    terms = excluded.terms, at_ms = excluded.at_ms;

-- name: mandate_of
SELECT {mandate} FROM ledger_mandates WHERE account_id = :account_id;

-- name: add_spending
INSERT INTO ledger_spendings (id, account_id, mandate_id, payee_id, amount, category, reference, holds, state, at_ms)
VALUES (:id, :account_id, :mandate_id, :payee_id, :amount, :category, :reference, :holds, :state, :at_ms);

-- name: spending_by_id
SELECT {spending} FROM ledger_spendings WHERE id = :id;

-- name: set_spending_state
UPDATE ledger_spendings SET state = :state WHERE id = :id AND state = :was;

-- name: refuse_open_spendings
UPDATE ledger_spendings SET state = 'refused' WHERE account_id = :account_id AND state IN ('held', 'waiting');

-- name: spendings_waiting
SELECT {spending} FROM ledger_spendings WHERE account_id = :account_id AND state = 'waiting' AND at_ms > :after_ms
ORDER BY at_ms, id LIMIT :limit;
