-- A key is written before its order, and refers to it: when the order comes, SQLite looks for the keys that wait for it. Without
-- an index it went through all keys there ever were, for each order.
CREATE INDEX idempotency_keys_by_order ON idempotency_keys (order_number);
