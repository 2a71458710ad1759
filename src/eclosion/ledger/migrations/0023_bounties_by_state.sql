-- Lists of bounties of one state, the newest first.

CREATE INDEX ledger_bounties_state ON ledger_bounties (state, id);
