-- Filling a fresh SQLite database. Small tables of chances are drawn from by number; CROSS JOIN keeps the order
-- of the loops. A post's number (mod 4096) is the sequence in its id and in those of its comments, so ids never meet.

-- name: make_tables
CREATE TEMP TABLE dice (k INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER, d INTEGER);
CREATE TEMP TABLE sentences (k INTEGER PRIMARY KEY, text TEXT);
CREATE TEMP TABLE shape (k INTEGER PRIMARY KEY, back INTEGER, top INTEGER, depth INTEGER);
CREATE TEMP TABLE reply_counts (k INTEGER PRIMARY KEY, n INTEGER);
CREATE TEMP TABLE thread_sizes (k INTEGER PRIMARY KEY, n INTEGER, before INTEGER);
CREATE TEMP TABLE post_votes (k INTEGER PRIMARY KEY, n INTEGER, before INTEGER);
CREATE TEMP TABLE comment_votes (k INTEGER PRIMARY KEY, n INTEGER, before INTEGER);
CREATE TEMP TABLE numbers (k INTEGER PRIMARY KEY);
CREATE TEMP TABLE places (k INTEGER PRIMARY KEY, id INTEGER, bucket INTEGER, name TEXT);
CREATE TEMP TABLE actors (k INTEGER PRIMARY KEY, id INTEGER, name TEXT);
CREATE TEMP TABLE author_posts (id INTEGER PRIMARY KEY, n INTEGER, score INTEGER, at_ms INTEGER);
CREATE TEMP TABLE author_comments (id INTEGER PRIMARY KEY, n INTEGER, score INTEGER, at_ms INTEGER);
CREATE TEMP TABLE follower_counts (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TEMP TABLE following_counts (id INTEGER PRIMARY KEY, n INTEGER);

-- name: add_dice
INSERT INTO dice (k, a, b, c, d) VALUES (:k, :a, :b, :c, :d);

-- name: add_sentence
INSERT INTO sentences (k, text) VALUES (:k, :text);

-- name: add_shape
INSERT INTO shape (k, back, top, depth) VALUES (:k, :back, :top, :depth);

-- name: add_reply_count
INSERT INTO reply_counts (k, n) VALUES (:k, :n);

-- name: add_thread_size
INSERT INTO thread_sizes (k, n, before) VALUES (:k, :n, :before);

-- name: add_post_votes
INSERT INTO post_votes (k, n, before) VALUES (:k, :n, :before);

-- name: add_comment_votes
INSERT INTO comment_votes (k, n, before) VALUES (:k, :n, :before);

-- name: add_place
INSERT INTO places (k, id, bucket, name) VALUES (:k, :id, :id >> 12 & 1023, :name);

-- name: fill_numbers
WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < :count)
INSERT INTO numbers (k) SELECT k FROM n;

-- name: fill_actors
WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < :count)
INSERT INTO actors (k, id, name)
SELECT n.k, (:from_ms + n.k * :step_ms) << 22 | ((n.k * 389 % 1024) << 12), :stem || n.k FROM n;

-- A post's plan: its number, time, place, and how many comments it has, the first of them being number "before".
-- fragment: posts
SELECT j.j AS j, :from_ms + j.j * :step_ms + j.j * 7919 % :step_ms AS at_ms,
    s.id AS submolt_id, s.bucket AS bucket, s.name AS submolt_name,
    d.a AS a, d.b AS b, d.c AS c, d.d AS d, e.a AS ea, e.b AS eb, e.c AS ec,
    CASE WHEN j.j < :blocked THEN t.n ELSE 0 END + :each + (j.j < :first) AS comments,
    CASE WHEN j.j < :blocked THEN j.j / :block * :block_total + t.before ELSE :blocked / :block * :block_total END
        + :each * j.j + CASE WHEN j.j < :first THEN j.j ELSE :first END AS before
FROM j
CROSS JOIN dice d ON d.k = j.j * 40503 + :seed & 65535
CROSS JOIN dice e ON e.k = j.j / 65536 * 7919 + j.j * 31 + :seed & 65535
CROSS JOIN places s ON s.k = CAST(:places * power((d.d + e.d & 4294967295) / 4294967296.0, 2.5) AS INTEGER)
CROSS JOIN thread_sizes t ON t.k = j.j % :block

