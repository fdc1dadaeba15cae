//! Results of the browser tests: written down by each test, read by `cargo browser`, shown by `index.html`.

mod run;
mod summary;

pub use run::{Entry, Run, Verdict, root, runs};
pub use summary::write as write_summary;
