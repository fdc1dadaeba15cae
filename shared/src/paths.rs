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
/// One order taken back by its owner is `POST {ORDERS}/{number}{CANCEL}`.
pub const CANCEL: &str = "/cancel";
/// The person's cart, read and replaced.
pub const CART: &str = "/api/cart";
/// Where a browser's cart becomes part of the person's.
pub const CART_MERGE: &str = "/api/cart/merge";
/// Everyone's orders, for staff; one order is `{STAFF_ORDERS}/{number}`.
pub const STAFF_ORDERS: &str = "/api/staff/orders";
/// An order that leaves the house is `POST {STAFF_ORDERS}/{number}{SHIP}`; staff cancel by [`CANCEL`].
pub const SHIP: &str = "/ship";
/// For staff: more pieces of a product are `POST {STAFF_PRODUCTS}/{id}{RESTOCK}`.
pub const STAFF_PRODUCTS: &str = "/api/staff/products";
/// See [`STAFF_PRODUCTS`].
pub const RESTOCK: &str = "/restock";
/// What programs read about the API (OpenAPI 3.1).
pub const OPENAPI: &str = "/api/openapi.json";
/// What people read about the API.
pub const DOCS: &str = "/api/docs";
/// Where Okta sends the browser back to from the sign-in of [`DOCS`].
pub const DOCS_CALLBACK: &str = "/api/docs/oauth2-redirect.html";
/// The process runs.
pub const LIVEZ: &str = "/livez";
/// The process can answer: database open, keys known.
pub const READYZ: &str = "/readyz";

/// The header that makes a repeated `POST` of an order harmless.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The scope for reading one's cart and orders.
pub const SCOPE_READ: &str = "orders:read";
/// The scope for changing one's cart, ordering and cancelling.
pub const SCOPE_WRITE: &str = "orders:write";
/// The group of those who keep the shop.
pub const STAFF_GROUP: &str = "shop-staff";

/// Where Okta sends the browser back to, in the SPA.
pub const LOGIN_CALLBACK: &str = "/login/callback";
/// Where Okta may start a sign-in (the integration's initiate-login URI), in the SPA.
pub const LOGIN: &str = "/login";
/// Where the org says whose tokens are to end (Okta's Universal Logout).
pub const GLOBAL_TOKEN_REVOCATION: &str = "/api/global-token-revocation";
