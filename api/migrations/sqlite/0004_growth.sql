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
    category TEXT    NOT NULL PRIMARY KEY,
    products INTEGER NOT NULL
) STRICT;
INSERT INTO product_counts (category, products)
    SELECT category, COUNT(*) FROM products WHERE withdrawn = FALSE GROUP BY category;

-- What is sold, to be searched; the program fills it, when it starts and with each catalogue. All characters but
-- separators are letters of words here: it is the program that says what a word is.
CREATE VIRTUAL TABLE product_search USING fts5 (
    id UNINDEXED, name, words,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
-- Which letters stand together in which words.
CREATE TABLE search_grams (
    gram TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (gram, word)
) STRICT, WITHOUT ROWID;

ALTER TABLE products DROP COLUMN search_text;