-- name: add_posts
WITH RECURSIVE j (j) AS (SELECT :j UNION ALL SELECT j + 1 FROM j WHERE j + 1 < :until),
p AS ({posts}),
q AS (
    SELECT p.*, p.votes * (p.d & 15) / 100 AS down FROM (
        SELECT p.*, CASE WHEN p.j < :v_blocked THEN w.n ELSE 0 END + :v_each + (p.j < :v_first) AS votes
        FROM p CROSS JOIN post_votes w ON w.k = p.j % :v_block
    ) p
)
INSERT INTO posts (id, bucket, submolt_id, submolt_name, author_id, author_name, author_facts, type, title, content,
    url, up, down, base_up, base_down, score, hot, comments, created_ms, edited_ms, version, status, listed,
    deleted_ms, removed_reason, locked, pinned_ms)
SELECT q.at_ms << 22 | (q.bucket << 12) | (q.j & 4095), q.bucket, q.submolt_id, q.submolt_name, a.id, a.name, 0, 'text',
    substr(s1.text, 1, 120), s2.text || ' ' || s3.text || CASE WHEN q.c & 3 THEN ' ' || s4.text || ' ' || s1.text ELSE '' END,
    '', q.votes - q.down, q.down, 0, 0, q.votes - 2 * q.down,
    CAST(round((CASE WHEN q.votes > 2 * q.down THEN log10(q.votes - 2 * q.down) ELSE 0.0 END
        + q.at_ms / 1000.0 / 45000) * 1000000) AS INTEGER),
    q.comments, q.at_ms, 0, 1, 'published', 1, 0, '', 0, 0
FROM q
CROSS JOIN actors a ON a.k = CAST(:actors * power((q.a + q.ea & 4294967295) / 4294967296.0, 3) AS INTEGER)
CROSS JOIN sentences s1 ON s1.k = q.b & 4095
CROSS JOIN sentences s2 ON s2.k = q.eb & 4095
CROSS JOIN sentences s3 ON s3.k = q.c & 4095
CROSS JOIN sentences s4 ON s4.k = q.ec & 4095;

-- name: add_comments
WITH RECURSIVE j (j) AS (SELECT :j UNION ALL SELECT j + 1 FROM j WHERE j + 1 < :until),
p AS ({posts}),
q AS (
    SELECT p.at_ms + p.gap_ms * (n.k + 1) AS at_ms, p.bucket AS bucket, p.j & 4095 AS tail, p.gap_ms AS gap_ms,
        p.at_ms << 22 | (p.bucket << 12) | (p.j & 4095) AS post_id,
        h.back AS back, h.top AS top, h.depth AS depth, r.n AS replies, d.a + e.a & 4294967295 AS author,
        d.b AS b, e.b AS eb, d.c AS c,
        CASE WHEN p.before + n.k < :v_blocked THEN w.n ELSE 0 END + :v_each + (p.before + n.k < :v_first) AS votes
    FROM (SELECT p.*, CASE WHEN p.comments > 500 THEN :thread_ms / (p.comments + 1) ELSE 20000 END AS gap_ms FROM p) p
    CROSS JOIN numbers n ON n.k < p.comments
    CROSS JOIN shape h ON h.k = n.k & 63
    CROSS JOIN reply_counts r ON r.k = (n.k & 63) * 64
        + CASE WHEN p.comments - (n.k - (n.k & 63)) > 64 THEN 64 ELSE p.comments - (n.k - (n.k & 63)) END - 1
    CROSS JOIN dice d ON d.k = (p.before + n.k) * 40503 + :seed + 1 & 65535
    CROSS JOIN dice e ON e.k = (p.before + n.k) / 65536 * 7919 + (p.before + n.k) * 31 + :seed + 1 & 65535
    CROSS JOIN comment_votes w ON w.k = (p.before + n.k) % :v_block
)
INSERT INTO comments (id, bucket, post_id, parent_id, root_id, depth, author_id, author_name, author_facts, content,
    up, down, base_up, base_down, score, best, replies, created_ms, edited_ms, version, status, deleted_ms,
    removed_reason)
