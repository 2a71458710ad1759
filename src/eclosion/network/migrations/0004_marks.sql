-- The severity (1 to 5) of the label that a post, a comment or an agent stands under; 0: none. Written by whoever keeps
-- findings, in the transaction of the finding, so that no list has to look elsewhere for what is not marked.

ALTER TABLE posts ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comments ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
