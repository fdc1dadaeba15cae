-- Each order of the list is an index, for all products and for those of a shelf: a page is read from where it begins,
-- however many products there are.
DROP INDEX products_by_position;
CREATE INDEX products_by_position ON products (withdrawn, position, id);
CREATE INDEX products_by_name ON products (withdrawn, sort_name, id);
CREATE INDEX products_by_price ON products (withdrawn, price_cents, id);
CREATE INDEX shelves_by_position ON products (withdrawn, category, position, id);
CREATE INDEX shelves_by_name ON products (withdrawn, category, sort_name, id);
CREATE INDEX shelves_by_price ON products (withdrawn, category, price_cents, id);

CREATE INDEX orders_by_status ON orders (status, id);

-- How many products are sold, so that nobody has to count them.
CREATE TABLE product_counts (
    category TEXT   NOT NULL PRIMARY KEY,
    products BIGINT NOT NULL
);
INSERT INTO product_counts (category, products)
    SELECT category, COUNT(*) FROM products WHERE withdrawn = FALSE GROUP BY category;

-- What is sold, to be searched; the program fills it, when it starts and with each catalogue. It is the program that
-- says what a word is.
CREATE TABLE product_search (
    id    TEXT     COLLATE "C" NOT NULL PRIMARY KEY REFERENCES products (id),
    name  TSVECTOR NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX product_search_by_name ON product_search USING gin (name);
CREATE INDEX product_search_by_words ON product_search USING gin (words);
-- Which letters stand together in which words.
CREATE TABLE search_grams (
    gram TEXT COLLATE "C" NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (gram, word)
);

ALTER TABLE products DROP COLUMN search_text;

-- As before, but each element is read once, and not anew for each of its members.
DROP FUNCTION json_each(TEXT);
CREATE FUNCTION json_each(document TEXT) RETURNS TABLE (value JSONB)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'SELECT element FROM jsonb_array_elements(document::jsonb) AS element';
