//! Several mistakes told together.

use std::fmt::{self, Display};

/// Writes them one after the other, in a line.
pub(crate) fn write_all(f: &mut fmt::Formatter<'_>, mistakes: &[impl Display]) -> fmt::Result {
    for (i, mistake) in mistakes.iter().enumerate() {
        if i > 0 {
            f.write_str("; ")?;
        }
        mistake.fmt(f)?;
    }
    Ok(())
}
