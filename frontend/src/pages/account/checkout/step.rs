//! The step that the address names.

use crate::navigation::{Address as Place, Navigation};

/// The query parameter that says how far the shopper has come.
pub(super) const STEP: &str = "step";
/// Its value where the order is looked at before it is placed.
pub(super) const REVIEW: &str = "review";

/// The same place at another step.
pub(super) fn at_step(navigation: Navigation, step: Option<&str>) -> Place {
    navigation.address().with_untracked(|place| place.with_param(STEP, step))
}
