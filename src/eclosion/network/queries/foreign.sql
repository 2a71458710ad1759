-- Ids that things had elsewhere.

-- name: id_of_foreign
SELECT id FROM foreign_ids WHERE foreign_id = :foreign_id;
