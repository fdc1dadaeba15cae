//! The control plane: what tests written in other languages do to an org, over HTTP on a port of its own.
//!
//! It answers JSON to JSON, and a bad order with what is wrong with it. Web pages cannot use it: a request with a body must say that it is JSON, which
//! no page of another origin may without asking first, and asking is not answered; and the `Host` must be
//! loopback's, so that no name of a stranger's leads here.

mod listing;
mod operations;
mod orders;
mod routes;

pub(crate) use routes::routes;
