//! A product in the grid.

use shared::Product;
use sycamore::prelude::*;

use super::{basket_button, picture, stock_note};

use crate::markup::markup;

/// Picture, name, a line, price and the button.
pub(crate) fn product_card(product: &Product) -> View {
    let href = ["/products/", product.id.as_str()].concat();
    let picture = picture(&product.id, String::new(), true);
    let (name, summary) = (product.name.clone(), product.summary.clone());
    let price = product.price.to_string();
    let stock = stock_note(product.stock);
    let button = basket_button(product, ["add-", product.id.as_str()].concat(), || 1, false);
    markup! {
        li(class="card", data-testid="product-card") {
            div(class="card-picture") { (picture) }
            div(class="card-text") {
                h3(class="card-name") { a(class="card-link", href=href) { (name) } }
                p(class="card-summary") { (summary) }
                (stock)
            }
            div(class="card-foot") {
                span(class="price") { (price) }
                (button)
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::catalogue::sample;
    use crate::pages::stage;

    fn rendered(stock: u32) -> String {
        sycamore::render_to_string(move || {
            stage(vec![]);
            product_card(&sample("fig-sapling", 1250, stock))
        })
    }

    #[test]
    fn a_card_links_to_its_product_and_can_be_added() {
        let html = rendered(9);
        for part in [
            "href=\"/products/fig-sapling\"",
            "data-testid=\"add-fig-sapling\"",
            "$12.50",
            "/art/products/fig-sapling.svg",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("disabled"));
    }

    #[test]
    fn a_sold_out_product_cannot_be_added() {
        let html = rendered(0);
        assert!(html.contains("disabled") && html.contains("Sold out"));
    }
}
