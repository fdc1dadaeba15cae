//! What became of the cart, in words for the shopper.

use okta_types::decimal;
use shared::{CartChange, CartChangeKind, MAX_LINES};

/// A sentence for each change.
pub(super) fn told(cart: &shared::Cart) -> Vec<String> {
    let name = |change: &CartChange| {
        let item = cart.lines.iter().find(|item| item.product_id == change.product_id);
        item.map_or_else(|| change.product_id.to_string(), |item| item.name.clone())
    };
    cart.changes.iter().map(|change| sentence(&name(change), change)).collect()
}

fn sentence(name: &str, change: &CartChange) -> String {
    let pieces = decimal(change.to.into());
    match change.kind {
        CartChangeKind::FromAccount => {
            [name, ": ", &pieces, " in your cart, as you left it last time."].concat()
        }
        CartChangeKind::Capped => {
            [name, ": only ", &pieces, " left, so your cart holds ", &pieces, "."].concat()
        }
        CartChangeKind::SoldOut => [name, " is sold out."].concat(),
        CartChangeKind::NoLongerSold => [name, " is no longer in the shop."].concat(),
        CartChangeKind::NoRoom => {
            [name, " did not fit: a cart has ", &decimal(MAX_LINES as u64), " lines at most."].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_by_the_name_of_its_product() {
        let mut cart = crate::cart::sample_answer();
        assert_eq!(told(&cart), ["Fig: only 2 left, so your cart holds 2."]);
        cart.changes[0].kind = CartChangeKind::NoLongerSold;
        cart.lines.clear();
        assert_eq!(told(&cart), ["fig-sapling is no longer in the shop."]);
    }
}
