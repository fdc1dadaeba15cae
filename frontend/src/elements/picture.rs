//! Product pictures: our own drawings, one per product, from our own origin.

use shared::ProductId;
use sycamore::prelude::*;

use crate::cart::PricedLine;
use crate::markup::markup;

/// The drawing of a product. With an empty `alt` it is decoration beside the product's name.
pub(crate) fn picture(id: &ProductId, alt: String, lazy: bool) -> View {
    drawing(["/art/products/", id.as_str(), ".svg"].concat(), alt, lazy)
}

/// The drawing of a line's product, and of a signpost where the shop no longer has it.
pub(crate) fn line_picture(line: &PricedLine) -> View {
    match &line.product {
        Some(product) => picture(&product.id, String::new(), false),
        None => drawing("/art/lost.svg".to_owned(), String::new(), false),
    }
}

fn drawing(src: String, alt: String, lazy: bool) -> View {
    let loading = if lazy { "lazy" } else { "eager" };
    // Before the address: where the page had a picture of it, an address alone is loaded at once.
    markup! {
        img(class="picture", loading=loading, src=src, alt=alt, width="400", height="400")
    }
}
