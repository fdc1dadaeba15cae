//! An Okta-compatible org on your machine, for development and tests.
//!
//! It speaks Okta's wire formats to the letter and is strict: what Okta refuses it refuses, in Okta's
//! words. It knows nothing of the app under test and shares only wire types with it: tokens are signed
//! and checked here by code of its own.
//!
//! ```no_run
//! # async fn example() -> Result<(), okta_local::StartError> {
//! use okta_local::{App, Org};
//!
//! let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
//! let org = Org::builder().app(app).start().await?;
//! println!("{} {}", org.issuer(), org.client_id());
//! org.stop().await;
//! # Ok(())
//! # }
//! ```

mod answer_headers;
mod assertion;
mod builder;
mod callouts;
mod catalogue;
mod client_keys;
mod clock;
mod control;
mod cors;
mod counters;
mod description;
mod dpop;
mod endpoints;
mod exchange_recorder;
mod exchanges;
mod expiring;
mod faults;
mod fingerprint;
mod gate;
mod grants;
mod loopback;
mod mail;
mod management;
mod okta_error;
mod org;
mod pages;
mod parameters;
mod paths;
mod random;
mod rate_limits;
mod records;
mod request_context;
mod running;
mod running_authenticators;
mod running_exchanges;
mod running_mail;
mod seed_file;
mod server;
mod service_client;
mod session_shape;
mod signing;
mod state_file;
mod system_log;
mod timestamp;
mod tokens;
mod unverified;

pub use builder::{Org, OrgBuilder, StartError};
pub use counters::Endpoint;
pub use exchanges::Exchange;
pub use faults::Fault;
pub use loopback::listen_on_loopback;
pub use mail::{Mail, NoSmtpServer, SmtpServer};
pub use org::app::App;
pub use org::app_kind::GrantType;
pub use org::client_secret::ClientSecret;
pub use org::password::PasswordHashing;
pub use org::user::Account;
pub use rate_limits::ClientLimits;
pub use records::Records;
pub use running::RunningOrg;
pub use seed_file::{SeedError, Seeds};
pub use service_client::ServiceClient;
pub use state_file::StateError;
pub use system_log::{LogEvent, Outcome, Target};
