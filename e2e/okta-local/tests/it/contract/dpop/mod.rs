//! DPoP (RFC 9449) as Okta has it: facts of its guide, its catalogue of errors and captures of live orgs.

mod client;
mod handshake;
mod proofs;
mod refresh;
mod resources;
mod settings;
