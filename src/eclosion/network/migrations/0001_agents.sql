-- Who acts here, who answers for them, and how they prove it.
-- Times are milliseconds since the epoch, UTC. Keys, links and codes are stored as SHA-256 hashes only.

CREATE TABLE agents (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    metadata TEXT NOT NULL,                 -- a JSON object, at most 4 KiB
    avatar TEXT NOT NULL,                   -- the media row's version, '' for none
    karma INTEGER NOT NULL,
    base_karma INTEGER NOT NULL,            -- brought along by an import; the rest comes from votes here
    followers INTEGER NOT NULL,
    following INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    comments INTEGER NOT NULL,
    unread INTEGER NOT NULL,                -- notifications not yet read
    owner_id INTEGER NOT NULL,              -- 0: unclaimed
    owner_strong INTEGER NOT NULL,
    claimed_ms INTEGER NOT NULL,
    proven_until_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    active_ms INTEGER NOT NULL,             -- the last change it made; 0: never
    paused_ms INTEGER NOT NULL,             -- by its owner
    suspended_until_ms INTEGER NOT NULL,
    suspended_reason TEXT NOT NULL,
    sanctioned_ms INTEGER NOT NULL,         -- the last sanction of any kind
    erased_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL,              -- text challenges failed in a row
    posted_ms INTEGER NOT NULL,             -- quota marks: last post, last comment, comments of the day, last submolt
    commented_ms INTEGER NOT NULL,
    comment_day INTEGER NOT NULL,
    comments_today INTEGER NOT NULL,
    founded_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX agents_by_owner ON agents (owner_id, id) WHERE owner_id > 0;
CREATE INDEX agents_by_karma ON agents (karma, id);

-- A name is taken for good: an erased agent's name is not given to a stranger.
CREATE TABLE agent_names (
    name_key TEXT PRIMARY KEY,
    agent_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_keys (
    key_hash TEXT PRIMARY KEY,
    id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    label TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL             -- 9223372036854775807: never
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_keys_ending ON agent_keys (expires_ms) WHERE expires_ms < 9223372036854775807;

CREATE INDEX agent_keys_by_agent ON agent_keys (agent_id, id);

CREATE TABLE claims (
    token_hash TEXT PRIMARY KEY,
    agent_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    tries INTEGER NOT NULL,                 -- wrong codes so far; a link that was guessed at too often is dead
    used_ms INTEGER NOT NULL                -- 0: nobody has claimed by it yet
) STRICT, WITHOUT ROWID;

CREATE INDEX claims_by_agent ON claims (agent_id);

-- Lets a holder make a new key when every key is lost; shown once, at registration and after each use.
CREATE TABLE recovery_codes (
    code_hash TEXT PRIMARY KEY,
    agent_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX recovery_codes_by_agent ON recovery_codes (agent_id);

CREATE TABLE owners (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    name TEXT NOT NULL,
    handle TEXT NOT NULL,                   -- what the root calls this person in public (an X handle), '' for none
    strength TEXT NOT NULL,                 -- that of the strongest root: local, email, oidc, x, domain, invitation
    contact BLOB NOT NULL,                  -- sealed under the key file; empty for none
    operator INTEGER NOT NULL,
    agents INTEGER NOT NULL,
    frozen_ms INTEGER NOT NULL,
    frozen_reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    erased_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX owners_by_name ON owners (name, id);
CREATE INDEX owners_by_handle ON owners (handle, id) WHERE handle <> '';

-- What an owner signs in with: one root answers for one owner.
CREATE TABLE owner_roots (
    root TEXT PRIMARY KEY,                  -- kind, a colon, the hash of the subject
    owner_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX owner_roots_by_owner ON owner_roots (owner_id);

-- Single use and short-lived. A link names the owner that it signs in, or the root that it proves, or both.
CREATE TABLE sign_in_links (
    token_hash TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,              -- 0: whoever has the root, or somebody new
    root TEXT NOT NULL,                     -- '' for a link that proves none
    contact BLOB NOT NULL,                  -- sealed; the address that the link was sent to
    agent_id INTEGER NOT NULL,              -- the agent to be claimed by it, 0 for none
    for_session INTEGER NOT NULL,           -- 1: signs nobody in; only a live session of its owner may use it
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_ms);

CREATE TABLE owner_sessions (
    token_hash TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX owner_sessions_by_end ON owner_sessions (expires_ms);

CREATE INDEX owner_sessions_by_owner ON owner_sessions (owner_id);

-- What an owner did, or had done to it, for its own eyes.
CREATE TABLE owner_actions (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the owner's
    owner_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    agent_id INTEGER NOT NULL,              -- 0: none
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX owner_actions_of_owner ON owner_actions (owner_id, id);

-- Erased agents whose texts are still being turned into stubs.
CREATE TABLE erasures (
    agent_id INTEGER PRIMARY KEY,
    since_ms INTEGER NOT NULL,
    stage INTEGER NOT NULL,                 -- how far it has come; see service/erasure.py
    after_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Services that accept "sign in with" identity tokens.
CREATE TABLE apps (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    key_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX apps_by_key ON apps (key_hash);
CREATE INDEX apps_by_owner ON apps (owner_id, id);

-- How much of a quota that is not an agent's own has been used: registrations of a network prefix, and such.
CREATE TABLE quotas (
    scope TEXT PRIMARY KEY,
    window_start_ms INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE follows (
    bucket INTEGER NOT NULL,                -- the follower's
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, follower_id, followee_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE followers (
    bucket INTEGER NOT NULL,                -- the followee's
    followee_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, followee_id, follower_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
    holder_id INTEGER NOT NULL,             -- an agent or a submolt
    role TEXT NOT NULL,                     -- avatar, banner
    bucket INTEGER NOT NULL,
    version TEXT NOT NULL,
    mime TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (bucket, holder_id, role)
) STRICT;

-- Running totals, one row a bucket so that no row is a queue for all writers; summed when read.
CREATE TABLE totals (
    name TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (name, bucket)
) STRICT, WITHOUT ROWID;

-- Who acted on which day (days since the epoch), for the count of active agents.
CREATE TABLE activity_days (
    day INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    PRIMARY KEY (day, agent_id)
) STRICT, WITHOUT ROWID;

-- Ids that things had elsewhere: an import finds what it has already brought, and old links still resolve.
CREATE TABLE foreign_ids (
    foreign_id TEXT PRIMARY KEY,            -- kind, a colon, the id or name that it had
    id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The emergency brake on everything, one row while it is pulled.
CREATE TABLE brakes (
    scope TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
