//! Search in the catalogue: by indexes of the database's own, with the best match first, and forgiving a slip.
//!
//! [`words`] says what a text is searched by, [`index`] keeps that in the database, [`matching`] makes of what
//! somebody typed a question that the database's own search answers. `catalogue` asks it.

mod index;
mod matching;
mod words;

pub(super) use index::write;
pub(super) use matching::{Matching, matching};
pub(super) use words::fold;