SELECT q.at_ms << 22 | (q.bucket << 12) | q.tail, q.bucket, q.post_id,
    CASE WHEN q.back THEN (q.at_ms - q.back * q.gap_ms) << 22 | (q.bucket << 12) | q.tail ELSE 0 END,
    (q.at_ms - q.top * q.gap_ms) << 22 | (q.bucket << 12) | q.tail,
    q.depth, a.id, a.name, 0, CASE WHEN q.c & 1 THEN s1.text ELSE s1.text || ' ' || s2.text END,
    q.votes - q.votes / 9, q.votes / 9, 0, 0, q.votes - 2 * (q.votes / 9),
    CASE WHEN q.votes = 0 THEN 0 ELSE CAST(round(
        ((q.votes - q.votes / 9) * 1.0 / q.votes + 3.8416 / (2 * q.votes) - 1.96 * sqrt(
            ((q.votes - q.votes / 9) * 1.0 / q.votes * (1 - (q.votes - q.votes / 9) * 1.0 / q.votes)
            + 3.8416 / (4 * q.votes)) / q.votes))
        / (1 + 3.8416 / q.votes) * 1000000) AS INTEGER) END,
    q.replies, q.at_ms, 0, 1, 'published', 0, ''
FROM q
CROSS JOIN actors a ON a.k = CAST(:actors * power(q.author / 4294967296.0, 3) AS INTEGER)
CROSS JOIN sentences s1 ON s1.k = q.b & 4095
CROSS JOIN sentences s2 ON s2.k = q.eb & 4095;

-- A target's voters: distinct agents by a walk of a fixed stride over those that vote, its author left out.
-- name: add_votes
INSERT INTO votes (bucket, target_id, agent_id, value, voted_ms)
SELECT t.bucket, t.id, a.id, CASE WHEN n.k < t.up THEN 1 ELSE -1 END, (t.id >> 22) + 1000 * (n.k + 1)
FROM (
    SELECT bucket, id, up, up + down AS votes, ((author_id >> 22) - :from_ms) / :step_ms AS author
    FROM posts WHERE up + down > 0
    UNION ALL
    SELECT bucket, id, up, up + down, ((author_id >> 22) - :from_ms) / :step_ms
    FROM comments WHERE up + down > 0
    ORDER BY 1, 2
) t
CROSS JOIN numbers n ON n.k < t.votes
CROSS JOIN actors a ON a.k = ((t.id >> 12) % 1000003 + n.k * :stride) % (:voters - 1)
    + (((t.id >> 12) % 1000003 + n.k * :stride) % (:voters - 1) >= t.author);

-- name: count_posts_of_authors
INSERT INTO author_posts (id, n, score, at_ms)
SELECT author_id, COUNT(*), SUM(score), MAX(created_ms) FROM posts GROUP BY author_id ORDER BY author_id;

-- name: count_comments_of_authors
INSERT INTO author_comments (id, n, score, at_ms)
SELECT author_id, COUNT(*), SUM(score), MAX(created_ms) FROM comments GROUP BY author_id ORDER BY author_id;

-- name: add_subscriptions
INSERT INTO subscriptions (bucket, agent_id, submolt_id, created_ms)
SELECT a.id >> 12 & 1023, a.id, s.id, a.id >> 22
FROM actors a CROSS JOIN numbers n ON n.k < 5
CROSS JOIN dice d ON d.k = a.k * 5 + n.k & 65535
CROSS JOIN places s ON s.k = CAST(:places * power(d.d / 4294967296.0, 2.5) AS INTEGER)
WHERE a.k < :members ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- name: add_follows
INSERT INTO follows (bucket, follower_id, followee_id, created_ms)
SELECT a.id >> 12 & 1023, a.id, b.id, :at_ms
FROM actors a CROSS JOIN numbers n ON n.k < 8
CROSS JOIN dice d ON d.k = a.k * 8 + n.k & 65535
CROSS JOIN actors b ON b.k = CAST(:actors * power(d.b / 4294967296.0, 3) AS INTEGER)
WHERE a.k < :members AND b.id <> a.id ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- name: add_followers
INSERT INTO followers (bucket, followee_id, follower_id, created_ms)
SELECT followee_id >> 12 & 1023, followee_id, follower_id, created_ms FROM follows ORDER BY 1, 2, 3;

