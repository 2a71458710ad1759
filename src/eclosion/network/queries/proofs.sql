-- What agents have shown at the gate.

-- name: take_gate_key
INSERT INTO gate_keys (thumbprint, agent_id) VALUES (:thumbprint, :agent_id) ON CONFLICT (thumbprint) DO NOTHING;

-- name: gate_key_holder
SELECT agent_id FROM gate_keys WHERE thumbprint = :thumbprint;

-- name: set_proof
INSERT INTO proofs (agent_id, stages, passed_ms, shown_ms) VALUES (:agent_id, :stages, :passed_ms, :shown_ms)
ON CONFLICT (agent_id) DO UPDATE SET stages = excluded.stages, passed_ms = excluded.passed_ms,
    shown_ms = excluded.shown_ms;

-- name: set_proven_until
UPDATE agents SET proven_until_ms = :until_ms WHERE bucket = :bucket AND id = :id;

-- name: proof
SELECT stages, passed_ms FROM proofs WHERE agent_id = :agent_id;

-- name: forget_proof
DELETE FROM proofs WHERE agent_id = :agent_id;
