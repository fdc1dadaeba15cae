-- The product's name in lower case, folded by the program like `search_text`.
ALTER TABLE products ADD COLUMN sort_name TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE products SET sort_name = lower(name);

-- Where the order goes, as it was then, and since when it has its status. Orders from before have no address.
ALTER TABLE orders
    ADD COLUMN status_since BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN recipient TEXT NOT NULL DEFAULT '',
    ADD COLUMN street TEXT NOT NULL DEFAULT '',
    ADD COLUMN extra TEXT NOT NULL DEFAULT '',
    ADD COLUMN city TEXT NOT NULL DEFAULT '',
    ADD COLUMN region TEXT NOT NULL DEFAULT '',
    ADD COLUMN postal_code TEXT NOT NULL DEFAULT '',
    ADD COLUMN country TEXT NOT NULL DEFAULT '';
UPDATE orders SET status_since = placed_at;

-- One cart a person. The version goes up with each change; an order consumes one version.
CREATE TABLE carts (
    iss     TEXT   NOT NULL,
    person  TEXT   NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    PRIMARY KEY (iss, person)
);

-- `seen_price_cents` is the price when the line was put there: what has changed since can be shown.
CREATE TABLE cart_lines (
    iss              TEXT   NOT NULL,
    person           TEXT   NOT NULL,
    product_id       TEXT   COLLATE "C" NOT NULL REFERENCES products (id),
    position         BIGINT NOT NULL,
    quantity         BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    seen_price_cents BIGINT NOT NULL CHECK (seen_price_cents > 0),
    PRIMARY KEY (iss, person, product_id),
    FOREIGN KEY (iss, person) REFERENCES carts (iss, person)
);

-- Deliveries, by whom and under which key: stock and sold pieces add up to what was delivered.
CREATE TABLE restocks (
    iss         TEXT   NOT NULL,
    person      TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL,
    product_id  TEXT   COLLATE "C" NOT NULL REFERENCES products (id),
    pieces      BIGINT NOT NULL CHECK (pieces > 0),
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (iss, person, key)
);
