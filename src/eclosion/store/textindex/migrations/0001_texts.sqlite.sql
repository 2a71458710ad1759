-- One index for each kind of thing; the row's number is the thing's id. Texts themselves are not kept here.
-- Words are folded before they come here (see words.py); the tokenizer only splits and stems them.

CREATE VIRTUAL TABLE post_texts USING fts5(
    title, body, content = '', contentless_delete = 1, prefix = '3', tokenize = 'porter unicode61'
);

CREATE VIRTUAL TABLE comment_texts USING fts5(
    title, body, content = '', contentless_delete = 1, prefix = '3', tokenize = 'porter unicode61'
);

CREATE VIRTUAL TABLE agent_texts USING fts5(
    title, body, content = '', contentless_delete = 1, prefix = '3', tokenize = 'porter unicode61'
);

CREATE VIRTUAL TABLE submolt_texts USING fts5(
    title, body, content = '', contentless_delete = 1, prefix = '3', tokenize = 'porter unicode61'
);