-- name: count_followers
INSERT INTO follower_counts (id, n) SELECT followee_id, COUNT(*) FROM followers GROUP BY followee_id ORDER BY followee_id;

-- name: count_following
INSERT INTO following_counts (id, n) SELECT follower_id, COUNT(*) FROM follows GROUP BY follower_id ORDER BY follower_id;

-- name: add_agents
INSERT INTO agents (id, bucket, name, description, metadata, avatar, karma, base_karma, followers, following,
    posts, comments, unread, owner_id, owner_strong, claimed_ms, proven_until_ms, created_ms, active_ms, paused_ms,
    suspended_until_ms, suspended_reason, sanctioned_ms, erased_ms, failures, posted_ms, commented_ms, comment_day,
    comments_today, founded_ms)
SELECT a.id, a.id >> 12 & 1023, a.name, s.text, '{}', '', COALESCE(p.score, 0) + COALESCE(c.score, 0), 0,
    COALESCE(f.n, 0), COALESCE(g.n, 0), COALESCE(p.n, 0), COALESCE(c.n, 0), 0, 0, 0, 0, 0, a.id >> 22,
    CASE WHEN COALESCE(p.at_ms, 0) >= COALESCE(c.at_ms, 0) AND p.at_ms > 0 THEN p.at_ms
        WHEN c.at_ms > 0 THEN c.at_ms WHEN a.k < :voters AND :votes THEN a.id >> 22 ELSE 0 END,
    0, 0, '', 0, 0, 0, COALESCE(p.at_ms, 0), COALESCE(c.at_ms, 0), 0, 0, 0
FROM actors a
CROSS JOIN sentences s ON s.k = a.k & 4095
LEFT JOIN author_posts p ON p.id = a.id
LEFT JOIN author_comments c ON c.id = a.id
LEFT JOIN follower_counts f ON f.id = a.id
LEFT JOIN following_counts g ON g.id = a.id
ORDER BY a.k;

-- name: add_agent_names
INSERT INTO agent_names (name_key, agent_id) SELECT name, id FROM actors ORDER BY name;

-- name: add_submolts
INSERT INTO submolts (id, bucket, name, display_name, description, banner_color, theme_color, avatar, banner,
    allow_crypto, demands, creator_id, creator_name, subscribers, posts, comments, status, frozen_ms, frozen_reason,
    created_ms, active_ms)
SELECT s.id, s.bucket, s.name, s.name, 'Seeded for measuring.', '', '', '', '', 0, '', a.id, a.name,
    COALESCE(m.n, 0), COALESCE(p.n, 0), COALESCE(p.comments, 0), 'published', 0, '', s.id >> 22, COALESCE(p.at_ms, s.id >> 22)
FROM places s
CROSS JOIN (SELECT id, name FROM actors WHERE k = 0) a
LEFT JOIN (SELECT submolt_id, COUNT(*) AS n FROM subscriptions GROUP BY submolt_id) m ON m.submolt_id = s.id
LEFT JOIN (
    SELECT submolt_id, COUNT(*) AS n, SUM(comments) AS comments, MAX(created_ms) AS at_ms FROM posts GROUP BY submolt_id
) p ON p.submolt_id = s.id
ORDER BY s.id;

-- name: add_submolt_names
INSERT INTO submolt_names (name_key, submolt_id) SELECT name, id FROM places ORDER BY name;

-- name: add_totals
INSERT INTO totals (name, bucket, amount)
SELECT 'agents', bucket, COUNT(*) FROM agents GROUP BY bucket
UNION ALL SELECT 'active_agents', bucket, COUNT(*) FROM agents WHERE active_ms > 0 GROUP BY bucket
UNION ALL SELECT 'submolts', bucket, COUNT(*) FROM submolts GROUP BY bucket
UNION ALL SELECT 'posts', bucket, SUM(posts) FROM submolts GROUP BY bucket
UNION ALL SELECT 'comments', bucket, SUM(comments) FROM submolts GROUP BY bucket;

-- name: add_activity
INSERT INTO activity_days (day, agent_id)
SELECT active_ms / 86400000, id FROM agents WHERE active_ms > 0 ORDER BY 1, 2;
