-- fragment: note
n.id, n.body

-- name: add_note
INSERT INTO notes (id, bucket, body) VALUES (:id, :bucket, :body);

-- name: note
SELECT {note} FROM notes n WHERE n.bucket = :bucket AND n.id = :id;

-- name: notes
SELECT {note} FROM notes n ORDER BY n.id;

-- name: count_up
UPDATE counters SET amount = amount + :by WHERE name = :name;

-- name: add_counter
INSERT INTO counters (name, amount) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING;

-- name: counter
SELECT amount FROM counters WHERE name = :name;
