//! Where orders of the benchmarks go.

use shared::Address;

pub(crate) fn address() -> Address {
    Address {
        name: "Alice Shopper".to_owned(),
        street: "12 Orchard Lane".to_owned(),
        extra: String::new(),
        city: "Portland".to_owned(),
        region: "Oregon".to_owned(),
        postal_code: "97201".to_owned(),
        country: "US".to_owned(),
    }
}
