//! Bearer-token extractors, guards and RFC 6750 challenges for Actix, on okta-jwt
