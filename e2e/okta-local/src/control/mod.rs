//! The control plane: what tests in other languages use to change an org, over HTTP on a port of its own.
//!
//! It answers JSON to JSON, and says what is wrong with a bad request. Web pages cannot use it: a request with a body must say that it is JSON, which
//! no page of another origin may without asking first, and asking is not answered; and the `Host` must be
//! loopback's, so that no name of another party leads here.

mod listing;
mod operations;
mod requests;
mod routes;

pub(crate) use routes::routes;
