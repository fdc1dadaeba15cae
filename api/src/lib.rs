//! The Grove shop's API: catalogue, carts, orders, what staff do with them, and the routes of Okta's
//! resource-server samples.
//!
//! `main` and the tests start it alike: [`Settings`] → [`Application::build`] → [`Application::run`].
//! Tokens are `okta-jwt`'s and `okta-actix`'s business; SQL is in `store` and nowhere else.
//!
//! Feature `otlp`: traces and metrics for an OpenTelemetry Collector. Feature `bench`: what the benchmarks in `benches` need, and
//! nobody else.

mod address_limit;
mod application;
mod audit;
mod body_error;
mod catalogue_answers;
mod checkout;
mod client_address;
mod clock;
mod coding;
mod commands;
mod concurrency_limit;
mod conditional;
mod connections;
mod cors;
mod counted_address;
mod error;
mod headers;
mod idempotency;
mod idempotency_locks;
mod json_body;
mod limit;
mod log;
mod metrics;
mod order_number;
mod people;
mod problem_fallback;
mod proofs;
mod random;
mod rate_limiter;
mod readiness;
mod request_id;
mod request_log;
mod revocations;
mod routes;
mod seed;
mod server;
mod settings;
mod shared_store;
pub mod spa;
mod store;
mod strict_json;
mod telemetry;
#[cfg(feature = "bench")]
mod till;

pub use application::{Application, BuildError, StopHandle};
pub use commands::{CommandError, migrate, seed};
pub use log::{Log, LogError};
pub use seed::SeedError;
pub use settings::{
    Limits, LogFormat, Mistake, OtherOrg, Proofs, ProxyHeader, Replicas, Settings, SettingsError,
    TrustedProxies, env_file_problem, environment_help, environment_names, environment_table,
};
pub use shared_store::{Outage, RedisUrl, RedisUrlError};
pub use store::{OpenError, StoreError};
pub use strict_json::ShapeError;
pub use telemetry::ExportError;
#[cfg(feature = "bench")]
pub use till::Till;
