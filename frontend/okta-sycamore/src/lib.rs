//! Okta sign-in for Sycamore: the thin browser part around `okta-auth`.
//!
//! What is decided about tokens is decided there, as a state machine that is tested on the host; its
//! documentation has the flow and the threat model of token storage. Here live the driver (fetch by
//! `reqwasm`, WebCrypto, Web Locks, storages, tabs) and the components. No token can be reached through
//! the public interface: [`Auth::fetch`] attaches it, to allow-listed origins only.
//!
//! ```
//! use okta_sycamore::{ApiRequest, AuthConfig, AuthProvider, AuthStatus, SecureRoute, SignIn, use_auth};
//! use sycamore::futures::spawn_local_scoped;
//! use sycamore::prelude::*;
//!
//! #[component(inline_props)]
//! fn App(config: AuthConfig) -> View {
//!     view! { AuthProvider(config=config) { Greeting() SecureRoute(view=|| view! { Messages() }) } }
//! }
//!
//! #[component]
//! fn Greeting() -> View {
//!     let auth = use_auth();
//!     View::from_dynamic(move || match auth.status().get_clone() {
//!         AuthStatus::Unknown => view! {},
//!         AuthStatus::Anonymous => view! { button(on:click=move |_| auth.sign_in(SignIn::to("/"))) { "Sign in" } },
//!         AuthStatus::SignedIn(person) => view! { p { "Hello, " (person.display_name().unwrap_or("you").to_owned()) } },
//!     })
//! }
//!
//! #[component]
//! fn Messages() -> View {
//!     let (auth, text) = (use_auth(), create_signal(String::new()));
//!     spawn_local_scoped(async move {
//!         if let Ok(answer) = auth.fetch(ApiRequest::get("https://api.shop.example/api/messages")).await {
//!             text.set(answer.text().to_owned());
//!         }
//!     });
//!     view! { pre { (text) } }
//! }
//! # let html = sycamore::render_to_string(|| view! { App(config=AuthConfig::default()) });
//! # assert!(html.contains("auth-waiting"));
//! ```

mod access;
mod auth;
mod clock;
mod crypto;
mod driver;
mod fetch;
#[cfg(feature = "silent-renewal")]
mod frame;
mod history;
mod http;
mod json;
#[cfg(feature = "dpop")]
mod keys;
mod live;
mod locks;
mod login_callback;
#[cfg(feature = "several-orgs")]
mod orgs;
mod page;
mod pending_fetch;
mod person_storage;
mod provider;
mod secure_route;
mod secure_router;
mod signed_in;
mod storage;
mod tabs;
mod task;

pub use access::{RequireAcr, RequireGroup};
pub use auth::{Auth, use_auth};
pub use fetch::{ApiRequest, ApiResponse};
pub use json::read_json;
pub use login_callback::LoginCallback;
#[cfg(feature = "dpop")]
pub use okta_auth::Dpop;
#[cfg(feature = "endpoints")]
pub use okta_auth::Endpoint;
#[cfg(feature = "idle")]
pub use okta_auth::Idle;
#[cfg(feature = "silent-renewal")]
pub use okta_auth::SilentRenewal;
#[cfg(feature = "userinfo")]
pub use okta_auth::UserInfoStatus;
pub use okta_auth::{
    Advice, AuthConfig, AuthNotice, AuthStatus, CallbackFailure, ConfigError, ConfigErrors, Explanation,
    FetchError, Json, MessageKey, OrgError, Owner, Person, RedirectLimit, SignIn, SignInError, StorageKind,
    Subject,
};
#[cfg(feature = "several-orgs")]
pub use okta_auth::{Orgs, OrgsError, OrgsErrors, OwnPart, Pages};
#[cfg(feature = "several-orgs")]
pub use orgs::org_of_page;
pub use person_storage::PersonStorage;
pub use provider::AuthProvider;
pub use secure_route::SecureRoute;
pub use secure_router::SecureRouter;
pub use signed_in::{SignedIn, SignedOut};

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
