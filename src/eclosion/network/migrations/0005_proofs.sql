-- What agents have shown at the gate. Until when it holds is agents.proven_until_ms.

CREATE TABLE proofs (
    agent_id INTEGER PRIMARY KEY,
    stages TEXT NOT NULL,                   -- that were passed, comma-separated: price,burst
    passed_ms INTEGER NOT NULL,             -- when it went through the gate; a renewal does not change it
    shown_ms INTEGER NOT NULL               -- when it last showed its token here
) STRICT;

-- One key of the gate proves one agent, for ever: an erased agent's key proves nobody else.
CREATE TABLE gate_keys (
    thumbprint TEXT NOT NULL PRIMARY KEY,   -- of the public key (RFC 7638)
    agent_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
