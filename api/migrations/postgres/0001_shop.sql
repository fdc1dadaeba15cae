-- The same tables as SQLite's. Texts that are sorted have the collation "C", as in SQLite: the order of
-- names is made by the program, and must not depend on the machine's language.
CREATE TABLE products (
    id          TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    position    BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    description TEXT    NOT NULL,
    category    TEXT    NOT NULL CHECK (category IN ('saplings', 'seeds', 'tools', 'care')),
    price_cents BIGINT  NOT NULL CHECK (price_cents > 0),
    stock       BIGINT  NOT NULL CHECK (stock >= 0),
    search_text TEXT    NOT NULL,
    withdrawn   BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX products_by_position ON products (position);

-- A person is (iss, person): the issuer and Okta's `uid`, or `sub` where there is no `uid`.
-- `placed_at` is in seconds since 1970. `id` only orders; the number is what people see.
CREATE TABLE orders (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      TEXT   NOT NULL UNIQUE,
    iss         TEXT   NOT NULL,
    person      TEXT   NOT NULL,
    status      TEXT   NOT NULL CHECK (status IN ('placed', 'cancelled', 'shipped')),
    total_cents BIGINT NOT NULL CHECK (total_cents >= 0),
    placed_at   BIGINT NOT NULL
);

CREATE INDEX orders_by_person ON orders (iss, person, id);

-- Name and price as they were then: a later change of the catalogue must not change an order.
CREATE TABLE order_lines (
    order_id         BIGINT NOT NULL REFERENCES orders (id),
    position         BIGINT NOT NULL,
    product_id       TEXT   COLLATE "C" NOT NULL REFERENCES products (id),
    name             TEXT   NOT NULL,
    quantity         BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    unit_price_cents BIGINT NOT NULL CHECK (unit_price_cents > 0),
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, product_id)
);

-- Keys belong to a person. The key is claimed before its order exists, in the same transaction.
CREATE TABLE idempotency_keys (
    iss          TEXT   NOT NULL,
    person       TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    fingerprint  BYTEA  NOT NULL,
    order_number TEXT   NOT NULL REFERENCES orders (number) DEFERRABLE INITIALLY DEFERRED,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (iss, person, key)
);
