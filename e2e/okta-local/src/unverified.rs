//! What Okta's sources leave open or contradict one another about, each as one named constant.
//!
//! None of these was compared with a live org. The crate's README lists them; changing one here changes
//! the org's behaviour everywhere.

use std::time::Duration;

/// Longest `scope` parameter in characters; an older text says 1024.
pub(crate) const MAX_SCOPE_LENGTH: usize = 4096;

/// Whether any attempt to redeem a code uses it up, also one that fails. Sources say "single use" only;
/// the strict reading leaves no second guess at a verifier.
pub(crate) const FAILED_REDEMPTION_BURNS_THE_CODE: bool = true;

/// Whether a `groups` claim that would be empty is left out.
pub(crate) const EMPTY_GROUPS_CLAIM_IS_OMITTED: bool = true;

/// Whether a renewed ID token repeats the `nonce` of the first. OpenID Connect Core §12.2 advises not to.
pub(crate) const RENEWED_ID_TOKEN_HAS_NONCE: bool = false;

/// Status of the answer to a body of another type than a form. Okta's list of error codes and its SDKs'
/// reports disagree (400, 406, 415).
pub(crate) const MEDIA_TYPE_STATUS: u16 = 400;

/// How long a browser's session lives without use; Okta's default sign-on policy says two hours.
pub(crate) const SESSION_IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long a person may take on the sign-in page before the request has expired.
pub(crate) const STATE_TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// How long the token of an activation is good; Okta's default is a week.
pub(crate) const ACTIVATION_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long the token of a recovery is good; Okta's default policy says an hour.
pub(crate) const RECOVERY_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// How long a sign-up waits for its address to be confirmed.
pub(crate) const CONFIRMATION_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Mails an hour to one address that anybody may ask for: password resets, unlocks, sign-ups.
pub(crate) const MAILS_PER_HOUR: u32 = 10;

/// `type_hint` of the address to which somebody goes on after a reset. Okta's guide to the Authentication API and users' reports
/// have the hints; that the *Initiate login URI* gets them, as the redirect URI does where there is none, is open.
pub(crate) const PASSWORD_RECOVERY_HINT: &str = "PASSWORD_RECOVERY";

/// The same after an activation, as a test of Okta's SDK for Android has it.
pub(crate) const ACTIVATION_HINT: &str = "ACTIVATION";

/// Wrong codes of a mail before it is asked for anew.
pub(crate) const MAIL_CODE_FAILURES: u8 = 5;

/// How long a mail is good as a second factor; Okta's default for an e-mail challenge is five minutes, and an administrator may
/// choose up to thirty.
pub(crate) const MAIL_CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Mails an hour to one person who proves a second factor by them.
pub(crate) const CHALLENGE_MAILS_PER_HOUR: u32 = 10;

/// How long ago somebody may have proved who they are who changes password or passkeys. A live org's API for that (MyAccount)
/// asks for it in its challenges: `max_age=900`.
pub(crate) const SETTINGS_MAX_AGE: Duration = Duration::from_secs(15 * 60);

/// What `amr` says of a mail. Okta's guide "Configure AMR claims mapping" lists it for the authenticator `okta_email`, as a value
/// that it takes from other identity providers; no source shows an ID token of its own.
pub(crate) const EMAIL_AMR: &str = "email";

/// What `amr` says of a passkey, by the same list: the authenticator `webauthn`.
pub(crate) const PASSKEY_AMR: &str = "pop";

/// How long a browser that is kept signed in has its session, used or not. A live org's policies decide (`usePersistentCookie`,
/// `maxSessionLifetimeMinutes`).
pub(crate) const KEPT_SESSION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long the name of a pushed authorization request is good. The one example of Okta's description says an hour.
pub(crate) const PUSHED_REQUEST_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Status of the answer to a pushed authorization request: RFC 9126 §2.2 says 201, Okta's description 200, as it does for
/// most.
pub(crate) const PUSHED_REQUEST_STATUS: u16 = 201;

/// Seconds until the next rotation as `/keys` tells caches; a live org counts down from about 44 days.
pub(crate) const KEYS_MAX_AGE: u32 = 3_832_304;

/// Requests a minute to one endpoint before the org answers 429. A live org's buckets depend on what it pays
/// for; this one is wide, so that only tests that set a limit meet it.
pub(crate) const DEFAULT_RATE_LIMIT: u32 = 1_000_000;

/// Requests a minute to `/authorize` for one caller: a client id, an address and a browser.
pub(crate) const AUTHORIZE_PER_MINUTE: u32 = 60;

/// Requests to `/authorize` that one caller may have under way.
pub(crate) const AUTHORIZE_AT_ONCE: u32 = 5;

/// How long keys from a client's `jwks_uri` are used before they are fetched again. Where none of them fits an
/// assertion they are fetched before.
pub(crate) const CLIENT_KEYS_KEPT: Duration = Duration::from_secs(5 * 60);

/// Requests a second to `/token` for one person.
pub(crate) const TOKEN_PER_SECOND: u32 = 4;

/// How long a person is locked out. Okta's default policy leaves it to an administrator; an hour lets a test
/// see the end of it.
pub(crate) const LOCKOUT_DURATION: Duration = Duration::from_secs(60 * 60);

/// Most groups a `groups` claim may hold where their number is limited. It is not in the code flow, says an article of
/// Okta's support; a guide, and the catalogue of errors, still speak of a limit for all.
pub(crate) const MAX_GROUPS_IN_CLAIM: usize = 100;

/// Status, code and summary of the answer to a change of a group that the org manages itself (`Everyone`).
pub(crate) const BUILT_IN_GROUP_REFUSAL: (u16, &str, &str) = (501, "E0000060", "Unsupported operation.");

/// The client id that the org's dashboard signs people in with; users' traces show it, no description does.
pub(crate) const DASHBOARD_CLIENT_ID: &str = "okta.2b1959c8-bcc0-56eb-a589-cfcfb7422f26";

/// How far in the future a DPoP proof may be issued, for clients whose clock is ahead. Okta's catalogue has a refusal for
/// such proofs and no figure.
pub(crate) const PROOF_AHEAD: Duration = Duration::from_secs(60);

/// Status of a demand for a nonce at a resource of the org, which a test may inject: RFC 9449 §9 says 401, Okta answers
/// other bad proofs there with 400.
pub(crate) const RESOURCE_NONCE_STATUS: u16 = 401;

/// The `scope` in the challenges of `/userinfo` to clients that use DPoP; captures of them leave it out.
pub(crate) const CHALLENGE_SCOPE: &str = "openid";

/// Names that no claim may have that an administrator or a seed adds: the org sets these itself, and whoever could set
/// `cnf` could pass a token off as one that is bound to a key. No source lists them.
pub(crate) const RESERVED_CLAIMS: [&str; 17] = [
    "ver",
    "jti",
    "iss",
    "aud",
    "iat",
    "exp",
    "nbf",
    "cnf",
    "cid",
    "uid",
    "scp",
    "sub",
    "auth_time",
    "amr",
    "idp",
    "nonce",
    "at_hash",
];
