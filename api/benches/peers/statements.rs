//! What all but the API ask of the database: one list, for the peers in Rust and those in Node.

use serde_json::{Value, json};

pub(crate) const PRODUCTS: &str =
    "SELECT id, name, summary, description, category, price_cents AS price, stock
     FROM products WHERE withdrawn = 0 ORDER BY position, id LIMIT 50";
pub(crate) const COUNT: &str = "SELECT SUM(products) AS total FROM product_counts";
pub(crate) const PRODUCT: &str =
    "SELECT id, name, summary, description, category, price_cents AS price, stock
     FROM products WHERE id = ? AND withdrawn = 0";
pub(crate) const CART: &str =
    "SELECT c.version, l.product_id, p.name, l.quantity, l.seen_price_cents AS seen_price,
            CASE WHEN p.withdrawn THEN NULL ELSE p.price_cents END AS price,
            CASE WHEN p.withdrawn THEN 0 ELSE p.stock END AS stock
     FROM carts AS c LEFT JOIN cart_lines AS l ON l.iss = c.iss AND l.person = c.person
                     LEFT JOIN products AS p ON p.id = l.product_id
     WHERE c.iss = ? AND c.person = ? ORDER BY l.position";
/// The statements of a checkout, in their order.
pub(crate) const CLAIM_KEY: &str =
    "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (iss, person, key) DO NOTHING";
pub(crate) const ADVANCE_CART: &str =
    "UPDATE carts SET version = version + 1 WHERE iss = ? AND person = ? AND version = ?";
pub(crate) const TAKE_LINES: &str = "DELETE FROM cart_lines WHERE iss = ? AND person = ?
     RETURNING position, product_id, quantity";
pub(crate) const TAKE_STOCK: &str = "UPDATE products SET stock = stock - ?
     WHERE id = ? AND withdrawn = 0 AND stock >= ? RETURNING name, price_cents AS unit_price";
pub(crate) const ADD_ORDER: &str =
    "INSERT INTO orders (number, iss, person, status, total_cents, placed_at, status_since,
                         recipient, street, extra, city, region, postal_code, country)
     VALUES (?, ?, ?, 'placed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub(crate) const ADD_LINE: &str =
    "INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price_cents)
     VALUES (?, ?, ?, ?, ?, ?)";

/// For Node, by the names that its scripts know them by.
pub(crate) fn all() -> Value {
    json!({
        "products": PRODUCTS, "count": COUNT, "product": PRODUCT, "cart": CART, "claimKey": CLAIM_KEY,
        "advanceCart": ADVANCE_CART, "takeLines": TAKE_LINES, "takeStock": TAKE_STOCK, "addOrder": ADD_ORDER,
        "addLine": ADD_LINE,
    })
}
