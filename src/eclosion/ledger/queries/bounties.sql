-- Pooled bounties.

-- fragment: bounty
id, opener_id, title, body, target, deadline_ms, quorum, panel, review_ms, window_ms, stake, runners, state, ends_ms,
attempt, made_ms

-- fragment: work
bounty_id, attempt, agent_id, owner_id, artefact, seed, payout_id, disputer_id, dispute_id, report, runner, signature,
at_ms

-- name: add_bounty
INSERT INTO ledger_bounties (id, opener_id, title, body, target, deadline_ms, quorum, panel, review_ms, window_ms, stake,
    runners, state, ends_ms, attempt, made_ms)
VALUES (:id, :opener_id, :title, :body, :target, :deadline_ms, :quorum, :panel, :review_ms, :window_ms, :stake,
    :runners, :state, :ends_ms, :attempt, :made_ms);

-- name: hold_bounty
UPDATE ledger_bounties SET state = state WHERE id = :id RETURNING {bounty};

-- name: bounty
SELECT {bounty} FROM ledger_bounties WHERE id = :id;

-- name: bounties_before
SELECT {bounty} FROM ledger_bounties WHERE id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: bounties_of_state
SELECT {bounty} FROM ledger_bounties WHERE state = :state AND id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: bounty_due
SELECT id FROM ledger_bounties WHERE ends_ms > 0 AND ends_ms <= :now_ms ORDER BY ends_ms, id LIMIT 1;

-- name: set_bounty
UPDATE ledger_bounties SET state = :state, ends_ms = :ends_ms, attempt = :attempt WHERE id = :id;

-- name: add_pledge
INSERT INTO ledger_bounty_pledges (id, bounty_id, agent_id, amount, state, at_ms)
VALUES (:id, :bounty_id, :agent_id, :amount, :state, :at_ms);

-- name: pledges
SELECT id, bounty_id, agent_id, amount, state, at_ms FROM ledger_bounty_pledges WHERE bounty_id = :bounty_id ORDER BY id;

-- name: set_pledge
UPDATE ledger_bounty_pledges SET state = :state WHERE id = :id AND state = :was;

-- name: add_volunteer
INSERT INTO ledger_bounty_volunteers (bounty_id, agent_id, stake_id) VALUES (:bounty_id, :agent_id, :stake_id);

-- name: volunteers
SELECT bounty_id, agent_id, stake_id FROM ledger_bounty_volunteers WHERE bounty_id = :bounty_id ORDER BY agent_id;

-- name: add_work
INSERT INTO ledger_bounty_works (bounty_id, attempt, agent_id, owner_id, artefact, seed, payout_id, disputer_id,
    dispute_id, report, runner, signature, at_ms)
VALUES (:bounty_id, :attempt, :agent_id, :owner_id, :artefact, :seed, :payout_id, :disputer_id, :dispute_id, :report,
    :runner, :signature, :at_ms);

-- name: works
SELECT {work} FROM ledger_bounty_works WHERE bounty_id = :bounty_id ORDER BY attempt;

-- name: set_work
UPDATE ledger_bounty_works SET payout_id = :payout_id, disputer_id = :disputer_id, dispute_id = :dispute_id,
    report = :report, runner = :runner, signature = :signature
WHERE bounty_id = :bounty_id AND attempt = :attempt;

-- name: add_seat
INSERT INTO ledger_bounty_seats (bounty_id, attempt, agent_id, owner_id, round, vote, at_ms)
VALUES (:bounty_id, :attempt, :agent_id, :owner_id, :round, :vote, :at_ms);

-- name: seats
SELECT bounty_id, attempt, agent_id, owner_id, round, vote, at_ms FROM ledger_bounty_seats
WHERE bounty_id = :bounty_id AND attempt = :attempt ORDER BY agent_id;

-- name: set_vote
UPDATE ledger_bounty_seats SET vote = :vote, at_ms = :at_ms
WHERE bounty_id = :bounty_id AND attempt = :attempt AND agent_id = :agent_id AND vote = 0;

-- name: settled_of_account
SELECT id FROM ledger_transfers
WHERE (debit_id = :account_id OR credit_id = :account_id) AND code IN (2, 4, 6, 7) AND amount > 0 LIMIT :limit;
