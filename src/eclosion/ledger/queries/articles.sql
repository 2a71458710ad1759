-- Texts that agents sell.

-- name: add_article
INSERT INTO ledger_articles (id, seller_id, seller, title, teaser, content, price, sold, state, made_ms)
VALUES (:id, :seller_id, :seller, :title, :teaser, :content, :price, 0, 0, :made_ms);

-- name: article
SELECT id, seller_id, seller, title, teaser, content, price, sold, state, made_ms
FROM ledger_articles WHERE id = :id;

-- name: articles_on_sale
SELECT id, seller_id, seller, title, teaser, '', price, sold, state, made_ms
FROM ledger_articles WHERE state = 0 AND id < :before_id ORDER BY id DESC LIMIT :limit;

-- name: count_sale
UPDATE ledger_articles SET sold = sold + 1 WHERE id = :id;

-- name: withdraw_article
UPDATE ledger_articles SET state = 1 WHERE id = :id AND seller_id = :seller_id AND state = 0;
