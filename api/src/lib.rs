//! The Grove shop's API: catalogue, orders, and the routes of Okta's resource-server samples.
//!
//! `main` and the tests start it alike: [`Settings`] → [`Application::build`] → [`Application::run`].
//! Tokens are `okta-jwt`'s and `okta-actix`'s business; SQL stands in `store` and nowhere else.

mod application;
mod checkout;
mod clock;
mod commands;
mod cors;
mod error;
mod headers;
mod idempotency;
mod json_body;
mod last_resort;
mod order_number;
mod random;
mod request_log;
mod routes;
mod seed;
mod settings;
mod store;

pub use application::{Application, BuildError, StopHandle};
pub use commands::{CommandError, migrate, seed};
pub use seed::SeedError;
pub use settings::{Mistake, Settings, SettingsError};
pub use store::{OpenError, StoreError};
