//! What is wrong with an address.

use shared::AddressField;

/// The fields that are wrong, each with a sentence that says why, as far as the shopper was told.
pub(super) type Mistakes = Vec<(AddressField, String)>;
