//! Okta sign-in for browsers as a state machine with effects as data.
//!
//! [`step`] takes a [`Machine`], an [`Event`] and a [`Context`] (the time, fresh random bytes and a reader of
//! JSON text) and gives back the machine and a list of [`Effect`]s. The machine does nothing itself: no
//! network, no storage, no clock, no randomness, no browser crate in its tree. A driver (for Sycamore: `okta-sycamore`) carries the
//! effects out and brings the answers back as events that bear the effect's id; an answer whose id is no
//! longer pending is late and dropped. "Signing out while a renewal is in flight" is a test of three lines.
//!
//! # The way of a sign-in
//!
//! ```text
//!  page                     machine                        org
//!   │ SignIn ───────────────► │
//!   │                         │ ── discovery ─────────────► │  issuer compared, S256 required
//!   │ ◄─ Save(transaction) ── │  verifier, state, nonce: 256 bits each
//!   │ ◄─ Navigate ─────────── │
//!   │ ─────────────────────────────── the person signs in ► │
//!   │ ◄─────────────────── redirect_uri?code&state&iss ──── │
//!   │ Started(address) ─────► │
//!   │ ◄─ ReplaceUrl ───────── │  the code leaves the address bar
//!   │ ◄─ Load(transactions) ─ │  taken by exact state, once
//!   │                         │ ── code + verifier ───────► │
//!   │                         │ ◄──── tokens ────────────── │
//!   │                         │ ── keys ──────────────────► │  kid unknown: asked once more
//!   │ ◄─ VerifySignature ──── │
//!   │ Verified(true) ───────► │  OpenID Connect Core 3.1.3.7
//!   │ ◄─ Save(session) ────── │
//!   │ ◄─ ReplaceUrl(target) ─ │  same origin only
//! ```
//!
//! # Where tokens are kept, and the price
//!
//! The transaction of a sign-in lies in `sessionStorage`, is deleted on first use and dies after 30 minutes.
//! The session lies where [`StorageKind`] says; whatever the choice, RFC 10017 §5 applies: **script that
//! runs in the page's origin can do what the page can do**, starting a sign-in of its own included (§5.1.3),
//! and no client-side storage changes that. What the kinds buy against a theft of tokens:
//!
//! | kind | survives | a thief with script in the page gets | on disk |
//! |---|---|---|---|
//! | [`StorageKind::Local`] (default) | reload, new tab, restart | access and refresh token, also tokens of a session begun in another tab | yes |
//! | [`StorageKind::Session`] (§8.5) | reload | access and refresh token of this tab | yes |
//! | [`StorageKind::Memory`] (§8.4) | nothing | what it can take from the running program | no |
//!
//! The default is the most convenient and the weakest: a reload keeps the session, a new tab is signed in
//! without a password, and a refresh token that is stolen works elsewhere until it is rotated past (reuse
//! detection then ends the family), revoked or expired. Holding it in a worker (§8.3) or binding it by DPoP
//! (RFC 9449) would be stronger; neither is built yet. What carries the weight is that no foreign script
//! runs: a strict content security policy and no third-party origin.
//!
//! # An example
//!
//! ```
//! use okta_auth::{AuthConfig, AuthStatus, Context, Effect, Event, Machine, Sensitive, SignIn, step};
//! use okta_types::UnixTime;
//!
//! let config = AuthConfig {
//!     issuer: "https://dev-1.okta.com/oauth2/default".into(),
//!     client_id: "0oa48e74ox4t7mQJX0g7".into(),
//!     redirect_uri: "https://shop.example/login/callback".into(),
//!     post_logout_redirect_uri: "https://shop.example".into(),
//!     scopes: vec!["openid".into(), "offline_access".into()],
//!     api_origins: vec!["https://api.shop.example".into()],
//!     ..AuthConfig::default()
//! };
//! let machine = Machine::new(&config, "https://shop.example/")?;
//! let context = Context {
//!     now: UnixTime(1_700_000_000),
//!     random: [7; okta_auth::RANDOM_BYTES],
//!     read_json: |_text| None, // the browser's `JSON.parse`; nothing is read here
//! };
//!
//! let address = Sensitive::new("https://shop.example/");
//! let (machine, effects) = step(machine, Event::Started { address }, &context);
//! let [Effect::Load { id, .. }] = effects.as_slice() else { panic!() };
//! let (machine, _) = step(machine, Event::Loaded { id: *id, text: None }, &context);
//! assert_eq!(machine.status(), AuthStatus::Anonymous);
//!
//! let (_, effects) = step(machine, Event::SignIn(SignIn::to("/checkout")), &context);
//! assert!(matches!(effects.as_slice(), [Effect::Send { .. }])); // the discovery document
//! # Ok::<(), okta_auth::ConfigErrors>(())
//! ```

mod callback;
mod config;
mod effect;
mod error;
mod event;
mod exchange;
mod fetch;
mod gate;
mod id_token;
mod json;
mod jws;
mod machine;
mod org;
mod origins;
mod remedy;
mod renewal;
mod return_target;
mod sensitive;
mod session;
mod sign_in;
mod sign_out;
mod signing_in;
mod status;
mod step;
mod tabs;
mod transaction;

pub use config::{AuthConfig, ConfigError, ConfigErrors, StorageKind, UriProblem};
pub use effect::{Area, Authorization, Effect, HttpRequest, Message, Slot};
pub use error::{AnswerProblem, FetchError, MetadataProblem, OrgError, SignInError};
pub use event::{Event, FetchId, HttpAnswer, HttpFailure, Ticket};
pub use gate::Gate;
pub use id_token::IdTokenError;
pub use json::{Json, ReadJson};
pub use machine::Machine;
pub use remedy::Explanation;
pub use sensitive::Sensitive;
pub use sign_in::SignIn;
pub use status::{AuthNotice, AuthStatus, CallbackFailure, CallbackStatus, Person};
pub use step::{Context, RANDOM_BYTES, step};
