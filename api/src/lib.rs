//! The Grove shop's API: catalogue, carts, orders, what staff do with them, and the routes of Okta's
//! resource-server samples.
//!
//! `main` and the tests start it alike: [`Settings`] → [`Application::build`] → [`Application::run`].
//! Tokens are `okta-jwt`'s and `okta-actix`'s business; SQL stands in `store` and nowhere else.

mod application;
mod body_error;
mod checkout;
mod clock;
mod commands;
mod conditional;
mod cors;
mod error;
mod headers;
mod idempotency;
mod json_body;
mod last_resort;
mod load;
mod order_number;
mod pace;
mod people;
mod random;
mod request_log;
mod routes;
mod running_keys;
mod seed;
mod settings;
pub mod spa;
mod store;
mod strict_json;
mod till;

pub use application::{Application, BuildError, StopHandle};
pub use commands::{CommandError, migrate, seed};
pub use seed::SeedError;
pub use settings::{
    Limits, Mistake, Settings, SettingsError, env_file_problem, environment_help, environment_names,
    environment_table,
};
pub use store::{OpenError, StoreError};
pub use strict_json::ShapeError;
#[doc(hidden)]
pub use till::Till;
