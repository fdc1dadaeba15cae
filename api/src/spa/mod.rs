//! A build of the SPA, made ready to be answered with the way a production host should: history fallback,
//! configuration island, strict headers, compressed forms.
//!
//! Not a general file server: everything is read into memory at the start, and only `GET` and `HEAD` exist.

mod answer;
mod error;
mod files;
mod headers;
mod island;
mod posted;
mod prepared;
mod script_tags;
mod settings;
mod site;

pub use answer::answer;
pub use error::SpaError;
pub use posted::POSTED;
pub use settings::SpaSettings;
pub use site::Site;
