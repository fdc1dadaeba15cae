//! Tests of the whole that need no browser.
#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is the report")]

mod architecture;
mod cluster;
mod deployment;
mod getters;
mod imports;
mod mutants;
mod okta;
mod packages;
mod ports;
mod security_map;
mod shop;
mod shopper;
