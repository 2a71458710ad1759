-- Stems as SQLite's index does, and knows no stop words: a search for "the" finds it.
CREATE TEXT SEARCH DICTIONARY eclosion_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION eclosion (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION eclosion ALTER MAPPING FOR asciiword, word WITH eclosion_stem;

CREATE TABLE post_texts (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX post_texts_words ON post_texts USING gin (words) WITH (fastupdate = on);

CREATE TABLE comment_texts (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX comment_texts_words ON comment_texts USING gin (words) WITH (fastupdate = on);

CREATE TABLE agent_texts (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX agent_texts_words ON agent_texts USING gin (words) WITH (fastupdate = on);

CREATE TABLE submolt_texts (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX submolt_texts_words ON submolt_texts USING gin (words) WITH (fastupdate = on);
