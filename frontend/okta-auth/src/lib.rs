//! Okta sign-in for browsers as a state machine with effects as data.
//!
//! [`step`] takes a [`Machine`], an [`Event`] and a [`Context`] (the time, fresh random bytes and a reader of
//! JSON text) and gives back the machine and a list of [`Effect`]s. The machine does nothing itself: no
//! network, no storage, no clock, no randomness, no browser crate in its tree. A driver (for Sycamore:
//! `okta-sycamore`) carries the effects out and brings the answers back as events that bear the effect's id; an
//! answer whose id is no longer pending is late and dropped. "Signing out while a renewal is in flight" is a
//! test of three lines.
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
//! A client that lives in the browser alone is what RFC 10017 §6.3.4.3 does not recommend for business
//! applications, sensitive ones and those that handle personal data: a back end that holds the tokens is
//! safer. This crate has that architecture because it is the redirect model for single-page apps; what follows
//! reduces the loss and does not undo it.
//!
//! The first rule of RFC 10017 §5 holds whatever is chosen: **script that runs in the page's origin can do
//! what the page can do.** No way of keeping tokens stops it from starting a sign-in of its own, unseen, with
//! the session the org still has (§5.1.3), or from sending requests through the page. What the kinds of storage
//! buy is less for a thief to carry away:
//!
//! | kind | survives | a thief with script in the page gets | on disk |
//! |---|---|---|---|
//! | [`StorageKind::Local`] (default) | reload, new tab, restart | access and refresh token, also those of a session begun before the script came | yes |
//! | [`StorageKind::Session`] (§8.5) | reload | access and refresh token of this tab | yes |
//! | [`StorageKind::Memory`] (§8.4) | nothing | what it can take from the running program | no |
//!
//! The default is the most convenient and the weakest: a reload keeps the session, a new tab is signed in
//! without a password, and a refresh token that is stolen works elsewhere until it is rotated past (reuse
//! detection then ends the family), revoked or expired. With the other kinds a new tab goes to the org, whose own
//! session usually answers without a password. Holding the refresh token in a worker (§8.3) would
//! keep it from such script and is not built. Tokens that are bound to a key (below) are useless elsewhere. Neither stops
//! a sign-in of the thief's own. What carries the weight is that no foreign script runs: a strict content
//! security policy with Trusted Types and no third-party origin.
//!
//! The app is never handed a token. A transaction lies in `sessionStorage`, is deleted on first use and dies
//! after 70 minutes (where it was to end is remembered for a day, for another attempt); with a step-up the app's
//! request lies beside it for as long. What is stored has a version:
//! older records are taken over, those of a newer version are left alone and count as none. A storage that
//! throws or is full leaves the session in memory ([`Machine::keeps_session`]).
//!
//! # Tokens bound to a key
//!
//! With the feature `dpop` (RFC 9449) a key pair is made before a code is exchanged: ES256, one for each sign-in, its
//! private half not exportable, in IndexedDB. The code exchange, each renewal, `/userinfo` and each request to a listed
//! origin carry a proof signed with it, and the org binds the tokens to it. The public half and the name are stored with
//! the session, so that all tabs prove with the one key.
//!
//! - **What it protects from:** tokens that are copied, out of a storage, a log or a backup, are worth nothing without the
//!   key, and the key cannot be copied.
//! - **What it does not protect from:** script that runs in the page. It can have proofs signed for as long as it runs, or
//!   sign in by itself with a key of its own. A nonce that the API asks for stops proofs made in advance; that each proof
//!   names its token (`ath`) limits them to a known one.
//!
//! [`AuthConfig::dpop`] says whether: [`Dpop::WhenOffered`], the default, takes a bearer token from an org whose app
//! integration does not ask for proofs, and drops the key; [`Dpop::Required`] refuses it. Whatever comes of another kind
//! than was asked for is refused and revoked. Switch the APIs first, then the setting of the app integration.
//!
//! A nonce is asked for once and kept for 20 hours, per origin, the org's also over a reload; a refused proof is followed by
//! one more for each cause: the nonce that came along, and a clock that is wrong, for which the page's own server is asked
//! ([`Effect::AskTime`]). A key that is gone ends the session as if it had expired ([`AuthNotice::KeyLost`]). Where
//! IndexedDB is refused the key lives in the page, and so does the session ([`Machine::keeps_session`]). A page that is
//! closed between the making of its key and the org's answer leaves a key behind that nothing is bound to; it goes when the next
//! session ends.
//!
//! # Sessions without a refresh token
//!
//! With the feature `silent-renewal` such a session is renewed at `/authorize` with `prompt=none`, as long as the org's own
//! session lasts: [`AuthConfig::silent_renewal`]. Where page and org share a site (the org has a custom domain) a hidden
//! frame asks, and the page's content security policy must allow it (`frame-src`; a `Cross-Origin-Embedder-Policy` forbids
//! it). Elsewhere browsers withhold the org's cookie from frames, so the page itself goes to the org and comes straight back
//! to where it was: when a request needs it, in the place of its history entry, once for all tabs, and never while a form
//! holds input that was not sent, unless the request itself can be kept ([`Event::FetchResumable`]) or
//! [`AuthConfig::renewal_drops_input`] says so. What comes must be of the same person; a refusal that asks for them
//! (`login_required` and the like) ends the session as if it had expired. [`SilentRenewal::Detect`], the default, tells the
//! two apart by the names of the hosts.
//!
//! # Ownership
//!
//! A page outlives a sign-in, and somebody else may sign in with nobody in between. [`Machine::owner`] says whose
//! everything is that the page keeps and shows of a person; when it changes, requests made for the one before are
//! refused, what a step-up kept for them is dropped, and [`Effect::Erase`] has the storages of the tab rid of what is
//! theirs. An expired session keeps its owner: a record without a token takes the session's place and says whose it was.
//! While a sign-out has not reached the org, a record that names nobody says so.
//!
//! # The way back from a mail
//!
//! Whoever forgot their password leaves a sign-in under way for their mail, whose link opens in another tab. What finishes
//! that sign-in stays in its tab. What other tabs learn is the place where it was to end, for half an hour: an answer that
//! comes to one of them, with the `state` of a tab that waits, is not used, and leads by a sign-in of its own to that place;
//! so does a link to the initiate-login URI without `target_link_uri` ([`Event::Initiated`], [`SignIn::resuming`]), and what
//! Okta sends to the redirect URI where there is no such URI: `iss`, `login_hint`, `type_hint` and `session_hint` in place of
//! an answer. The org has a session by then, or asks. A place is its person's: found by nobody else, and gone with the first
//! sign-in. With [`StorageKind::Session`] and [`StorageKind::Memory`] tabs share no places either.
//!
//! # Tabs without locks
//!
//! One renewal at a time across tabs needs `navigator.locks`, which every current browser has. Where it is
//! missing the driver grants the lock at once: two tabs may then renew together. Within the org's grace period
//! both succeed; without one the slower tab is refused, looks into the storage again and takes what the faster
//! one brought. With [`StorageKind::Session`] and [`StorageKind::Memory`] each tab has tokens of its own.
//!
//! # Features
//!
//! All are on by default; an app that counts bytes takes `default-features = false` and what it needs.
//!
//! | feature | what for |
//! |---|---|
//! | `developer` | Where a developer should look, in every [`Explanation`], and descriptions of all errors. Debug builds have it anyway. |
//! | `dpop` | Tokens that are bound to a key of the browser (RFC 9449), where the org takes proofs. |
//! | `endpoints` | Endpoints in place of those of the discovery document. |
//! | `idle` | Signing people out who have gone away. |
//! | `mail-links` | The way back to the wanted page for whoever resets a password, activates an account or signs up by the link of a mail, which opens in a tab of its own. |
//! | `org-addresses` | Addresses of the org beside the issuer's, for sign-ins that its dashboard begins. |
//! | `par` | Pushed authorization requests (RFC 9126), where the org requires them. |
//! | `several-orgs` | Several orgs in one app, by path or host: [`Orgs`]. |
//! | `silent-renewal` | Renewal at `/authorize`, where the org gave no refresh token. |
//! | `userinfo` | The claims of `/userinfo`, merged into the [`Person`]. |
//! | `wanted-pages` | The part of `mail-links` for a program that begins sign-ins and leaves their end to another program of the same origin. |
//!
//! The module `okta_features` of this documentation goes through what Okta's own SDKs do, feature by feature; the module
//! `message_keys` lists every message that a person may see, for apps in other languages.
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

