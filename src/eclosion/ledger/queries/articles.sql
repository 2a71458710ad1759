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

-- name: add_sale
INSERT INTO ledger_sales (payment_id, article_id, buyer_id, amount, at_ms)
VALUES (:payment_id, :article_id, :buyer_id, :amount, :at_ms) ON CONFLICT (payment_id) DO NOTHING;

-- name: latest_sales
SELECT s.at_ms, s.amount, s.buyer_id, a.id, a.seller_id, a.title, a.state
FROM ledger_sales s JOIN ledger_articles a ON a.id = s.article_id ORDER BY s.at_ms DESC LIMIT :limit;

-- name: sold_since
SELECT COUNT(*), COALESCE(SUM(CAST(amount AS DOUBLE PRECISION)), 0) FROM ledger_sales WHERE at_ms >= :since_ms;
