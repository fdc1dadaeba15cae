//! The API as its callers see it: over HTTP, on a real database file, with tokens of a real issuer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod abuse;
mod answer;
mod at_jwt;
mod audit;
mod backup;
#[cfg(target_os = "linux")]
mod bad_disk;
mod cart;
mod catalogue;
mod client_address;
#[path = "../cluster/mod.rs"]
mod cluster;
mod commands;
mod cors;
mod database;
mod database_url;
mod docs;
mod full_disk;
mod idempotency;
mod json_log;
mod kill;
mod least_rights;
mod log;
mod log_injection;
mod lost_answer;
mod matrix;
mod metrics;
mod operations;
mod orders;
mod other_orgs;
#[cfg(unix)]
mod otlp;
mod outage;
#[cfg(unix)]
mod overload;
mod pgbouncer;
mod problems;
mod process;
mod program;
mod proofs;
#[path = "../../okta-jwt/tests/it/prover.rs"]
#[expect(dead_code, reason = "others need more of it")]
mod prover;
mod readiness;
mod redis_server;
mod replicas;
mod schemathesis;
mod shop;
mod shop_page;
#[cfg(target_os = "linux")]
mod siege;
mod smuggling;
mod snapshot;
mod spa;
mod staff;
mod step_up;
#[cfg(unix)]
mod stop;
mod tokens;
mod universal_logout;
