//! The name of the test that is running.

use std::fmt;

/// With its modules as the test runner shows it, e.g. `tabs::two_tabs_are_one_session`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestName(String);

impl TestName {
    /// Of the thread, which the runner names after the test; where it runs tests on its main thread, of the function
    /// around this closure.
    pub fn of<T>(_story: &T) -> Self {
        let thread = std::thread::current();
        match thread.name() {
            Some(name) if name != "main" => Self(name.to_owned()),
            _ => Self::from_closure(std::any::type_name::<T>()),
        }
    }

    fn from_closure(path: &str) -> Self {
        let path = path.trim_end_matches("::{{closure}}");
        Self(path.split_once("::").map_or(path, |(_crate, rest)| rest).to_owned())
    }

    /// Without the modules: the sentence, and the name of its folder.
    pub fn sentence(&self) -> &str {
        self.0.rsplit("::").next().unwrap_or(&self.0)
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_names_the_thread_after_the_test() {
        let name = TestName::of(&|| ());
        assert!(name.to_string().ends_with("the_runner_names_the_thread_after_the_test"), "{name}");
        assert_eq!(name.sentence(), "the_runner_names_the_thread_after_the_test");
    }

    #[test]
    fn a_closure_is_in_the_test() {
        let name = TestName::from_closure("browser::tabs::two_tabs::{{closure}}::{{closure}}");
        assert_eq!(name, TestName("tabs::two_tabs".to_owned()));
    }
}
