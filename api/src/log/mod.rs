//! The program's log: a line an event, on standard error.
//!
//! Whoever logs pays for writing the line into memory, and for no more: a thread of its own hands the lines on, many
//! at a time ([`queue`]). The lines are those that `tracing-subscriber` writes by itself, made with less work ([`format`]).

mod error;
mod format;
mod json;
mod number;
mod queue;
mod timestamp;

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use self::error::LogError;
pub(crate) use self::queue::dropped_lines;

use self::format::{Form, Lines};
use self::queue::LogQueue;
use crate::settings::LogFormat;
use crate::telemetry::{self, Exporter};

/// Keeps the log open. Dropped, it writes what is still to be written.
#[must_use = "lines are lost that were not written when the program ends"]
#[derive(Debug)]
pub struct Log {
    /// Ends first: what it has to say belongs into the log.
    _exporter: Option<Exporter>,
    _open: queue::Open,
}

impl Log {
    /// Logs what `RUST_LOG` asks for, by default from the level `info` on; as text in colours where a person
    /// looks at it, else as JSON, unless `format` says otherwise.
    ///
    /// # Errors
    /// When the thread cannot be started.
    ///
    /// # Panics
    /// When something else gets the program's events already.
    pub fn open(format: LogFormat) -> Result<Self, LogError> {
        let (lines, open) = lines(format)?;
        tracing_subscriber::registry().with(filter()).with(lines).init();
        Ok(Self { _exporter: None, _open: open })
    }

    /// The same, and traces and metrics are exported where the environment says where to. Dropped, it hands over those that
    /// are left, for which a collector that does not answer is waited for a few seconds.
    ///
    /// # Errors
    /// When the thread cannot be started, and when nothing can be exported as it is asked.
    ///
    /// # Panics
    /// When something else gets the program's events already.
    pub fn open_exporting(format: LogFormat) -> Result<Self, LogError> {
        let (lines, open) = lines(format)?;
        Ok(Self { _exporter: Some(telemetry::open(filter, lines)?), _open: open })
    }
}

/// Of which events there are lines.
fn filter() -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"))
}

fn lines(format: LogFormat) -> Result<(Lines, queue::Open), LogError> {
    let is_terminal = io::stderr().is_terminal();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let (form, note): (_, queue::Note) = match format {
        LogFormat::Text => (Form::Text { coloured: is_terminal && !no_color }, queue::tell_of_dropped),
        LogFormat::Auto if is_terminal => (Form::Text { coloured: !no_color }, queue::tell_of_dropped),
        LogFormat::Auto | LogFormat::Json => (Form::Json, json::tell_of_dropped),
    };
    let (queue, open) = LogQueue::open(io::stderr(), note).map_err(LogError::Thread)?;
    Ok((Lines { queue, form }, open))
}
