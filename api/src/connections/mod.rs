//! Connections, and how long the clients behind them may take.
//!
//! The framework limits a connection's first head alone, and neither bodies nor the reading of answers. Here each
//! connection is watched through all of its requests: [`WatchedStream`] sees what is read and written, the middleware
//! [`follow`] where a request begins and its answer is made, and [`Connections`] closes whichever lets the server wait
//! too long. It also counts them: where there are too many, the one whose client has kept the server waiting longest
//! makes room for the new one.

mod admission;
mod closed;
mod connection;
mod descriptors;
mod phase;
mod pieces;
mod stream;
mod watch;

pub(crate) use admission::{ConnectionLimits, Connections};
pub(crate) use descriptors::available_descriptors;
pub(crate) use stream::WatchedStream;
pub(crate) use watch::{follow, handling};
