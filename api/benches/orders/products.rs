//! What is sold: enough of everything, and cheap enough that no order asks for a second factor.

use serde_json::json;
use shared::{CartLine, ProductId, Quantity};

const PRODUCTS: [&str; 8] =
    ["chive", "pea", "tomato", "basil", "carrot", "sunflower", "lavender", "beetroot"];

/// As a seed file.
pub(crate) fn seed_file() -> String {
    let products = PRODUCTS.map(|id| {
        json!({"id": id, "name": id, "summary": "s", "description": "d", "category": "seeds",
               "price": 250, "stock": 1_000_000})
    });
    json!(products).to_string()
}

/// One piece of one product and two of another.
pub(crate) fn two_lines(person: usize) -> [CartLine; 2] {
    [(person, 1), (person + 1, 2)].map(|(product, pieces)| CartLine {
        product_id: ProductId::parse(PRODUCTS[product % PRODUCTS.len()]).unwrap(),
        quantity: Quantity::new(pieces).unwrap(),
    })
}
