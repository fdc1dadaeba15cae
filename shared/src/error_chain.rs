//! Errors as commands print them and as the log has them.

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
