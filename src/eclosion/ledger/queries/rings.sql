-- Rings, and marks for payments.

-- fragment: ring
id, found_ms, seen_ms, members, score, sales, evidence, state, reason, decided_ms

-- name: list_flows
SELECT at_ns, debit_id, credit_id, amount, code FROM ledger_transfers
WHERE at_ns > :after_ns AND ledger = 1 AND (flags & 10) = 0 ORDER BY at_ns LIMIT :limit;

-- name: list_rings
SELECT {ring} FROM ledger_rings ORDER BY seen_ms DESC, id DESC LIMIT :limit;

-- name: ring_by_id
SELECT {ring} FROM ledger_rings WHERE id = :id;

-- name: rings_of_agent
SELECT r.id, r.found_ms, r.seen_ms, r.members, r.score, r.sales, r.evidence, r.state, r.reason, r.decided_ms
FROM ledger_ring_members m JOIN ledger_rings r ON r.id = m.ring_id WHERE m.agent_id = :agent_id ORDER BY m.ring_id;

-- name: members_of_ring
SELECT agent_id FROM ledger_ring_members WHERE ring_id = :ring_id ORDER BY agent_id;

-- name: put_ring
INSERT INTO ledger_rings (id, found_ms, seen_ms, members, score, sales, evidence, state, reason, decided_ms)
VALUES (:id, :found_ms, :seen_ms, :members, :score, :sales, :evidence, :state, :reason, :decided_ms)
ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms, members = excluded.members, score = excluded.score,
    sales = excluded.sales, evidence = excluded.evidence;

-- name: decide_ring
UPDATE ledger_rings SET state = :state, reason = :reason, decided_ms = :decided_ms WHERE id = :id;

-- name: drop_ring
DELETE FROM ledger_rings WHERE id = :id;

-- name: drop_ring_members
DELETE FROM ledger_ring_members WHERE ring_id = :ring_id;

-- name: add_ring_member
INSERT INTO ledger_ring_members (agent_id, ring_id) VALUES (:agent_id, :ring_id);

-- name: ring_sales
SELECT COUNT(*) FROM ledger_ring_members b
JOIN ledger_sales s ON s.buyer_id = b.agent_id
JOIN ledger_articles a ON a.id = s.article_id
JOIN ledger_ring_members p ON p.agent_id = a.seller_id AND p.ring_id = b.ring_id
WHERE b.ring_id = :ring_id AND s.at_ms >= :since_ms;

-- name: add_feedback
INSERT INTO ledger_feedback (payment_id, rater_id, rater_owner_id, rater_strong, rated_id, mark, at_ms)
VALUES (:payment_id, :rater_id, :rater_owner_id, :rater_strong, :rated_id, :mark, :at_ms)
ON CONFLICT (payment_id) DO NOTHING;

-- name: list_feedback
SELECT rater_id, rater_owner_id, rater_strong, rated_id, mark, at_ms FROM ledger_feedback
WHERE rated_id = :rated_id ORDER BY at_ms DESC LIMIT :limit;

-- name: moved_since
SELECT COALESCE(SUM(CAST(amount AS DOUBLE PRECISION)), 0), COUNT(*) FROM ledger_transfers
WHERE at_ns >= :since_ns AND ledger = 1 AND (flags & 10) = 0 AND code <> 1;
