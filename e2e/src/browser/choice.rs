//! Which browser, and how it is run: said by the environment, so that the same tests run everywhere.

use std::fmt;
use std::time::Duration;

/// Between two things that somebody does while people watch, unless `SLOW_MOTION` says otherwise.
const WATCHABLE: Duration = Duration::from_millis(400);

/// A make of browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Chromium or Chrome, by chromedriver.
    #[default]
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
        })
    }
}

/// Which browser, and how it is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// `BROWSER`: `chromium` (also without it) or `firefox`.
    pub kind: Kind,
    /// `HEADED=1`: with a window, on a display.
    pub headed: bool,
    /// The pause before each thing that is done: `SLOW_MOTION` in milliseconds; 400 with a window, else none.
    pub pace: Duration,
    /// `WEBDRIVER_URL`: a driver or a grid that runs already.
    pub remote: Option<String>,
}

/// What is wrong with the choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// Not a browser that is known here.
    #[error("BROWSER={0} is not known: set it to chromium or firefox, or leave it out")]
    Browser(String),
    /// Not a number.
    #[error("SLOW_MOTION={0} is not a number of milliseconds")]
    SlowMotion(String),
    /// Not an address.
    #[error("WEBDRIVER_URL={0} is not the address of a driver, such as http://127.0.0.1:4444")]
    Remote(String),
}

impl Choice {
    /// What the environment says.
    ///
    /// # Errors
    /// The first variable that cannot be understood.
    pub fn from_environment() -> Result<Self, ChoiceError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// An empty value counts as none.
    fn read(value_of: impl Fn(&str) -> Option<String>) -> Result<Self, ChoiceError> {
        let value_of = |name| value_of(name).filter(|value| !value.trim().is_empty());
        let kind = match value_of("BROWSER").as_deref() {
            None | Some("chromium" | "chrome") => Kind::Chromium,
            Some("firefox") => Kind::Firefox,
            Some(other) => return Err(ChoiceError::Browser(other.to_owned())),
        };
        let headed = value_of("HEADED").is_some_and(|value| value != "0");
        let pace = match value_of("SLOW_MOTION") {
            Some(text) => {
                text.parse().map(Duration::from_millis).map_err(|_| ChoiceError::SlowMotion(text))?
            }
            None if headed => WATCHABLE,
            None => Duration::ZERO,
        };
        let remote = value_of("WEBDRIVER_URL");
        if let Some(url) = remote.as_ref().filter(|url| !url.starts_with("http")) {
            return Err(ChoiceError::Remote(url.clone()));
        }
        Ok(Self { kind, headed, pace, remote })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<Choice, ChoiceError>) {
        let value_of = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(Choice::read(value_of), expected, "{variables:?}");
    }

    #[test]
    fn nothing_said_is_chromium_without_a_window_at_full_speed() {
        check(&[], Ok(Choice::default()));
        check(&[("BROWSER", ""), ("HEADED", "0")], Ok(Choice::default()));
    }

    #[test]
    fn a_window_comes_with_slow_motion() {
        let headed = Choice { headed: true, pace: WATCHABLE, ..Choice::default() };
        check(&[("HEADED", "1")], Ok(headed.clone()));
        check(&[("HEADED", "1"), ("SLOW_MOTION", "0")], Ok(Choice { pace: Duration::ZERO, ..headed }));
    }

    #[test]
    fn another_browser_or_another_driver_is_a_word_in_the_environment() {
        check(&[("BROWSER", "firefox")], Ok(Choice { kind: Kind::Firefox, ..Choice::default() }));
        let remote = Some("http://127.0.0.1:4444".to_owned());
        check(&[("WEBDRIVER_URL", "http://127.0.0.1:4444")], Ok(Choice { remote, ..Choice::default() }));
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        check(&[("BROWSER", "lynx")], Err(ChoiceError::Browser("lynx".to_owned())));
        check(&[("SLOW_MOTION", "fast")], Err(ChoiceError::SlowMotion("fast".to_owned())));
        check(&[("WEBDRIVER_URL", "4444")], Err(ChoiceError::Remote("4444".to_owned())));
    }
}
