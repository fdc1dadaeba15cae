//! What the lines of the log are.

use super::reader::{Reader, SettingsError};
use super::variables::LOG_FORMAT;

/// `LOG_FORMAT`: what the lines of the log are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// An object of JSON on each line.
    Json,
    /// Text on a terminal, else JSON.
    Auto,
}

impl LogFormat {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_env() -> Result<Self, SettingsError> {
        let mut reader = Reader::new(|name| std::env::var(name).ok());
        reader.read(&LOG_FORMAT, Self::parse).ok_or_else(|| reader.into_error())
    }

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "auto" => Ok(Self::Auto),
            other => Err(format!("is {other:?}: use text, json or auto")),
        }
    }
}
