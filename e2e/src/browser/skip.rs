//! A test that cannot be played here: ended, and listed as skipped.

use std::panic::resume_unwind;

/// Why a test was not played; travels as the payload of a panic that nobody hears.
#[derive(Debug)]
pub(crate) struct Skipped(pub(crate) String);

/// Ends the test: it says nothing about Grove here, for this reason. The run lists it with the reason.
///
/// # Panics
/// Always: that is how it ends the test.
pub fn skip(why: impl Into<String>) -> ! {
    resume_unwind(Box::new(Skipped(why.into())))
}