mod interface;
mod machine;
#[cfg(doc)]
#[doc = include_str!("okta_features.md")]
pub mod okta_features {}
#[cfg(doc)]
#[doc = include_str!("message_keys.md")]
pub mod message_keys {}
mod protocol;
mod step;
mod step_context;
mod tickets;

pub use interface::config::{AuthConfig, ConfigError, ConfigErrors, StorageKind, UriProblem};
#[cfg(feature = "dpop")]
pub use interface::dpop::{Dpop, KeyName, MadeKey, Proof};
pub use interface::effect::{Area, Authorization, Effect, HttpRequest, Slot};
pub use interface::error::{AnswerProblem, FetchError, MetadataProblem, OrgError, SignInError};
pub use interface::event::{Event, HttpAnswer, HttpFailure};
pub use interface::explanation::{Advice, Explanation};
pub use interface::gate::Gate;
#[cfg(feature = "idle")]
pub use interface::idle::Idle;
pub use interface::ids::{FetchId, Ticket};
pub use interface::message::Message;
pub use interface::message_key::MessageKey;
#[cfg(feature = "several-orgs")]
pub use interface::orgs::{Orgs, OrgsError, OrgsErrors};
#[cfg(feature = "several-orgs")]
pub use interface::own_part::{OwnPart, Pages};
pub use interface::owner::{Owner, Subject};
pub use interface::person::Person;
pub use interface::resumable_request::ResumableRequest;
pub use interface::sign_in::SignIn;
#[cfg(feature = "silent-renewal")]
pub use interface::silent_renewal::SilentRenewal;
#[cfg(feature = "userinfo")]
pub use interface::status::UserInfoStatus;
pub use interface::status::{AuthNotice, AuthStatus, CallbackFailure, CallbackStatus};
pub use machine::Machine;
#[cfg(feature = "endpoints")]
pub use protocol::endpoints::Endpoint;
pub use protocol::id_token::IdTokenError;
pub use protocol::json::{Json, ReadJson};
pub use protocol::redirect_limit::RedirectLimit;
pub use protocol::sensitive::Sensitive;
pub use step::step;
pub use step_context::{Context, RANDOM_BYTES};
