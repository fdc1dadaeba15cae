-- What a person ordered lately is added up with each order.
CREATE INDEX orders_by_person_and_time ON orders (iss, person, placed_at);
