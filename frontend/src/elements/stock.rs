//! How many are left, as far as it matters to the shopper.

use okta_types::decimal;
use sycamore::prelude::*;

use crate::markup::markup;

/// From here on the number is shown.
const FEW: u32 = 5;

/// `In stock`, `Only 3 left` or `Sold out`.
pub(crate) fn stock_note(stock: u32) -> View {
    let (class, text) = describe(stock);
    markup! { p(class=class) { (text) } }
}

fn describe(stock: u32) -> (&'static str, String) {
    match stock {
        0 => ("stock stock-none", "Sold out".to_owned()),
        1..=FEW => ("stock stock-few", ["Only ", &decimal(stock.into()), " left"].concat()),
        _ => ("stock", "In stock".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn the_number_is_told_only_when_it_matters() {
        for (stock, text) in [(0, "Sold out"), (1, "Only 1 left"), (5, "Only 5 left"), (6, "In stock")] {
            assert_eq!(describe(stock).1, text);
        }
    }
}
