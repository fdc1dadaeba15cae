#![doc = include_str!("../README.md")]

mod challenge;
mod claims;
mod decimal;
mod dpop;
mod form;
mod http_url;
mod issuer;
mod jwk;
mod jws;
mod metadata;
mod oauth_error;
mod pkce;
mod scheme;
mod scope;
mod secret;
mod time;
mod token_response;
mod user_info;

pub mod base64url;
pub mod strict_json;

pub use challenge::{BearerError, Challenge};
pub use claims::{AccessClaims, Audience, Confirmation, IdClaims};
pub use decimal::{decimal, read_decimal};
pub use dpop::{
    Curve, DpopProof, Htu, HtuError, KnownHeader, MAX_PROOF_LEN, ProofAlgorithm, ProofClaims, ProofError,
    ProofHeader, PublicKey, PublicKeyError, Thumbprint, access_token_hash, es256_signing_input,
};
pub use form::{Form, parse_query, path_segments};
pub use http_url::{HttpUrl, Origin, UrlError};
pub use issuer::{Issuer, IssuerError};
pub use jwk::{Jwk, JwkSet};
pub use jws::{CompactJws, JwsError, JwsHeader, JwsParts};
pub use metadata::Metadata;
pub use oauth_error::OAuthError;
pub use pkce::{CodeChallenge, CodeVerifier, at_hash};
pub use scheme::AuthScheme;
pub use scope::Scopes;
pub use secret::{AccessToken, AuthorizationCode, IdToken, Nonce, RefreshToken, State};
pub use time::UnixTime;
pub use token_response::TokenResponse;
pub use user_info::UserInfo;
