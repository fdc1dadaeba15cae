//! The API's paths and the SPA's addresses, in one place for both sides and the tests.

/// Open greeting.
pub const HELLO: &str = "/api/hello";
/// The bearer's own claims.
pub const WHOAMI: &str = "/api/whoami";
/// Messages for whoever is signed in.
pub const MESSAGES: &str = "/api/messages";
/// The catalogue; one product is `{PRODUCTS}/{id}`.
pub const PRODUCTS: &str = "/api/products";
/// Orders of the bearer; one order is `{ORDERS}/{number}`.
pub const ORDERS: &str = "/api/orders";
/// The process runs.
pub const LIVEZ: &str = "/livez";
/// The process can answer: database open, keys known.
pub const READYZ: &str = "/readyz";

/// The header that makes a repeated `POST` of an order harmless.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Where Okta sends the browser back to, in the SPA.
pub const LOGIN_CALLBACK: &str = "/login/callback";
/// Where Okta may start a sign-in (the integration's initiate-login URI), in the SPA.
pub const LOGIN: &str = "/login";
