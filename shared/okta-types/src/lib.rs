//! OAuth 2.0 and OpenID Connect protocol values in Okta's shapes, without I/O, clock or randomness
