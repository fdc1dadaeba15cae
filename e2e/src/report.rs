//! What the commands print: durations, sizes, tables.

use std::time::Duration;

/// A duration as people say it: `0.4 s`, `42 s`, `3 min 05 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A number of bytes with its thousands set apart: `110,000`.
pub fn bytes(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Rows under each other: the first column to the left, the others to the right, two spaces between.
pub fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut out = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            match column {
                0 => out.push_str(&format!("  {cell:<width$}")),
                _ => out.push_str(&format!("  {cell:>width$}")),
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

/// An error with all its causes in one line, each told once: some errors say their cause themselves.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.map(ToString::to_string).fold(error.to_string(), |text, cause| match text.contains(&cause) {
        true => text,
        false => format!("{text}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_people_care() {
        for (millis, text) in [(0, "0.0 s"), (449, "0.4 s"), (42_900, "42 s"), (185_000, "3 min 05 s")] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn a_table_keeps_its_columns_in_line() {
        let rows = [["a".to_owned(), "1".to_owned()], ["long".to_owned(), "100".to_owned()]];
        assert_eq!(table(&rows), "  a       1\n  long  100\n");
    }

    #[test]
    fn an_error_is_told_with_its_causes() {
        #[derive(Debug, thiserror::Error)]
        #[error("no bread")]
        struct Outer(#[source] std::fmt::Error);
        let text = error_chain(&Outer(std::fmt::Error));
        assert!(text.starts_with("no bread: "), "{text}");
    }

    #[test]
    fn a_cause_that_the_error_tells_itself_is_not_told_again() {
        #[derive(Debug, thiserror::Error)]
        #[error("no bread, for {0}")]
        struct Outer(#[source] Inner);
        #[derive(Debug, thiserror::Error)]
        #[error("the baker sleeps")]
        struct Inner(#[source] std::fmt::Error);
        let cause = std::fmt::Error;
        assert_eq!(error_chain(&Outer(Inner(cause))), format!("no bread, for the baker sleeps: {cause}"));
    }
}
