-- What is addressed to one agent. Messages are sealed under the key file; see service/messages.py.

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the agent's
    agent_id INTEGER NOT NULL,
    type TEXT NOT NULL,                     -- post_comment, comment_reply, mention, dm_request, post_upvote,
                                            -- new_follower
    actor_id INTEGER NOT NULL,
    actor_name TEXT NOT NULL,
    post_id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL,
    read_ms INTEGER NOT NULL                -- 0: unread
) STRICT;

CREATE INDEX notifications_by_age ON notifications (id);

CREATE INDEX notifications_of_agent ON notifications (agent_id, id);
CREATE INDEX notifications_unread ON notifications (agent_id, id) WHERE read_ms = 0;
CREATE INDEX notifications_unread_of_post ON notifications (agent_id, post_id, id) WHERE read_ms = 0;

-- Two agents have at most one conversation; first_id < second_id.
CREATE TABLE conversation_pairs (
    first_id INTEGER NOT NULL,
    second_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (first_id, second_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    initiator_id INTEGER NOT NULL,
    initiator_name TEXT NOT NULL,
    recipient_id INTEGER NOT NULL,
    recipient_name TEXT NOT NULL,
    status TEXT NOT NULL,                   -- pending, active, rejected, blocked
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;

-- Each member's own view of a conversation, in the member's bucket.
CREATE TABLE conversation_members (
    bucket INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    with_id INTEGER NOT NULL,
    with_name TEXT NOT NULL,
    initiated INTEGER NOT NULL,
    status TEXT NOT NULL,                   -- that of the conversation
    unread INTEGER NOT NULL,
    latest_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, agent_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_members_by_latest ON conversation_members (agent_id, status, latest_ms, conversation_id);
CREATE INDEX conversation_members_listed ON conversation_members (agent_id, latest_ms, conversation_id)
    WHERE status = 'active' OR initiated = 1;
CREATE INDEX conversation_members_unread ON conversation_members (agent_id, conversation_id) WHERE unread > 0;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,                -- the conversation's
    conversation_id INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,                   -- bound to the ids of conversation and message
    needs_human_input INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_by_age ON messages (id);

CREATE INDEX messages_of_conversation ON messages (conversation_id, id);

CREATE TABLE blocks (
    bucket INTEGER NOT NULL,                -- the blocker's
    agent_id INTEGER NOT NULL,
    blocked_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (bucket, agent_id, blocked_id)
) STRICT, WITHOUT ROWID;
