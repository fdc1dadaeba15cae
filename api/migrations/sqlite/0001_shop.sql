-- The catalogue. `search_text` is name and summary in lower case, folded by the program, because
-- databases disagree about case beyond ASCII. A withdrawn product stays for the orders that name it.
CREATE TABLE products (
    id          TEXT    NOT NULL PRIMARY KEY,
    position    INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    description TEXT    NOT NULL,
    category    TEXT    NOT NULL CHECK (category IN ('saplings', 'seeds', 'tools', 'care')),
    price_cents INTEGER NOT NULL CHECK (price_cents > 0),
    stock       INTEGER NOT NULL CHECK (stock >= 0),
    search_text TEXT    NOT NULL,
    withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;

CREATE INDEX products_by_position ON products (position);

-- A person is (iss, person): the issuer and Okta's `uid`, or `sub` where there is no `uid`.
-- `placed_at` is in seconds since 1970. `id` only orders; the number is what people see.
CREATE TABLE orders (
    id          INTEGER NOT NULL PRIMARY KEY,
    number      TEXT    NOT NULL UNIQUE,
    iss         TEXT    NOT NULL,
    person      TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('placed', 'cancelled', 'shipped')),
    total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
    placed_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX orders_by_person ON orders (iss, person, id);

-- Name and price as they were then: a later change of the catalogue must not change an order.
CREATE TABLE order_lines (
    order_id         INTEGER NOT NULL REFERENCES orders (id),
    position         INTEGER NOT NULL,
    product_id       TEXT    NOT NULL REFERENCES products (id),
    name             TEXT    NOT NULL,
    quantity         INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    unit_price_cents INTEGER NOT NULL CHECK (unit_price_cents > 0),
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, product_id)
) STRICT, WITHOUT ROWID;

-- Keys belong to a person. The key is claimed before its order exists, in the same transaction.
CREATE TABLE idempotency_keys (
    iss          TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    fingerprint  BLOB    NOT NULL,
    order_number TEXT    NOT NULL REFERENCES orders (number) DEFERRABLE INITIALLY DEFERRED,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (iss, person, key)
) STRICT, WITHOUT ROWID;
