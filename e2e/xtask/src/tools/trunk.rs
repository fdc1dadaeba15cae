//! Trunk, the bundler of the SPA.

use super::cargo_program::{CargoProgram, Fits};

/// The last version that builds with Rust 1.95.
const VERSION: &str = "0.21.14";

pub(super) fn program() -> CargoProgram {
    let version = VERSION.to_owned();
    CargoProgram { krate: "trunk", name: "trunk", version, fits: Fits::Compatible, extra: &["--locked"] }
}
