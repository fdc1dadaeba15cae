//! Everything that this process logs, from whatever part of it: org, API, the shop's server and all that they are made of. It
//! goes to a file that has no name, to be read again at the end of a test.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer};

static FILE: Mutex<Option<File>> = Mutex::new(None);

/// Our own parts say all that they can say, the others what an administrator would ask them for.
const OWN: [&str; 8] =
    ["api", "audit", "okta_jwt", "okta_actix", "okta_local", "okta_cli", "xtask", "shared"];

/// What goes to the file.
pub(super) fn targets() -> Targets {
    let own = OWN.map(|name| (name, LevelFilter::from_level(Level::TRACE)));
    Targets::new().with_default(LevelFilter::from_level(Level::DEBUG)).with_targets(own)
}

/// A place in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(u64);

/// The end of it.
pub(super) fn end() -> Place {
    Place(file().as_mut().and_then(|file| file.seek(SeekFrom::End(0)).ok()).unwrap_or(0))
}

/// What was written since.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn since(Place(place): Place) -> io::Result<String> {
    let (mut log, mut file) = (Vec::new(), file());
    if let Some(file) = file.as_mut() {
        file.seek(SeekFrom::Start(place))?;
        file.read_to_end(&mut log)?;
    }
    Ok(String::from_utf8_lossy(&log).into_owned())
}

/// Writes lines.
pub(super) struct Writer;

impl Writer {
    /// To a new file.
    ///
    /// # Errors
    /// Where there can be none.
    pub(super) fn new() -> io::Result<Self> {
        *file() = Some(tempfile::tempfile()?);
        Ok(Self)
    }
}

fn file() -> MutexGuard<'static, Option<File>> {
    FILE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S: Subscriber> Layer<S> for Writer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::of(event.metadata());
        event.record(&mut line);
        line.0.push('\n');
        if let Some(file) = file().as_mut() {
            // A disk that is full fails the tests anyway.
            let _ = file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(line.0.as_bytes()));
        }
    }
}

struct Line(String);

impl Line {
    fn of(metadata: &Metadata<'_>) -> Self {
        Self(format!("{:>5} {}", metadata.level().as_str(), metadata.target()))
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }

    /// As it is: a quoted text would hide what stands in it.
    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}
